import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, TextField } from '../../http/fields.js';
import { withdrawChange } from './withdraw-change.js';
import { added } from '../answers.js';

class WithdrawChangeBody {
  @IdField({ description: 'the change', example: 'CRQ000001' })
  changeId!: string;

  @TextField({ description: 'why it is given up' })
  reason!: string;
}

/** POST /commands/WithdrawChange */
export const withdrawChangeEndpoint = commandEndpoint({
  act: withdrawChange,
  adds: added.WithdrawChange,
  body: WithdrawChangeBody,
  roles: ['scheduler', 'service-provider'],
  tag: 'Changes',
  summary: 'Give up a change that has not been made',
  example: { changeId: 'CRQ000001', reason: 'The release was put off' },
  command: ({ changeId, reason }) => ({ changeId, reason }),
});
