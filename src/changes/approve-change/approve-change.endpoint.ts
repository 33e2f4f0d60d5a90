import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, TextField } from '../../http/fields.js';
import { approveChange } from './approve-change.js';
import { added } from '../answers.js';

class ApproveChangeBody {
  @IdField({ description: 'the change', example: 'CRQ000001' })
  changeId!: string;

  @TextField({ description: 'why', optional: true })
  reason?: string;
}

/** POST /commands/ApproveChange */
export const approveChangeEndpoint = commandEndpoint({
  act: approveChange,
  adds: added.ApproveChange,
  body: ApproveChangeBody,
  roles: ['change-manager'],
  tag: 'Changes',
  summary: 'Agree to a change; whoever raised it may not (MP92-DT7)',
  example: { changeId: 'CRQ000001' },
  command: ({ changeId, reason }) => ({ changeId, reason }),
});
