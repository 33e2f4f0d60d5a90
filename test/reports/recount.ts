/**
 * The reports counted again, by a plain loop over the facts. Nothing here is shared with the program: not its
 * projections, not its rules, not its reckoning of time.
 */
import type { CalendarEvent, PlannedMaintenance } from '../../src/calendar/events.js';
import type { ChangeEvent } from '../../src/changes/events.js';
import type { LogRecord } from '../../src/event-store/event-store.js';
import type { DerogationEvent } from '../../src/panel/events.js';
import type { BankHolidayEvent } from '../../src/register/events.js';
import type { UnplannedEvent } from '../../src/unplanned/events.js';

type Fact = (CalendarEvent | ChangeEvent | UnplannedEvent | DerogationEvent | BankHolidayEvent) &
  Omit<LogRecord, 'type' | 'data'>;
type DataOf<Type extends Fact['type']> = Extract<Fact, { type: Type }>['data'];

export interface CountedWindow {
  plan: PlannedMaintenance;
  cancelled: boolean;
  done: DataOf<'MaintenanceCompleted'> | undefined;
}

export interface CountedChange {
  raised: DataOf<'ChangeRaised'>;
  raisedAt: string;
  window: string | undefined;
  made: DataOf<'ChangeOutcomeRecorded'> | undefined;
  incidents: Map<string, number>;
}

/** Everything that happened, as it stands after the last fact. */
export interface Counted {
  readonly windows: Map<string, CountedWindow>;
  readonly changes: Map<string, CountedChange>;
  readonly unplanned: Map<
    string,
    { declared: DataOf<'UnplannedMaintenanceDeclared'>; ended: DataOf<'UnplannedMaintenanceEnded'> | undefined }
  >;
  readonly derogations: DataOf<'DerogationGranted'>[];
  readonly holidays: DataOf<'BankHolidayRecorded'>[];
}

export function recount(records: readonly LogRecord[]): Counted {
  const counted: Counted = {
    windows: new Map(),
    changes: new Map(),
    unplanned: new Map(),
    derogations: [],
    holidays: [],
  };
  const { windows, changes, unplanned } = counted;
  const replan = (id: string, plan: (plan: PlannedMaintenance) => PlannedMaintenance): void => {
    const window = windows.get(id);
    if (window) window.plan = plan(window.plan);
  };
  for (const record of records) {
    const fact = record as unknown as Fact;
    switch (fact.type) {
      case 'MaintenanceScheduled':
        windows.set(fact.data.maintenance.maintenanceId, {
          plan: fact.data.maintenance,
          cancelled: false,
          done: undefined,
        });
        break;
      case 'MaintenanceRescheduled': {
        const { to } = fact.data;
        replan(fact.data.maintenanceId, (plan) => ({ ...plan, ...to }));
        break;
      }
      case 'MaintenanceMovedIn': {
        const { maintenance } = fact.data;
        replan(maintenance.maintenanceId, () => maintenance);
        break;
      }
      case 'MaintenanceActivityAdded': {
        const { activity } = fact.data;
        replan(fact.data.maintenanceId, (plan) => ({ ...plan, activities: [...plan.activities, activity] }));
        break;
      }
      case 'MaintenanceReclassified': {
        const impact = fact.data.to;
        replan(fact.data.maintenanceId, (plan) => ({ ...plan, impact }));
        break;
      }
      case 'MaintenanceCancelled': {
        const { maintenanceId } = fact.data;
        const window = windows.get(maintenanceId);
        if (window) window.cancelled = true;
        for (const change of changes.values()) if (change.window === maintenanceId) change.window = undefined;
        break;
      }
      case 'MaintenanceCompleted': {
        const window = windows.get(fact.data.maintenanceId);
        if (window) window.done = fact.data;
        break;
      }
      case 'ChangeRaised':
        changes.set(fact.data.changeId, {
          raised: fact.data,
          raisedAt: fact.occurredAt,
          window: undefined,
          made: undefined,
          incidents: new Map(),
        });
        break;
      case 'ChangePlaced': {
        const change = changes.get(fact.data.changeId);
        if (change) change.window = fact.data.maintenanceId;
        break;
      }
      case 'ChangeWithdrawn':
      case 'ChangeRejected': {
        const change = changes.get(fact.data.changeId);
        if (change) change.window = undefined;
        break;
      }
      case 'ChangeOutcomeRecorded': {
        const change = changes.get(fact.data.changeId);
        if (change) change.made = fact.data;
        break;
      }
      case 'IncidentLinked':
        changes.get(fact.data.changeId)?.incidents.set(fact.data.incidentId, fact.data.category);
        break;
      case 'UnplannedMaintenanceDeclared':
        unplanned.set(fact.data.unplannedId, { declared: fact.data, ended: undefined });
        break;
      case 'UnplannedMaintenanceEnded': {
        const one = unplanned.get(fact.data.unplannedId);
        if (one) one.ended = fact.data;
        break;
      }
      case 'DerogationGranted':
        counted.derogations.push(fact.data);
        break;
      case 'BankHolidayRecorded':
        counted.holidays.push(fact.data);
        break;
      default:
        break;
    }
  }
  return counted;
}

