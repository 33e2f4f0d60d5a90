import type { SealedText } from '../event-store/personal-data.js';
import type { Fold } from '../event-store/state.js';
import type { PartyEvent } from './events.js';

/** Whom the Code names as recipients, and the others who take part. */
export const PARTY_CATEGORIES = [
  'large-supplier',
  'small-supplier',
  'electricity-network',
  'gas-network',
  'other-sec-party',
  'rdp',
  'tabasc',
  'panel',
  'service-provider',
  'dcc',
] as const;

/** An organisation that is told of maintenance. Name and addresses stay encrypted. */
export interface Party {
  readonly partyId: string;
  readonly name: SealedText;
  readonly category: string;
  readonly emails: readonly SealedText[];
  readonly webhookUrl?: SealedText | undefined;
  readonly mandatory: boolean;
  readonly removed: boolean;
}

/** One organisation, from its stream `party-<id>`; null before it is registered. */
export const partyFold: Fold<Party | null, PartyEvent> = {
  kind: 'party',
  initial: () => null,
  evolve: (state, event) => {
    switch (event.type) {
      case 'PartyRegistered':
        return { ...event.data, removed: false };
      case 'PartyRemoved':
        return state && { ...state, removed: true };
    }
  },
};
