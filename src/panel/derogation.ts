import type { Fold } from '../event-store/state.js';
import type { Derogation } from '../rulebook/derogation.js';
import { addDays } from '../rulebook/local-time.js';
import type { DerogationEvent } from './events.js';

/** A derogation as it now stands, with why it was given and, where it was revoked, why. */
export interface GrantedDerogation extends Derogation {
  readonly reason: string;
  readonly revoked?: { readonly from: string; readonly reason: string } | undefined;
}

/** One derogation, from its stream `derogation-<id>`; null before it is granted. */
export const derogationFold: Fold<GrantedDerogation | null, DerogationEvent> = {
  kind: 'derogation',
  initial: () => null,
  evolve: (state, event) => {
    switch (event.type) {
      case 'DerogationGranted':
        return { ...event.data };
      case 'DerogationExtended':
        return state && { ...state, to: event.data.to };
      case 'DerogationRevoked': {
        const { from, reason } = event.data;
        if (!state) return state;
        const last = addDays(from, -1);
        return { ...state, to: state.to !== null && state.to < last ? state.to : last, revoked: { from, reason } };
      }
    }
  },
};
