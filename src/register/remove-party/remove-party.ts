import type { Act } from '../../commands/act.js';
import { accept, conflict, missing } from '../../commands/decision.js';
import { PartyRemoved } from '../events.js';
import { partyFold, type Party } from '../party.js';

/** Takes an organisation off the register. */
export const removeParty: Act<{ readonly partyId: string }, Party | null> = {
  name: 'RemoveParty',
  load: (command, reading) => reading.state(partyFold, command.partyId),
  decide: (party, { partyId }) => {
    if (!party) return missing(`there is no party ${partyId}`);
    if (party.removed) return conflict('already-closed', `${partyId} was removed`);
    return accept([{ stream: `party-${partyId}`, fact: PartyRemoved.of({ partyId }) }], { partyId });
  },
};
