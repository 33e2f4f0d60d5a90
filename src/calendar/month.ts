import type { AffectedService, Activity, Impact } from '../rulebook/classification.js';
import { SSI } from '../rulebook/classification.js';
import type { Interval } from '../rulebook/local-time.js';
import { plannedOutage } from '../rulebook/ssi-outage.js';
import type { CountedWindow } from '../rulebook/usage.js';
import type { Fold } from '../event-store/state.js';
import type { CalendarEvent, PlannedMaintenance } from './events.js';

/** Where a window is in its life; the actual times exist only once there are any. */
export type Stage =
  | { readonly status: 'planned' }
  | {
      readonly status: 'running';
      readonly startedAt: string;
      readonly told?: { readonly expectedEnd: string; readonly expectedDisruption: string } | undefined;
    }
  | {
      readonly status: 'completed';
      readonly startedAt: string;
      readonly endedAt: string;
      /** Elapsed, a started minute counting as a whole one. */
      readonly minutes: number;
      readonly ssiOutageMinutes: number;
      readonly servicesDisrupted: readonly string[];
      readonly unexpectedCoreDisruption: boolean;
    }
  | { readonly status: 'cancelled'; readonly reason: string };

/** A maintenance window: what is planned, and where it is in its life. */
export interface Maintenance extends Omit<PlannedMaintenance, 'activities' | 'reclassifiedServices'> {
  readonly impact: Impact;
  readonly activities: readonly Activity[];
  readonly reclassifiedServices: readonly AffectedService[] | null;
  readonly month: string;
  /** Planned beyond a schedule already published. */
  readonly additional: boolean;
  readonly stage: Stage;
}

/** What one issue of the month's schedule said. */
export interface ScheduleVersion {
  readonly version: number;
  readonly issuedAt: string;
  /** `MonthlySchedulePublished`, or the fact that made a reissue necessary. */
  readonly because: string;
  readonly maintenance: readonly Maintenance[];
  /** Windows that had left for another month by then. */
  readonly left: ReadonlyMap<string, Departure>;
}

/** Where a window went when it left its month, and its times there. */
export interface Departure extends Interval {
  readonly toMonth: string;
}

/** Whether and how the month's schedule has been published (H8.4). */
export type Publication =
  | { readonly status: 'draft' }
  | {
      readonly status: 'published';
      readonly publishedAt: string;
      readonly compliant: boolean;
      readonly latestCompliantDate: string;
      readonly marginWorkingDays: number;
      readonly lateReason?: string | undefined;
      readonly versions: readonly ScheduleVersion[];
    };

/** One month's book: its windows, by the month in which they start. */
export interface Month {
  readonly month: string;
  readonly publication: Publication;
  readonly maintenance: ReadonlyMap<string, Maintenance>;
  /** Windows that left for another month. */
  readonly left: ReadonlyMap<string, Departure>;
}

/** The services that a window affects, each once, the worse effect winning; a reclassification's where there was one. */
export function servicesOf(maintenance: Pick<Maintenance, 'activities' | 'reclassifiedServices'>): AffectedService[] {
  const effects = new Map<string, AffectedService['effect']>();
  for (const { service, effect } of maintenance.reclassifiedServices ??
    maintenance.activities.flatMap((activity) => activity.services))
    if (effects.get(service) !== 'disrupted') effects.set(service, effect);
  return [...effects].map(([service, effect]) => ({ service, effect }));
}

/** The interval that counts: as planned, or as it was once completed (H8.3). */
export function countedInterval(maintenance: Maintenance): Interval {
  return maintenance.stage.status === 'completed'
    ? { start: maintenance.stage.startedAt, end: maintenance.stage.endedAt }
    : { start: maintenance.start, end: maintenance.end };
}

/** The window as the limits count it; undefined where it is cancelled and frees its place. */
export function counted(maintenance: Maintenance): CountedWindow | undefined {
  if (maintenance.stage.status === 'cancelled') return undefined;
  return {
    maintenanceId: maintenance.maintenanceId,
    impact: maintenance.impact,
    ...countedInterval(maintenance),
    affectsSsi: servicesOf(maintenance).some(({ service }) => service === SSI),
  };
}

/** Planned SSI outage, minutes. */
export function plannedSsiOutage(maintenance: Maintenance): number {
  const sum = maintenance.activities.reduce((minutes, activity) => minutes + activity.ssiOutageMinutes, 0);
  return plannedOutage(maintenance, sum);
}

/** True where every activity works on DCC Migration Systems (Appendix AL 3.1(c)). */
export function isMigrationOnly(activities: readonly Activity[]): boolean {
  return activities.every((activity) => activity.migrationSystems);
}

const planned = (
  month: string,
  { activities, reclassifiedServices, ...data }: PlannedMaintenance,
  additional: boolean,
): Maintenance => ({ ...data, activities, reclassifiedServices, month, additional, stage: { status: 'planned' } });

