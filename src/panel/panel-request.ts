import type { Fold } from '../event-store/state.js';
import type { PanelRequestEvent } from './events.js';

/** A request of the Panel's to reschedule, and the DCC's one answer to it (H8.5). */
export interface PanelRequest {
  readonly requestId: string;
  readonly maintenanceId: string;
  readonly month: string;
  readonly reasons: string;
  readonly preferredFrom?: string | undefined;
  readonly preferredTo?: string | undefined;
  readonly requestedAt: string;
  readonly answer: PanelRequestAnswer;
}

/** Open, or how it was answered. */
export type PanelRequestAnswer =
  | { readonly status: 'open' }
  | {
      readonly status: 'accommodated' | 'partly';
      readonly answeredAt: string;
      readonly start: string;
      readonly end: string;
      readonly month: string;
      readonly explanation?: string | undefined;
    }
  | { readonly status: 'declined'; readonly answeredAt: string; readonly stepsTaken: string; readonly reasons: string };

/** One request, from its stream `panel-request-<id>`; null before it is made. */
export const panelRequestFold: Fold<PanelRequest | null, PanelRequestEvent> = {
  kind: 'panel-request',
  initial: () => null,
  evolve: (state, event) => {
    switch (event.type) {
      case 'RescheduleRequested':
        return { ...event.data, requestedAt: event.occurredAt, answer: { status: 'open' } };
      case 'PanelRequestAccommodated': {
        const { extent, start, end, month, explanation } = event.data;
        return (
          state && {
            ...state,
            answer: { status: extent, answeredAt: event.occurredAt, start, end, month, explanation },
          }
        );
      }
      case 'PanelRequestDeclined': {
        const { stepsTaken, reasons } = event.data;
        return state && { ...state, answer: { status: 'declined', answeredAt: event.occurredAt, stepsTaken, reasons } };
      }
    }
  },
};