/** The local date of an instant. */
export const day = (instant: string): string =>
  Temporal.Instant.from(instant).toZonedDateTimeISO('Europe/London').toPlainDate().toString();
/** The local month of an instant. */
export const month = (instant: string): string => day(instant).slice(0, 7);

const epoch = (instant: string): number => Temporal.Instant.from(instant).epochMilliseconds;

/** Elapsed minutes; a started one is a whole one. */
export const lasting = ({ start, end }: { start: string; end: string }): number =>
  Math.ceil((epoch(end) - epoch(start)) / 60_000);

/** The month after, and the instant at which a month begins. */
export const following = (name: string): string => Temporal.PlainYearMonth.from(name).add({ months: 1 }).toString();
export const begins = (name: string): string =>
  Temporal.PlainDate.from(`${name}-01`).toZonedDateTime('Europe/London').toInstant().toString();

/** How many of so many minutes from an instant on lie in a month: each belongs where it begins. */
export function minutesIn(name: string, start: string, minutes: number): number {
  if (minutes === 0) return 0;
  const last = Temporal.Instant.from(start)
    .add({ minutes: minutes - 1 })
    .toString();
  const [first, final] = [month(start), month(last)];
  if (name < first || final < name) return 0;
  if (first === final) return minutes;
  let found = 0;
  for (let minute = 0; minute < minutes; minute += 1)
    if (month(Temporal.Instant.from(start).add({ minutes: minute }).toString()) === name) found += 1;
  return found;
}

/** The months of a range. */
export function months({ from, to }: Range): string[] {
  const names = [from];
  while (names.at(-1) !== to) names.push(following(names.at(-1) ?? ''));
  return names;
}

/** A window's planned outage, and whose work is in it. */
export const plannedOutage = ({ plan }: CountedWindow): number =>
  Math.min(
    plan.activities.reduce((sum, { ssiOutageMinutes }) => sum + ssiOutageMinutes, 0),
    lasting(plan),
  );
export const providersOf = ({ plan }: CountedWindow): string[] =>
  [...new Set(plan.activities.map(({ serviceProvider }) => serviceProvider))].sort();

/** The High Impact minutes that a month allows: the most lenient on any of its days. */
export function highLimit({ derogations }: Counted, name: string): number | null {
  let most = 0;
  const first = Temporal.PlainDate.from(`${name}-01`);
  if (first.add({ months: 1 }).subtract({ days: 1 }).toString() < '2019-04-01') return null;
  for (let date = first; date.toString().startsWith(name); date = date.add({ days: 1 })) {
    const now = derogations.filter(({ from, to }) => from <= date.toString() && (to === null || date.toString() <= to));
    if (now.some(({ limits }) => limits === undefined)) return null;
    const named = now.map(({ limits }) => limits?.highMinutes ?? 360);
    most = Math.max(most, named.length > 0 ? Math.max(...named) : 360);
  }
  return most;
}

/** Months from one to another. */
export interface Range {
  readonly from: string;
  readonly to: string;
}

/** A sum over things. */
export const sum = <Item>(items: Iterable<Item>, value: (item: Item) => number): number => {
  let total = 0;
  for (const item of items) total += value(item);
  return total;
};

/** A part of a whole; null without one. */
export const rate = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** The interval of a window that counts: as it was, or else as planned. */
export const counts = ({ plan, done }: CountedWindow): { start: string; end: string } =>
  done ? { start: done.actualStart, end: done.actualEnd } : { start: plan.start, end: plan.end };
