import { on, projection } from '../../event-store/projection.js';
import { table, type Tables, type TablesReader } from '../../event-store/tables.js';
import { monthOf } from '../../rulebook/local-time.js';
import { outageByMonth } from '../../rulebook/ssi-outage.js';
import { UnplannedMaintenanceDeclared, UnplannedMaintenanceEnded } from '../../unplanned/events.js';
import { rowKey } from '../months.js';
import { restate, sumTable, type Share } from '../sums.js';

/** What the reports remember of Unplanned Maintenance. */
interface ReportedUnplanned {
  readonly unplannedId: string;
  readonly start: string;
  readonly plannedBeforeMonth: boolean;
  readonly over: { readonly minutes: number; readonly ssiOutageMinutes: number } | null;
}

/** All Unplanned Maintenance, by its id. */
const unplanned = table<ReportedUnplanned>('unplanned');

/** Unplanned Maintenance; rows by the month in which it began. */
const figures = sumTable('unplanned-by-month', {
  count: 0,
  /** Of those, how many were declared before their month began, and how many are not over yet. */
  plannedBeforeMonth: 0,
  open: 0,
  /** Minutes of those that are over. */
  minutes: 0,
  /** SSI outage in them, minutes: alone split at the month's end. */
  ssiOutageMinutes: 0,
});
export type UnplannedFigures = typeof figures.zero;

/** Unplanned Maintenance, to be shown beside the limits and never in them (H8.6): sums by month. */
export const unplannedFigures = projection(
  'report-unplanned',
  1,
  on(UnplannedMaintenanceDeclared, (tables, { data: { unplannedId, start, plannedBeforeMonth } }) =>
    put(tables, { unplannedId, start, plannedBeforeMonth, over: null }),
  ),
  on(UnplannedMaintenanceEnded, (tables, { data: { unplannedId, start, minutes, ssiOutageMinutes } }) => {
    const declared = tables.get(unplanned, rowKey(unplannedId));
    if (declared) put(tables, { ...declared, start, over: { minutes, ssiOutageMinutes } });
  }),
);

function put(tables: Tables, now: ReportedUnplanned): void {
  const key = rowKey(now.unplannedId);
  const before = tables.get(unplanned, key);
  tables.put(unplanned, key, now);
  restate(tables, figures, before ? sharesOf(before) : [], sharesOf(now));
}

function sharesOf({ start, plannedBeforeMonth, over }: ReportedUnplanned): Share<UnplannedFigures>[] {
  return [
    {
      key: rowKey(monthOf(start)),
      figures: {
        count: 1,
        plannedBeforeMonth: Number(plannedBeforeMonth),
        ...(over ? { minutes: over.minutes } : { open: 1 }),
      },
    },
    ...(over ? outageByMonth(start, over.ssiOutageMinutes) : []).map(({ month, minutes }) => ({
      key: rowKey(month),
      figures: { ssiOutageMinutes: minutes },
    })),
  ];
}

/** Unplanned Maintenance of a month. */
export const unplannedIn = (tables: TablesReader, month: string): UnplannedFigures =>
  tables.get(figures, rowKey(month)) ?? figures.zero;
