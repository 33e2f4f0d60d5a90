import type { Reading } from '../commands/reading.js';
import { on, projection } from '../event-store/projection.js';
import { table } from '../event-store/tables.js';
import { monthOf } from '../rulebook/local-time.js';
import { UnplannedMaintenanceDeclared, UnplannedMaintenanceEnded } from './events.js';

/** What a month's row of one Unplanned Maintenance says. */
interface MonthRow {
  readonly plannedBeforeMonth: boolean;
  /** Elapsed; null until it has ended. */
  readonly minutes: number | null;
}

/** By local month of the start and id: `2026-11/U1`. */
const byMonth = table<MonthRow>('unplanned-by-month');
const key = (start: string, unplannedId: string): string => `${monthOf(start)}/${unplannedId}`;

/** Keeps a row of each. */
export const unplannedByMonth = projection(
  'unplanned-by-month',
  1,
  on(UnplannedMaintenanceDeclared, (tables, { data: { start, unplannedId, plannedBeforeMonth } }) => {
    tables.put(byMonth, key(start, unplannedId), { plannedBeforeMonth, minutes: null });
  }),
  on(UnplannedMaintenanceEnded, (tables, { data: { start, unplannedId, minutes } }) => {
    const row = tables.get(byMonth, key(start, unplannedId));
    if (row) tables.put(byMonth, key(start, unplannedId), { ...row, minutes });
  }),
);

/** Unplanned Maintenance that starts in a month: shown beside the limits of H8.3, never in them (H8.6). */
export interface UnplannedInMonth {
  readonly count: number;
  /** Of these, how many have not ended. */
  readonly underWay: number;
  /** Elapsed minutes of those that have, each whole in the month in which it starts. */
  readonly minutes: number;
  /** How many had been declared before the month began. */
  readonly plannedBeforeMonth: number;
}

/** The Unplanned Maintenance of a month, for answers: a decision never reads it. */
export function unplannedInMonth(reading: Reading, month: string): UnplannedInMonth {
  const rows = [...reading.projected(unplannedByMonth).rows(byMonth, { prefix: `${month}/` })].map(([, row]) => row);
  return {
    count: rows.length,
    underWay: rows.filter(({ minutes }) => minutes === null).length,
    minutes: rows.reduce((sum, { minutes }) => sum + (minutes ?? 0), 0),
    plannedBeforeMonth: rows.filter((row) => row.plannedBeforeMonth).length,
  };
}
