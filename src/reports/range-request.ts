import { AsOfAsTable } from '../commands/query-endpoint.js';
import { MonthField } from '../http/fields.js';
import { badFields } from '../http/problem.js';
import { monthOf, previousMonth } from '../rulebook/local-time.js';
import { monthsOf, type MonthRange } from './months.js';

/** Months that are reported where no first month is named. */
const DEFAULT_MONTHS = 12;
/** The longest range of one answer. Months. */
const MAXIMUM_MONTHS = 600;

/** The months that a report is about. */
export class ReportQuery extends AsOfAsTable {
  @MonthField({
    description: `the first month; ${String(DEFAULT_MONTHS - 1)} months before the last where it is left out`,
    optional: true,
    example: '2026-01',
  })
  from?: string;

  @MonthField({
    description: `the last month; the present one (or \`from\`, where that is later) where it is left out; at most ${String(MAXIMUM_MONTHS)} months in all`,
    optional: true,
    example: '2026-12',
  })
  to?: string;
}

/**
 * The range of a report at `now`.
 * @throws Problem 400 where it ends before it begins, or is too long
 */
export function rangeOf({ from, to }: ReportQuery, now: string): MonthRange {
  const present = monthOf(now);
  const last = to ?? (from !== undefined && from > present ? from : present);
  const first = from ?? monthsBefore(last, DEFAULT_MONTHS - 1);
  if (last < first) throw badFields([{ pointer: '/to', detail: `must not be before from, ${first}` }]);
  const months = monthsOf({ from: first, to: last }).length;
  if (months > MAXIMUM_MONTHS)
    throw badFields([
      { pointer: '/to', detail: `makes a range of ${String(months)} months: at most ${String(MAXIMUM_MONTHS)}` },
    ]);
  return { from: first, to: last };
}

const monthsBefore = (month: string, count: number): string =>
  count === 0 ? month : monthsBefore(previousMonth(month), count - 1);
