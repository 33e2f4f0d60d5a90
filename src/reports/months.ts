import type { RowQuery } from '../event-store/tables.js';
import { nextMonth } from '../rulebook/local-time.js';

/** Local months from one to another, both included. */
export interface MonthRange {
  readonly from: string;
  readonly to: string;
}

/** Every month of a range, in order. */
export function monthsOf({ from, to }: MonthRange): string[] {
  const months: string[] = [];
  for (let month = from; month <= to; month = nextMonth(month)) months.push(month);
  return months;
}

/** The key of a row: its parts, the month first, so that rows lie in the order of months. Always ASCII. */
export const rowKey = (...parts: readonly string[]): string =>
  parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/');

/** The parts of a key. */
export const keyParts = (key: string): string[] => key.split('/').map(decodeURIComponent);

/** The rows of a range of months, where the month is the first part of the key. */
export const inMonths = ({ from, to }: MonthRange): RowQuery => ({ from, to: `${to}~` });
