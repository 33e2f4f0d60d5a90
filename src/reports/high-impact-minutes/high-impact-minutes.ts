import type { Reading } from '../../commands/reading.js';
import { derogationFold } from '../../panel/derogation.js';
import { monthLimits } from '../../rulebook/limits.js';
import { unplannedInMonth, type UnplannedInMonth } from '../../unplanned/unplanned-by-month.js';
import { maintenanceFigures, usageByProvider, usageIn } from '../figures/maintenance-figures.js';
import { usage, type WindowUsage } from '../figures/window-shares.js';
import { monthsOf, type MonthRange } from '../months.js';
import { added } from '../sums.js';

/** High Impact windows and their minutes. */
export interface HighImpactMinutes {
  /** Windows that start in the month and were not cancelled. */
  readonly windows: number;
  /** Minutes that count against the limit: as planned, and once completed as they were (H8.3(c)). */
  readonly used: number;
  /** Minutes of the plan, by the month of the plan; minutes of what was completed, by the month in which it began. */
  readonly planned: number;
  readonly actual: number;
}

/** The same for one month, with what runs in from the month before. */
export interface HighImpactMinutesOfMonth extends HighImpactMinutes {
  /** Minutes after the last midnight of the month before: held against the limit too. */
  readonly carriedIn: number;
}

/** High Impact minutes by month and in total. */
export interface HighImpactMinutesReport extends MonthRange {
  readonly months: readonly (HighImpactMinutesOfMonth & {
    readonly month: string;
    /** Minutes a month: the Code's, or the Panel's in a derogation; null: none in force. */
    readonly limit: number | null;
    /** A shadow report: the limit is the DCC's as a whole. Windows with several providers count whole for each. */
    readonly providers: readonly (HighImpactMinutesOfMonth & { readonly serviceProvider: string })[];
    /** Shown beside the limit, never in it (H8.6). */
    readonly unplanned: UnplannedInMonth;
  })[];
  /** Of the range. What is carried in is part of what the months before used, and is not added to it again. */
  readonly total: HighImpactMinutes & {
    readonly providers: readonly (HighImpactMinutes & { readonly serviceProvider: string })[];
    readonly unplanned: UnplannedInMonth;
  };
}

/** High Impact minutes beside their limit, as the budget of each month counts them. */
export function highImpactMinutesReport(reading: Reading, range: MonthRange): HighImpactMinutesReport {
  const tables = reading.projected(maintenanceFigures);
  const derogations = reading.all(derogationFold).filter((one) => one !== null);
  const providersIn = (months: MonthRange): { readonly serviceProvider: string; readonly figures: WindowUsage }[] =>
    usageByProvider(tables, months).filter(({ impact }) => impact === 'High');
  const months = monthsOf(range);
  return {
    ...range,
    months: months.map((month) => ({
      month,
      limit: monthLimits(month, derogations).high.minutes,
      ...ofMonth(usageIn(tables, month, 'High')),
      providers: providersIn({ from: month, to: month }).map(({ serviceProvider, figures }) => ({
        serviceProvider,
        ...ofMonth(figures),
      })),
      unplanned: unplannedInMonth(reading, month),
    })),
    total: {
      ...minutesOf(
        added(
          usage,
          months.map((month) => usageIn(tables, month, 'High')),
        ),
      ),
      providers: providersIn(range).map(({ serviceProvider, figures }) => ({ serviceProvider, ...minutesOf(figures) })),
      unplanned: added(
        { zero: { count: 0, underWay: 0, minutes: 0, plannedBeforeMonth: 0 } },
        months.map((month) => unplannedInMonth(reading, month)),
      ),
    },
  };
}

const minutesOf = ({ windows, used, planned, actual }: WindowUsage): HighImpactMinutes => ({
  windows,
  used,
  planned,
  actual,
});

const ofMonth = (figures: WindowUsage): HighImpactMinutesOfMonth => ({
  ...minutesOf(figures),
  carriedIn: figures.carriedIn,
});
