import { idFrom, type Act } from '../../commands/act.js';
import { accept, missing } from '../../commands/decision.js';
import type { ChallengeSubject } from '../challenge.js';
import { changeFold } from '../change.js';
import { ClassificationChallenged } from '../events.js';

/** A User's argument against the class of a maintenance window or a change. */
export interface ChallengeClassification {
  readonly subject: ChallengeSubject;
  readonly argument: string;
}

/** What a challenge reads: whether its subject exists. */
interface ChallengeState {
  readonly exists: boolean;
}

/** Disputes the class of a maintenance window or a change; the DCC answers with a rationale. */
export const challengeClassification: Act<ChallengeClassification, ChallengeState> = {
  name: 'ChallengeClassification',
  load: ({ subject }, reading) => ({
    exists:
      'changeId' in subject
        ? reading.exists(changeFold, subject.changeId)
        : reading.claimed(`maintenance/${subject.maintenanceId}`) !== undefined,
  }),
  decide: ({ exists }, { subject, argument }, context) => {
    if (!exists)
      return missing(
        'changeId' in subject
          ? `there is no change ${subject.changeId}`
          : `there is no maintenance ${subject.maintenanceId}`,
      );
    const challengeId = idFrom('CH', context);
    return accept(
      [
        {
          stream: `challenge-${challengeId}`,
          fact: ClassificationChallenged.of({ challengeId, subject: { ...subject }, argument }),
        },
      ],
      { challengeId },
    );
  },
};
