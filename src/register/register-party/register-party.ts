import type { Act } from '../../commands/act.js';
import { accept, conflict } from '../../commands/decision.js';
import type { SealedText } from '../../event-store/personal-data.js';
import { PartyRegistered } from '../events.js';
import { partyFold, type Party } from '../party.js';

/** An organisation to be told of maintenance; what is personal in it is sealed. */
export interface RegisterParty {
  readonly partyId: string;
  readonly name: SealedText;
  readonly category: string;
  readonly emails: readonly SealedText[];
  readonly webhookUrl?: SealedText | undefined;
  readonly mandatory: boolean;
}

/** Registers an organisation; one that was removed can be registered again. */
export const registerParty: Act<RegisterParty, Party | null> = {
  name: 'RegisterParty',
  load: (command, reading) => reading.state(partyFold, command.partyId),
  decide: (party, { partyId, name, category, emails, webhookUrl, mandatory }) => {
    if (party && !party.removed) return conflict('id-taken', `the partyId ${partyId} is taken`);
    return accept(
      [
        {
          stream: `party-${partyId}`,
          fact: PartyRegistered.of({
            partyId,
            name,
            category,
            emails: [...emails],
            ...(webhookUrl ? { webhookUrl } : {}),
            mandatory,
          }),
        },
      ],
      { partyId, category },
    );
  },
};
