import type { FactOf } from '../../event-store/facts.js';
import type {
  MaintenanceActivityAdded,
  MaintenanceCompleted,
  MaintenanceRescheduled,
  PlannedMaintenance,
} from '../../calendar/events.js';
import { isCore, type Impact } from '../../rulebook/classification.js';
import type { Interval } from '../../rulebook/local-time.js';

/** Where a window is in its life, as far as figures need it. */
export type ReportedStage =
  /** Planned, or under way: the plan counts. */
  | { readonly status: 'open' }
  | { readonly status: 'cancelled' }
  | {
      readonly status: 'completed';
      readonly start: string;
      readonly end: string;
      readonly minutes: number;
      readonly ssiOutageMinutes: number;
      /** The core services that Low Impact maintenance disrupted all the same; null where it did not. */
      readonly unexpectedly: readonly string[] | null;
    };

/** What the reports remember of a window: its plan as it last stood, and how it went. */
export interface ReportedWindow extends Interval {
  readonly maintenanceId: string;
  readonly impact: Impact;
  /** Whose work is in it, each once, in alphabetical order. */
  readonly serviceProviders: readonly string[];
  /** Sum over its activities. */
  readonly ssiOutageMinutes: number;
  /** Changes of the forward schedule that are placed in it. */
  readonly changes: number;
  readonly stage: ReportedStage;
}

type DataOf<Definition> = FactOf<Definition> extends { readonly data: infer Data } ? Data : never;

const inOrder = (names: Iterable<string>): string[] => [...new Set(names)].sort();

/** A window as planned. */
export const plannedWindow = (maintenance: PlannedMaintenance): ReportedWindow => ({
  maintenanceId: maintenance.maintenanceId,
  impact: maintenance.impact,
  start: maintenance.start,
  end: maintenance.end,
  serviceProviders: inOrder(maintenance.activities.map(({ serviceProvider }) => serviceProvider)),
  ssiOutageMinutes: maintenance.activities.reduce((sum, activity) => sum + activity.ssiOutageMinutes, 0),
  changes: 0,
  stage: { status: 'open' },
});

/** A window after it was moved. */
export const moved = (window: ReportedWindow, { to }: DataOf<typeof MaintenanceRescheduled>): ReportedWindow => ({
  ...window,
  start: to.start,
  end: to.end,
});

/** A window with more work in it. */
export const withActivity = (
  window: ReportedWindow,
  { activity }: DataOf<typeof MaintenanceActivityAdded>,
): ReportedWindow => ({
  ...window,
  serviceProviders: inOrder([...window.serviceProviders, activity.serviceProvider]),
  ssiOutageMinutes: window.ssiOutageMinutes + activity.ssiOutageMinutes,
});

/** A window that is over. */
export const completed = (window: ReportedWindow, data: DataOf<typeof MaintenanceCompleted>): ReportedWindow => ({
  ...window,
  stage: {
    status: 'completed',
    start: data.actualStart,
    end: data.actualEnd,
    minutes: data.minutes,
    ssiOutageMinutes: data.ssiOutageMinutes,
    unexpectedly: data.unexpectedCoreDisruption ? inOrder(data.servicesDisrupted.filter(isCore)) : null,
  },
});
