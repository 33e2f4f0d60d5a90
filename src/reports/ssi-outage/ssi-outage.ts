import type { Reading } from '../../commands/reading.js';
import { derogationFold } from '../../panel/derogation.js';
import { monthLimits } from '../../rulebook/limits.js';
import { addedChanges, changeFigures, changesByMonth } from '../figures/change-figures.js';
import { maintenanceFigures, ssiOutageInWindows } from '../figures/maintenance-figures.js';
import { ssiOutageInUnplanned, unplannedFigures } from '../figures/unplanned-figures.js';
import { monthsOf, type MonthRange } from '../months.js';
import { added } from '../sums.js';

/** SSI outage, minutes. */
export interface SsiOutage {
  /** In the windows of the plan as it last stood, the cancelled ones left out; unplanned work and changes have none. */
  readonly planned: number;
  /** What was recorded: `high + low + unplanned + changes`. */
  readonly actual: number;
  readonly high: number;
  readonly low: number;
  readonly unplanned: number;
  /** In production changes that were not placed in a window; of those that were, it is in the window's. */
  readonly changes: number;
}

/** SSI outage by month and in total. */
export interface SsiOutageReport extends MonthRange {
  readonly months: readonly (SsiOutage & {
    readonly month: string;
    /** Minutes a month that the Code allows for SSI maintenance (before the trial of MP092); null: none of its own. */
    readonly limit: number | null;
  })[];
  readonly total: SsiOutage;
}

const NONE: SsiOutage = { planned: 0, actual: 0, high: 0, low: 0, unplanned: 0, changes: 0 };

/** How long the Self-Service Interface was out, and how long it was meant to be. */
export function ssiOutageReport(reading: Reading, range: MonthRange): SsiOutageReport {
  const inWindows = reading.projected(maintenanceFigures);
  const unplannedWork = reading.projected(unplannedFigures);
  const ofChanges = reading.projected(changeFigures);
  const derogations = reading.all(derogationFold).filter((one) => one !== null);
  const months = monthsOf(range).map((month) => {
    const { planned, high, low } = ssiOutageInWindows(inWindows, month);
    const unplanned = ssiOutageInUnplanned(unplannedWork, month);
    const rows = [...changesByMonth(ofChanges, { from: month, to: month })];
    const changes = addedChanges(rows.map(({ figures }) => figures)).ssiOutageMinutes;
    const actual = high + low + unplanned + changes;
    return { month, planned, actual, high, low, unplanned, changes, limit: monthLimits(month, derogations).ssi };
  });
  const total = added(
    { zero: NONE },
    months.map(({ planned, actual, high, low, unplanned, changes }) => ({
      planned,
      actual,
      high,
      low,
      unplanned,
      changes,
    })),
  );
  return { ...range, months, total };
}
