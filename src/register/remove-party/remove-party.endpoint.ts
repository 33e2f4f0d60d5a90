import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField } from '../../http/fields.js';
import { removeParty } from './remove-party.js';
import { added } from '../answers.js';

class RemovePartyBody {
  @IdField({ description: 'the organisation', example: 'acme-energy' })
  partyId!: string;
}

/** POST /commands/RemoveParty */
export const removePartyEndpoint = commandEndpoint({
  act: removeParty,
  adds: added.RemoveParty,
  body: RemovePartyBody,
  roles: ['admin'],
  tag: 'Register',
  summary: 'Take an organisation off the register',
  example: { partyId: 'acme-energy' },
  command: ({ partyId }) => ({ partyId }),
});
