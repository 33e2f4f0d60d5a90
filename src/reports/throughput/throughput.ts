import type { Reading } from '../../commands/reading.js';
import { derogationFold } from '../../panel/derogation.js';
import { fraction } from '../../rulebook/change-targets.js';
import { monthLimits } from '../../rulebook/limits.js';
import { previousMonth } from '../../rulebook/local-time.js';
import { addedChanges, changeFigures, changesByMonth, changesRaised } from '../figures/change-figures.js';
import { maintenanceFigures, usageIn } from '../figures/maintenance-figures.js';
import { monthsOf, type MonthRange } from '../months.js';

/** One thing for High Impact windows and one for Low. */
export interface ByImpact<Value> {
  readonly high: Value;
  readonly low: Value;
}

/** How much was changed, and in how many windows. Counts, but for the fractions. */
export interface Throughput {
  /** Changes put on the forward schedule. */
  readonly raised: number;
  /** Changes on the forward schedule by the end, whenever they were put there. */
  readonly visible: number;
  /** Production changes with an outcome, by the month in which they ended. */
  readonly implemented: number;
  readonly standard: number;
  /** Standard changes among the implemented ones. */
  readonly standardShare: number | null;
  /** Changes placed in the windows used, and how many in each on average. */
  readonly changesInWindows: ByImpact<number>;
  readonly changesPerWindow: ByImpact<number | null>;
}

/** Windows that start in a month and were not cancelled, as the month's budget counts them; and how many it allows. */
export interface WindowsUsed {
  readonly used: number;
  /** null: none in force. */
  readonly limit: number | null;
}

/** Throughput by month and in total. */
export interface ThroughputReport extends MonthRange {
  readonly months: readonly (Throughput & { readonly month: string; readonly windows: ByImpact<WindowsUsed> })[];
  readonly total: Throughput & {
    readonly windows: ByImpact<{ readonly used: number }>;
    /** Implemented changes by the number of months in the range. */
    readonly implementedPerMonth: number | null;
  };
}

/** How much was changed in each month, how much of it by standard changes, and how full the windows were. */
export function throughputReport(reading: Reading, range: MonthRange): ThroughputReport {
  const ofChanges = reading.projected(changeFigures);
  const ofWindows = reading.projected(maintenanceFigures);
  const derogations = reading.all(derogationFold).filter((one) => one !== null);
  const months = monthsOf(range).map((month) => {
    const rows = [...changesByMonth(ofChanges, { from: month, to: month })];
    const { raised, implemented, standard } = addedChanges(rows.map(({ figures }) => figures));
    const [high, low] = [usageIn(ofWindows, month, 'High'), usageIn(ofWindows, month, 'Low')];
    return { month, raised, implemented, standard, high, low };
  });
  let visible = changesRaised(ofChanges, { by: previousMonth(range.from) });
  const reported = months.map(({ month, high, low, ...changes }) => {
    visible += changes.raised;
    const limits = monthLimits(month, derogations);
    return {
      month,
      ...changes,
      visible,
      standardShare: fraction(changes.standard, changes.implemented),
      windows: {
        high: { used: high.windows, limit: limits.high.windows },
        low: { used: low.windows, limit: limits.low.windows },
      },
      ...inWindows({ high, low }),
    };
  });
  const sum = (figure: (month: (typeof months)[number]) => number): number =>
    months.reduce((total, month) => total + figure(month), 0);
  const [raised, implemented, standard] = [
    sum((month) => month.raised),
    sum((month) => month.implemented),
    sum((month) => month.standard),
  ];
  const high = { windows: sum((month) => month.high.windows), changes: sum((month) => month.high.changes) };
  const low = { windows: sum((month) => month.low.windows), changes: sum((month) => month.low.changes) };
  return {
    ...range,
    months: reported,
    total: {
      raised,
      visible,
      implemented,
      implementedPerMonth: fraction(implemented, months.length),
      standard,
      standardShare: fraction(standard, implemented),
      windows: { high: { used: high.windows }, low: { used: low.windows } },
      ...inWindows({ high, low }),
    },
  };
}

const inWindows = ({
  high,
  low,
}: ByImpact<{ readonly windows: number; readonly changes: number }>): Pick<
  Throughput,
  'changesInWindows' | 'changesPerWindow'
> => ({
  changesInWindows: { high: high.changes, low: low.changes },
  changesPerWindow: { high: fraction(high.changes, high.windows), low: fraction(low.changes, low.windows) },
});
