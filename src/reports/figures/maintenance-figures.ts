import {
  MaintenanceActivityAdded,
  MaintenanceCancelled,
  MaintenanceCompleted,
  MaintenanceMovedIn,
  MaintenanceReclassified,
  MaintenanceRescheduled,
  MaintenanceScheduled,
} from '../../calendar/events.js';
import { ChangePlaced, ChangeRejected, ChangeWithdrawn } from '../../changes/events.js';
import { on, projection } from '../../event-store/projection.js';
import { table, type Tables, type TablesReader } from '../../event-store/tables.js';
import type { Impact } from '../../rulebook/classification.js';
import type { Interval } from '../../rulebook/local-time.js';
import { monthOf } from '../../rulebook/local-time.js';
import { inMonths, keyParts, rowKey, type MonthRange } from '../months.js';
import { added, restate, type Figures, type SumTable } from '../sums.js';
import { completed, moved, plannedWindow, withActivity, type ReportedWindow } from './reported-window.js';
import {
  performance,
  performanceOf,
  performanceOfAll,
  ssiOutageOfWindows,
  ssiOutageShares,
  usage,
  usageOf,
  usageOfAll,
  type WindowPerformance,
  type SsiOutageOfWindows,
  type WindowUsage,
} from './window-shares.js';

/** Every window, by its id. */
const windows = table<ReportedWindow>('window');
/** The window that a change is placed in, by the change's id. */
const placements = table<{ readonly maintenanceId: string }>('placement');
/** Low Impact windows that disrupted a core service, by the month in which they began and their id. */
const disruptions = table<UnexpectedDisruption>('unexpected-core-disruption');

/** Low Impact maintenance that in fact disrupted core services. */
export interface UnexpectedDisruption extends Interval {
  readonly maintenanceId: string;
  readonly serviceProviders: readonly string[];
  /** The core services that it disrupted. */
  readonly services: readonly string[];
}

/** What the reports about maintenance windows are answered from: sums by month, kept as the facts come. */
export const maintenanceFigures = projection(
  'report-maintenance',
  1,
  on(MaintenanceScheduled, (tables, { data }) => put(tables, plannedWindow(data.maintenance))),
  on(MaintenanceRescheduled, (tables, { data }) => change(tables, data.maintenanceId, (one) => moved(one, data))),
  on(MaintenanceMovedIn, (tables, { data: { maintenance } }) => {
    const changes = tables.get(windows, rowKey(maintenance.maintenanceId))?.changes ?? 0;
    put(tables, { ...plannedWindow(maintenance), changes });
  }),
  on(MaintenanceCancelled, (tables, { data }) =>
    change(tables, data.maintenanceId, (one) => ({ ...one, stage: { status: 'cancelled' } })),
  ),
  on(MaintenanceActivityAdded, (tables, { data }) =>
    change(tables, data.maintenanceId, (one) => withActivity(one, data)),
  ),
  on(MaintenanceReclassified, (tables, { data }) =>
    change(tables, data.maintenanceId, (one) => ({ ...one, impact: data.to })),
  ),
  on(MaintenanceCompleted, (tables, { data }) => change(tables, data.maintenanceId, (one) => completed(one, data))),
  on(ChangePlaced, (tables, { data }) => {
    takeOut(tables, data.changeId);
    tables.put(placements, rowKey(data.changeId), { maintenanceId: data.maintenanceId });
    countChanges(tables, data.maintenanceId, 1);
  }),
  on(ChangeWithdrawn, (tables, { data }) => takeOut(tables, data.changeId)),
  on(ChangeRejected, (tables, { data }) => takeOut(tables, data.changeId)),
);

/** A change is no longer in the window that it was placed in. */
function takeOut(tables: Tables, changeId: string): void {
  const placed = tables.get(placements, rowKey(changeId));
  if (!placed) return;
  tables.delete(placements, rowKey(changeId));
  countChanges(tables, placed.maintenanceId, -1);
}

const countChanges = (tables: Tables, maintenanceId: string, more: 1 | -1): void =>
  change(tables, maintenanceId, (one) => ({ ...one, changes: one.changes + more }));

function change(tables: Tables, maintenanceId: string, next: (window: ReportedWindow) => ReportedWindow): void {
  const window = tables.get(windows, rowKey(maintenanceId));
  if (window) put(tables, next(window));
}

