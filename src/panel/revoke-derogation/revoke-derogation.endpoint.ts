import { commandEndpoint } from '../../commands/command-endpoint.js';
import { DateField, IdField, TextField } from '../../http/fields.js';
import { revokeDerogation } from './revoke-derogation.js';
import { added } from '../answers.js';

class RevokeDerogationBody {
  @IdField({ description: 'the derogation', example: 'D-2027-002' })
  derogationId!: string;

  @DateField({ description: 'first date on which it no longer applies', example: '2027-07-01' })
  from!: string;

  @TextField({ description: 'why' })
  reason!: string;
}

/** POST /commands/RevokeDerogation */
export const revokeDerogationEndpoint = commandEndpoint({
  act: revokeDerogation,
  adds: added.RevokeDerogation,
  body: RevokeDerogationBody,
  roles: ['panel'],
  tag: 'Panel',
  summary: 'Revoke a derogation from a date on',
  example: { derogationId: 'D-2027-002', from: '2027-07-01', reason: 'The peak is over' },
  command: ({ derogationId, from, reason }) => ({ derogationId, from, reason }),
});
