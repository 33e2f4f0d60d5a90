import type { Fold } from '../event-store/state.js';
import type { Activity } from '../rulebook/classification.js';
import type { UnplannedEvent } from './events.js';

/** Whether it is over; how it went exists only then. */
export type UnplannedStage =
  | {
      readonly status: 'declared';
      /** What was told last where it differs from the declaration (H8.7). */
      readonly told?: { readonly expectedEnd: string; readonly expectedDisruption: string } | undefined;
    }
  | {
      readonly status: 'ended';
      readonly endedAt: string;
      /** Elapsed, a started minute counting as a whole one. */
      readonly minutes: number;
      readonly ssiOutageMinutes: number;
      readonly servicesDisrupted: readonly string[];
    };

/** Unplanned Maintenance (H8.6), as it was declared and as it went. Instants in UTC. */
export interface Unplanned {
  readonly unplannedId: string;
  readonly awareAt: string;
  readonly notifiedAt: string;
  readonly start: string;
  readonly expectedEnd: string;
  readonly emergency: boolean;
  readonly activities: readonly Activity[];
  readonly riskToReturn: string;
  /** Local month of its start. */
  readonly month: string;
  /** It was declared before that month began. */
  readonly plannedBeforeMonth: boolean;
  readonly stage: UnplannedStage;
}

/** One Unplanned Maintenance, from its stream `unplanned-<id>`; null before it is declared. */
export const unplannedFold: Fold<Unplanned | null, UnplannedEvent> = {
  kind: 'unplanned',
  initial: () => null,
  evolve: (state, event) => {
    switch (event.type) {
      case 'UnplannedMaintenanceDeclared':
        return { ...event.data, stage: { status: 'declared' } };
      case 'UnplannedProgressReported': {
        const { expectedEnd, expectedDisruption } = event.data;
        return state && { ...state, stage: { status: 'declared', told: { expectedEnd, expectedDisruption } } };
      }
      case 'UnplannedMaintenanceEnded': {
        const { end, minutes, ssiOutageMinutes, servicesDisrupted } = event.data;
        return (
          state && { ...state, stage: { status: 'ended', endedAt: end, minutes, ssiOutageMinutes, servicesDisrupted } }
        );
      }
    }
  },
};

/** The end that was told last. */
export const toldEnd = ({ expectedEnd, stage }: Unplanned): string =>
  stage.status === 'declared' ? (stage.told?.expectedEnd ?? expectedEnd) : stage.endedAt;
