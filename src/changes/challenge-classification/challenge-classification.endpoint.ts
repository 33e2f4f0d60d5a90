import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, TextField } from '../../http/fields.js';
import { badFields } from '../../http/problem.js';
import type { ChallengeSubject } from '../challenge.js';
import { challengeClassification } from './challenge-classification.js';
import { added } from '../answers.js';

class ChallengeClassificationBody {
  @IdField({ description: 'the maintenance whose class is disputed', optional: true, example: 'M-2027-031' })
  maintenanceId?: string;

  @IdField({ description: 'or the change', optional: true })
  changeId?: string;

  @TextField({ description: 'why the class is wrong', example: 'Our prepayment customers cannot top up meanwhile' })
  argument!: string;
}

/** The one thing that is challenged. @throws Problem 400 where none or two are named */
function subjectOf({ maintenanceId, changeId }: ChallengeClassificationBody): ChallengeSubject {
  if (maintenanceId !== undefined && changeId === undefined) return { maintenanceId };
  if (changeId !== undefined && maintenanceId === undefined) return { changeId };
  const detail =
    changeId === undefined ? 'is missing, and so is changeId: name one' : 'stands beside changeId: name one';
  throw badFields([{ pointer: '/maintenanceId', detail }]);
}

/** POST /commands/ChallengeClassification */
export const challengeClassificationEndpoint = commandEndpoint({
  act: challengeClassification,
  adds: added.ChallengeClassification,
  body: ChallengeClassificationBody,
  roles: ['party'],
  tag: 'Changes',
  summary: 'Dispute the class of a maintenance or a change',
  example: { maintenanceId: 'M-2027-031', argument: 'Our prepayment customers cannot top up meanwhile' },
  command: (body) => ({ subject: subjectOf(body), argument: body.argument }),
});