/** An issue of the schedule: it states everything in the month that is not cancelled. */
const issue = ({ maintenance, left }: Month, version: number, issuedAt: string, because: string): ScheduleVersion => ({
  version,
  issuedAt,
  because,
  left,
  maintenance: [...maintenance.values()]
    .filter((one) => one.stage.status !== 'cancelled')
    .sort((a, b) => a.start.localeCompare(b.start) || a.maintenanceId.localeCompare(b.maintenanceId)),
});

function changed(state: Month, maintenanceId: string, change: (maintenance: Maintenance) => Maintenance): Month {
  const maintenance = state.maintenance.get(maintenanceId);
  if (!maintenance) return state;
  return { ...state, maintenance: new Map(state.maintenance).set(maintenanceId, change(maintenance)) };
}

function without(state: Month, maintenanceId: string): Month['maintenance'] {
  const rest = new Map(state.maintenance);
  rest.delete(maintenanceId);
  return rest;
}

/** The book of one month, from its stream `month-<YYYY-MM>`. */
export const monthFold: Fold<Month, CalendarEvent> = {
  kind: 'month',
  initial: (month) => ({ month, publication: { status: 'draft' }, maintenance: new Map(), left: new Map() }),
  evolve: (state, event) => {
    switch (event.type) {
      case 'MaintenanceScheduled': {
        const { maintenance, additional } = event.data;
        return {
          ...state,
          maintenance: new Map(state.maintenance).set(
            maintenance.maintenanceId,
            planned(state.month, maintenance, additional),
          ),
        };
      }
      case 'MonthlySchedulePublished':
        return {
          ...state,
          publication: {
            status: 'published',
            publishedAt: event.occurredAt,
            compliant: event.data.compliant,
            latestCompliantDate: event.data.latestCompliantDate,
            marginWorkingDays: event.data.marginWorkingDays,
            lateReason: event.data.lateReason,
            versions: [issue(state, 1, event.occurredAt, event.type)],
          },
        };
      case 'ScheduleReissued':
        return state.publication.status === 'draft'
          ? state
          : {
              ...state,
              publication: {
                ...state.publication,
                versions: [
                  ...state.publication.versions,
                  issue(state, event.data.version, event.occurredAt, event.data.because),
                ],
              },
            };
      case 'MaintenanceRescheduled': {
        const { maintenanceId, toMonth, to } = event.data;
        if (toMonth === state.month) return changed(state, maintenanceId, (one) => ({ ...one, ...to }));
        return {
          ...state,
          maintenance: without(state, maintenanceId),
          left: new Map(state.left).set(maintenanceId, { toMonth, ...to }),
        };
      }
      case 'MaintenanceMovedIn': {
        const { maintenance, additional = false } = event.data;
        const left = new Map(state.left);
        left.delete(maintenance.maintenanceId);
        return {
          ...state,
          left,
          maintenance: new Map(state.maintenance).set(
            maintenance.maintenanceId,
            planned(state.month, maintenance, additional),
          ),
        };
      }
      case 'MaintenanceCancelled': {
        const { reason } = event.data;
        return changed(state, event.data.maintenanceId, (one) => ({ ...one, stage: { status: 'cancelled', reason } }));
      }
      case 'MaintenanceActivityAdded': {
        const { activity } = event.data;
        return changed(state, event.data.maintenanceId, (one) => ({
          ...one,
          activities: [...one.activities, activity],
          reclassifiedServices: one.reclassifiedServices && [...one.reclassifiedServices, ...activity.services],
        }));
      }
      case 'MaintenanceReclassified': {
        const { to, reasons, services } = event.data;
        return changed(state, event.data.maintenanceId, (one) => ({
          ...one,
          impact: to,
          reasons,
          reclassifiedServices: services ?? one.reclassifiedServices,
        }));
      }
      case 'MaintenanceStarted': {
        const { at } = event.data;
        return changed(state, event.data.maintenanceId, (one) => ({
          ...one,
          stage: { status: 'running', startedAt: at },
        }));
      }
      case 'MaintenanceProgressReported': {
        const { expectedEnd, expectedDisruption } = event.data;
        return changed(state, event.data.maintenanceId, (one) =>
          one.stage.status === 'running'
            ? { ...one, stage: { ...one.stage, told: { expectedEnd, expectedDisruption } } }
            : one,
        );
      }
      case 'MaintenanceCompleted': {
        const { actualStart, actualEnd, minutes, ssiOutageMinutes, servicesDisrupted, unexpectedCoreDisruption } =
          event.data;
        return changed(state, event.data.maintenanceId, (one) => ({
          ...one,
          stage: {
            status: 'completed',
            startedAt: actualStart,
            endedAt: actualEnd,
            minutes,
            ssiOutageMinutes,
            servicesDisrupted,
            unexpectedCoreDisruption,
          },
        }));
      }
    }
  },
};

/** The newest version of the published schedule; 0 for a draft. */
export function versionOf(state: Month): number {
  return state.publication.status === 'draft' ? 0 : (state.publication.versions.at(-1)?.version ?? 0);
}
