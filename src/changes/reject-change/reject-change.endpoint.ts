import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, TextField } from '../../http/fields.js';
import { rejectChange } from './reject-change.js';
import { added } from '../answers.js';

class RejectChangeBody {
  @IdField({ description: 'the change', example: 'CRQ000001' })
  changeId!: string;

  @TextField({ description: 'why', optional: true })
  reason?: string;
}

/** POST /commands/RejectChange */
export const rejectChangeEndpoint = commandEndpoint({
  act: rejectChange,
  adds: added.RejectChange,
  body: RejectChangeBody,
  roles: ['change-manager'],
  tag: 'Changes',
  summary: 'Do not agree to a change; another attempt is a new change',
  example: { changeId: 'CRQ000001', reason: 'The run-book has no way back' },
  command: ({ changeId, reason }) => ({ changeId, reason }),
});
