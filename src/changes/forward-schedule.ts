import { MaintenanceCancelled, MaintenanceRescheduled, MaintenanceScheduled } from '../calendar/events.js';
import { on, projection } from '../event-store/projection.js';
import type { Recorded } from '../event-store/state.js';
import { table, type Tables, type TablesReader } from '../event-store/tables.js';
import { monthOf } from '../rulebook/local-time.js';
import { plannedInterval, type WindowOfChange } from './change-view.js';
import { changeFold, type Change, type ChangeStatus } from './change.js';
import {
  ChangeApproved,
  ChangeAssessed,
  ChangeClosed,
  ChangeOutcomeRecorded,
  ChangePlaced,
  ChangeRaised,
  ChangeRejected,
  ChangeWithdrawn,
  IncidentLinked,
  LessonsLearnedRecorded,
  type ChangeClass,
  type ChangeEvent,
} from './events.js';

/** A change on the forward schedule, and the window in which it is placed as that now stands. */
export interface ScheduledChange {
  readonly change: Change;
  readonly window?: WindowOfChange | undefined;
}

/** What the forward schedule can be filtered by. All that are given hold together. */
export interface Filter {
  /** Local month of the planned start, where the change now stands. */
  readonly month?: string | undefined;
  readonly status?: ChangeStatus | undefined;
  readonly class?: ChangeClass | undefined;
  readonly serviceProvider?: string | undefined;
}

const FACETS: Readonly<Record<keyof Filter, (scheduled: ScheduledChange) => string>> = {
  month: ({ change, window }) => monthOf(plannedInterval(change, window).start),
  status: ({ change }) => change.stage.status,
  class: ({ change }) => change.class,
  serviceProvider: ({ change }) => change.serviceProvider,
};
const NAMES = Object.keys(FACETS) as (keyof Filter)[];

/** The changes by id. */
const changes = table<ScheduledChange>('change');
/** `<facet>/<value>/<id>` of every change, and how many there are under each `<facet>/<value>/`. */
const index = table<true>('index');
const counts = table<number>('count');
/** When each window is planned now, and `<window>/<id>` of the changes placed in it. */
const windows = table<WindowOfChange>('window');
const placed = table<true>('placed');

/** The forward schedule of change, with every change where it now stands: one that is placed moves with its window. */
export const forwardSchedule = projection(
  'forward-schedule',
  1,
  ...[
    ChangeRaised,
    ChangeAssessed,
    ChangeApproved,
    ChangeRejected,
    ChangePlaced,
    ChangeWithdrawn,
    ChangeOutcomeRecorded,
    IncidentLinked,
    LessonsLearnedRecorded,
    ChangeClosed,
  ].map((definition) => on(definition, takeChange)),
  on(MaintenanceScheduled, (tables, { data: { maintenance } }) =>
    tables.put(windows, maintenance.maintenanceId, {
      start: maintenance.start,
      end: maintenance.end,
      cancelled: false,
    }),
  ),
  on(MaintenanceRescheduled, (tables, { data: { maintenanceId, to } }) =>
    takeWindow(tables, maintenanceId, { ...to, cancelled: false }),
  ),
  on(MaintenanceCancelled, (tables, { data: { maintenanceId } }) => {
    const window = tables.get(windows, maintenanceId);
    if (window) takeWindow(tables, maintenanceId, { ...window, cancelled: true });
  }),
);

/** A window stands otherwise than before, and with it the changes that are placed in it. */
function takeWindow(tables: Tables, maintenanceId: string, window: WindowOfChange): void {
  tables.put(windows, maintenanceId, window);
  for (const [key] of [...tables.rows(placed, { prefix: `${maintenanceId}/` })]) {
    const before = tables.get(changes, key.slice(maintenanceId.length + 1));
    if (before) put(tables, before, { ...before, window });
  }
}

function takeChange(tables: Tables, record: Recorded<ChangeEvent>): void {
  const { changeId } = record.data;
  const before = tables.get(changes, changeId);
  const change = changeFold.evolve(before?.change ?? null, record);
  if (!change) return;
  const [left, entered] = [before?.change.placement?.maintenanceId, change.placement?.maintenanceId];
  if (left !== entered) {
    if (left !== undefined) tables.delete(placed, `${left}/${changeId}`);
    if (entered !== undefined) tables.put(placed, `${entered}/${changeId}`, true);
  }
  const window = entered === undefined ? undefined : tables.get(windows, entered);
  put(tables, before, { change, window });
}

/** Puts a change in the place of what it was, in the table and under every facet that has changed. */
function put(tables: Tables, before: ScheduledChange | undefined, after: ScheduledChange): void {
  const { changeId } = after.change;
  tables.put(changes, changeId, after);
  for (const name of NAMES) {
    const [was, is] = [before && prefixOf(name, FACETS[name](before)), prefixOf(name, FACETS[name](after))];
    if (was === is) continue;
    if (was !== undefined) {
      tables.delete(index, was + changeId);
      tables.put(counts, was, (tables.get(counts, was) ?? 0) - 1);
    }
    tables.put(index, is + changeId, true);
    tables.put(counts, is, (tables.get(counts, is) ?? 0) + 1);
  }
}

const prefixOf = (name: keyof Filter, value: string): string => `${name}/${value}/`;

/** A part of the list, and where the rest of it begins. */
export interface Page {
  readonly items: readonly ScheduledChange[];
  /** Id of the change after which the next page begins; null where there is nothing left. */
  readonly next: string | null;
}

/** How many changes one page looks through at most, so that no filter can make a request a long one. */
const MOST_EXAMINED = 5_000;

/**
 * The changes after an id that a filter lets through, in the order of their ids: that order never changes, so whoever
 * pages through visits each change once, whatever happens meanwhile. At most `limit`; fewer, with more to come, where
 * finding them would mean looking through too many.
 */
export function pageOf(tables: TablesReader, filter: Filter, after: string | null, limit: number): Page {
  const items: ScheduledChange[] = [];
  let examined = 0;
  let last = after;
  for (const [changeId, scheduled] of candidates(tables, filter, after)) {
    if (examined === MOST_EXAMINED) return { items, next: last };
    examined += 1;
    if (matches(scheduled, filter)) {
      if (items.length === limit) return { items, next: items.at(-1)?.change.changeId ?? null };
      items.push(scheduled);
    }
    last = changeId;
  }
  return { items, next: null };
}

const matches = (scheduled: ScheduledChange, filter: Filter): boolean =>
  NAMES.every((name) => filter[name] === undefined || FACETS[name](scheduled) === filter[name]);

/** The changes after an id that have the rarest of the wanted facets, by id; all of them where none is wanted. */
function* candidates(
  tables: TablesReader,
  filter: Filter,
  after: string | null,
): Iterable<readonly [string, ScheduledChange]> {
  const wanted = NAMES.flatMap((name) => {
    const value = filter[name];
    if (value === undefined) return [];
    const prefix = prefixOf(name, value);
    return [{ prefix, count: tables.get(counts, prefix) ?? 0 }];
  }).sort((a, b) => a.count - b.count);
  const [rarest] = wanted;
  if (!rarest) {
    yield* tables.rows(changes, { after: after ?? undefined });
    return;
  }
  const { prefix } = rarest;
  for (const [key] of tables.rows(index, { prefix, after: after === null ? undefined : prefix + after })) {
    const changeId = key.slice(prefix.length);
    const scheduled = tables.get(changes, changeId);
    if (scheduled) yield [changeId, scheduled];
  }
}
