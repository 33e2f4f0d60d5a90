import type { Reading } from '../../commands/reading.js';
import { localTime, milliseconds } from '../../rulebook/local-time.js';
import {
  maintenanceFigures,
  unexpectedDisruptions,
  usageIn,
  type UnexpectedDisruption,
} from '../figures/maintenance-figures.js';
import { monthsOf, type MonthRange } from '../months.js';

/** Low Impact windows that were completed, and how many of them disrupted a core service. */
export interface DisruptionCount {
  readonly completed: number;
  readonly unexpected: number;
}

/** One such window; instants in UTC, `…Local` in Europe/London, as it was and not as planned. */
export interface DisruptionEntry extends UnexpectedDisruption {
  readonly startLocal: string;
  readonly endLocal: string;
}

/** Low Impact maintenance that in fact disrupted a core service, by the month in which it began, and in total. */
export interface UnexpectedCoreDisruptionReport extends MonthRange {
  readonly months: readonly (DisruptionCount & {
    readonly month: string;
    readonly maintenance: readonly DisruptionEntry[];
  })[];
  readonly total: DisruptionCount;
}

/** Low Impact maintenance that was not to touch a core service and did: what a Network Party asked to be told. */
export function unexpectedCoreDisruptionReport(reading: Reading, range: MonthRange): UnexpectedCoreDisruptionReport {
  const tables = reading.projected(maintenanceFigures);
  const disruptions = unexpectedDisruptions(tables, range);
  const months = monthsOf(range).map((month) => {
    const maintenance = disruptions
      .filter((one) => one.month === month)
      .map(({ disruption }) => entry(disruption))
      .sort((one, other) => milliseconds(one.start) - milliseconds(other.start));
    return {
      month,
      completed: usageIn(tables, month, 'Low').completed,
      unexpected: maintenance.length,
      maintenance,
    };
  });
  return {
    ...range,
    months,
    total: {
      completed: months.reduce((sum, { completed }) => sum + completed, 0),
      unexpected: months.reduce((sum, { unexpected }) => sum + unexpected, 0),
    },
  };
}

const entry = (disruption: UnexpectedDisruption): DisruptionEntry => ({
  ...disruption,
  startLocal: localTime(disruption.start),
  endLocal: localTime(disruption.end),
});