/** Keeps a window as it now stands, and restates every sum that it is part of. */
function put(tables: Tables, now: ReportedWindow): void {
  const key = rowKey(now.maintenanceId);
  const before = tables.get(windows, key);
  tables.put(windows, key, now);
  restateFrom(tables, ssiOutageOfWindows, ssiOutageShares, before, now);
  restateFrom(tables, performanceOfAll, (window) => ofAll(window, [performanceOf(window)]), before, now);
  restateFrom(tables, performance, (window) => ofProviders(window, [performanceOf(window)]), before, now);
  restateFrom(tables, usageOfAll, (window) => ofAll(window, usageOf(window)), before, now);
  restateFrom(tables, usage, (window) => ofProviders(window, usageOf(window)), before, now);
  for (const [row, disruption] of disruptionOf(now)) tables.put(disruptions, row, disruption);
}

function restateFrom<F extends Figures<F>>(
  tables: Tables,
  sums: SumTable<F>,
  shares: (window: ReportedWindow) => { readonly key: string; readonly figures: Partial<F> }[],
  before: ReportedWindow | undefined,
  now: ReportedWindow,
): void {
  restate(tables, sums, before ? shares(before) : [], shares(now));
}

interface MonthShare<F> {
  readonly month: string;
  readonly figures: Partial<F>;
}

/** The shares of a window in the sums of all: it counts once, whoever works in it. */
const ofAll = <F>(
  { impact }: ReportedWindow,
  shares: readonly MonthShare<F>[],
): { key: string; figures: Partial<F> }[] =>
  shares.map(({ month, figures }) => ({ key: rowKey(month, impact), figures }));

/** The shares of a window in the sums of each provider that works in it: whole for each. */
const ofProviders = <F>(
  { impact, serviceProviders }: ReportedWindow,
  shares: readonly MonthShare<F>[],
): { key: string; figures: Partial<F> }[] =>
  serviceProviders.flatMap((provider) =>
    shares.map(({ month, figures }) => ({ key: rowKey(month, impact, provider), figures })),
  );

/** The row of a window that unexpectedly disrupted a core service; none for any other. */
function disruptionOf({ maintenanceId, serviceProviders, stage }: ReportedWindow): [string, UnexpectedDisruption][] {
  if (stage.status !== 'completed' || stage.unexpectedly === null) return [];
  const { start, end, unexpectedly } = stage;
  return [
    [rowKey(monthOf(start), maintenanceId), { maintenanceId, start, end, serviceProviders, services: unexpectedly }],
  ];
}

/** SSI outage in the windows of a month, minutes. */
export const ssiOutageInWindows = (tables: TablesReader, month: string): SsiOutageOfWindows =>
  tables.get(ssiOutageOfWindows, rowKey(month)) ?? ssiOutageOfWindows.zero;

/** How the windows of one impact went that were planned for a month, each counted once. */
export const performanceIn = (tables: TablesReader, month: string, impact: Impact): WindowPerformance =>
  tables.get(performanceOfAll, rowKey(month, impact)) ?? performance.zero;

/** What a month holds of the windows of one impact, each counted once. */
export const usageIn = (tables: TablesReader, month: string, impact: Impact): WindowUsage =>
  tables.get(usageOfAll, rowKey(month, impact)) ?? usage.zero;

/** Figures of one provider's windows of one impact. */
export interface OfProvider<F> {
  readonly serviceProvider: string;
  readonly impact: Impact;
  readonly figures: F;
}

/** How each provider's windows went, over a range of months; by provider, then impact. */
export const performanceByProvider = (tables: TablesReader, range: MonthRange): OfProvider<WindowPerformance>[] =>
  byProvider(tables, performance, range);

/** What a range of months holds of each provider's windows; by provider, then impact. */
export const usageByProvider = (tables: TablesReader, range: MonthRange): OfProvider<WindowUsage>[] =>
  byProvider(tables, usage, range);

function byProvider<F extends Figures<F>>(tables: TablesReader, sums: SumTable<F>, range: MonthRange): OfProvider<F>[] {
  const found = new Map<string, OfProvider<F>>();
  for (const [key, figures] of tables.rows(sums, inMonths(range))) {
    const [, impact, serviceProvider = ''] = keyParts(key);
    const name = rowKey(serviceProvider, String(impact));
    const sum = added(sums, [found.get(name)?.figures ?? sums.zero, figures]);
    found.set(name, { serviceProvider, impact: impact as Impact, figures: sum });
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, entry]) => entry);
}

/** Low Impact windows that disrupted a core service, of a range of months, in the order of months. */
export const unexpectedDisruptions = (
  tables: TablesReader,
  range: MonthRange,
): { readonly month: string; readonly disruption: UnexpectedDisruption }[] =>
  [...tables.rows(disruptions, inMonths(range))].map(([key, disruption]) => ({
    month: keyParts(key)[0] ?? '',
    disruption,
  }));
