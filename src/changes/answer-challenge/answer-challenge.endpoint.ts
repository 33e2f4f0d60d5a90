import { commandEndpoint } from '../../commands/command-endpoint.js';
import { FlagField, IdField, TextField } from '../../http/fields.js';
import { answerChallenge } from './answer-challenge.js';
import { added } from '../answers.js';

class AnswerChallengeBody {
  @IdField({ description: 'the challenge', example: 'CH-0123456789abcdef' })
  challengeId!: string;

  @TextField({ description: 'why', example: 'Only order management is affected, which is no core service' })
  rationale!: string;

  @FlagField({ description: 'the class is wrong' })
  upheld!: boolean;
}

/** POST /commands/AnswerChallenge */
export const answerChallengeEndpoint = commandEndpoint({
  act: answerChallenge,
  adds: added.AnswerChallenge,
  body: AnswerChallengeBody,
  roles: ['scheduler', 'change-manager'],
  tag: 'Changes',
  summary: 'Answer a challenge of a classification, once; an upheld one reclassifies nothing by itself',
  example: {
    challengeId: 'CH-0123456789abcdef',
    rationale: 'Only order management is affected, which is no core service',
    upheld: false,
  },
  command: ({ challengeId, rationale, upheld }) => ({ challengeId, rationale, upheld }),
});
