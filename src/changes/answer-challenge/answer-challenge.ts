import type { Act } from '../../commands/act.js';
import { accept, conflict, missing } from '../../commands/decision.js';
import { challengeFold, type Challenge, type ChallengeSubject } from '../challenge.js';
import { ChallengeAnswered } from '../events.js';

/** The DCC's answer to a challenge. */
export interface AnswerChallenge {
  readonly challengeId: string;
  readonly rationale: string;
  /** The DCC agrees that the class is wrong. */
  readonly upheld: boolean;
}

/**
 * Answers a challenge, once. An upheld challenge reclassifies nothing by itself: that is an act of its own, which has to
 * fit the limits and the notice.
 */
export const answerChallenge: Act<AnswerChallenge, Challenge | null> = {
  name: 'AnswerChallenge',
  load: ({ challengeId }, reading) => reading.state(challengeFold, challengeId),
  decide: (challenge, { challengeId, rationale, upheld }) => {
    if (!challenge) return missing(`there is no challenge ${challengeId}`);
    if (challenge.answer.status !== 'open')
      return conflict('already-answered', `${challengeId} was answered at ${challenge.answer.answeredAt}`);
    return accept(
      [{ stream: `challenge-${challengeId}`, fact: ChallengeAnswered.of({ challengeId, rationale, upheld }) }],
      { challengeId, subject: challenge.subject, upheld, consequence: consequence(challenge.subject, upheld) },
    );
  },
};

/** What follows from the answer, for the reader of it. */
function consequence(subject: ChallengeSubject, upheld: boolean): string {
  if (!upheld) return 'the class stands';
  return 'changeId' in subject
    ? 'the class follows from the services: withdraw the change, and raise it anew with those that it affects'
    : 'the class stands until ReclassifyMaintenance changes it';
}
