import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, TextField } from '../../http/fields.js';
import { assessChange } from './assess-change.js';
import { added } from '../answers.js';

class AssessChangeBody {
  @IdField({ description: 'the change', example: 'CRQ000001' })
  changeId!: string;

  @TextField({ description: 'what a reader should know besides', optional: true })
  notes?: string;
}

/** POST /commands/AssessChange */
export const assessChangeEndpoint = commandEndpoint({
  act: assessChange,
  adds: added.AssessChange,
  body: AssessChangeBody,
  roles: ['change-manager'],
  tag: 'Changes',
  summary: 'Work out which window a change needs, and its risk; both are computed (H8.3(a))',
  example: { changeId: 'CRQ000001' },
  command: ({ changeId, notes }) => ({ changeId, notes }),
});
