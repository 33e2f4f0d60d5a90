import { commandEndpoint } from '../../commands/command-endpoint.js';
import { ChoiceField, IdField, instant, TimeField, WholeNumberField } from '../../http/fields.js';
import { MOST_MINUTES } from '../change.js';
import type { ChangeOutcome } from '../events.js';
import { recordChangeOutcome } from './record-change-outcome.js';
import { added } from '../answers.js';

class RecordChangeOutcomeBody {
  @IdField({ description: 'the change', example: 'CRQ000001' })
  changeId!: string;

  @ChoiceField({ description: 'how it ended', of: ['successful', 'failed', 'backed-out'], example: 'successful' })
  outcome!: ChangeOutcome;

  @TimeField({ description: 'when it began' })
  actualStart!: string;

  @TimeField({ description: 'when it ended; not in the future', after: 'actualStart' })
  actualEnd!: string;

  @WholeNumberField({
    description: 'minutes for which the SSI was in fact out',
    minimum: 0,
    maximum: MOST_MINUTES,
    optional: true,
  })
  ssiOutageMinutes?: number;
}

/** POST /commands/RecordChangeOutcome */
export const recordChangeOutcomeEndpoint = commandEndpoint({
  act: recordChangeOutcome,
  adds: added.RecordChangeOutcome,
  body: RecordChangeOutcomeBody,
  roles: ['scheduler', 'change-manager', 'service-provider'],
  tag: 'Changes',
  summary: 'Record that a change was made, and how it ended; never refused by a rule',
  example: {
    changeId: 'CRQ000001',
    outcome: 'successful',
    actualStart: '2026-09-12T22:00',
    actualEnd: '2026-09-12T23:10',
  },
  command: ({ changeId, outcome, actualStart, actualEnd, ssiOutageMinutes }) => ({
    changeId,
    outcome,
    actual: { start: instant(actualStart), end: instant(actualEnd) },
    ssiOutageMinutes: ssiOutageMinutes ?? 0,
  }),
});
