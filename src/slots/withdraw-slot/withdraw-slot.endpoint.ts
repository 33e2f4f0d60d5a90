import { commandEndpoint } from '../../commands/command-endpoint.js';
import { DateField, IdField, TextField } from '../../http/fields.js';
import { withdrawSlot } from './withdraw-slot.js';
import { added } from '../answers.js';

class WithdrawSlotBody {
  @IdField({ description: 'the pattern', example: 'SECOND-SATURDAY' })
  patternId!: string;

  @DateField({ description: 'local date of the slot', example: '2027-03-13' })
  date!: string;

  @TextField({ description: 'why', example: 'Year-end freeze' })
  reason!: string;
}

/** POST /commands/WithdrawSlot */
export const withdrawSlotEndpoint = commandEndpoint({
  act: withdrawSlot,
  adds: added.WithdrawSlot,
  body: WithdrawSlotBody,
  roles: ['scheduler'],
  tag: 'Slots',
  summary: 'Withdraw a slot that has not begun; it stays listed until a replacement is offered (MP92-AT08)',
  example: { patternId: 'SECOND-SATURDAY', date: '2027-03-13', reason: 'Year-end freeze' },
  command: ({ patternId, date, reason }) => ({ patternId, date, reason }),
});
