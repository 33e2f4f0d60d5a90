import rrule, { type Options } from 'rrule';
import { dateOfDay, dayNumber } from '../rulebook/local-time.js';
import { WEEKDAYS, type Frequency, type RecurrenceRule } from './recurrence-rule.js';

const { RRule } = rrule;

/** Local dates, both ends included. */
export interface DateRange {
  readonly first: string;
  readonly last: string;
}

/**
 * The Gregorian calendar repeats itself after 400 years, and `rrule` seeks a rule's next date until the year 9999. So a
 * rule is expanded in a cycle near that end: what will never come again (a second Saturday that is the 1st) is given up
 * after centuries, not millennia.
 */
const YEARS_AHEAD = 19 * 400;

/**
 * The dates in a range on which a rule falls, counted from the date on which it begins; in order, each once. What the
 * rule leaves open (the day of a MONTHLY rule without one) is as on the date of its beginning. BYSETPOS picks from the
 * whole of each period, the first one too.
 *
 * Expanded by `rrule` as floating dates without any time zone, from the last period before the range that the rule's
 * INTERVAL meets, so that it takes no longer for a rule that began long ago. BYSETPOS is applied here: `rrule` takes the
 * first of one day for the second from its end.
 */
export function datesOf(rule: RecurrenceRule, from: string, { first, last }: DateRange): string[] {
  const begin = first > from ? first : from;
  if (begin > last || !canFallWithin(rule, from, { first: begin, last })) return [];
  const [start, end] = [periodOf(rule, begin), periodOf(rule, last)];
  const origin = periodOf(rule, from);
  const met = origin + Math.floor((start - origin) / rule.interval) * rule.interval;
  const dates = new RRule({ ...options(rule, from), dtstart: floating(firstOfPeriod(rule, met)) }, true)
    .between(floating(firstOfPeriod(rule, start)), floating(dateBefore(firstOfPeriod(rule, end + 1))), true)
    .map(dateOfFloating);
  return picked(rule, dates).filter((date) => begin <= date && date <= last);
}

/** The dates that BYSETPOS picks from each period's; all of them where there is none. */
function picked(rule: RecurrenceRule, dates: readonly string[]): readonly string[] {
  if (rule.positions.length === 0) return dates;
  const periods = [...Map.groupBy(dates, (date) => periodOf(rule, date)).values()];
  return periods.flatMap((period) =>
    period.filter((_, index) => rule.positions.some((at) => at - 1 === index || at + period.length === index)),
  );
}

const FREQUENCY: Readonly<Record<Frequency, Options['freq']>> = {
  DAILY: RRule.DAILY,
  WEEKLY: RRule.WEEKLY,
  MONTHLY: RRule.MONTHLY,
  YEARLY: RRule.YEARLY,
};
const DAYS = [RRule.MO, RRule.TU, RRule.WE, RRule.TH, RRule.FR, RRule.SA, RRule.SU];

/** The rule as `rrule` takes it, with what it leaves open filled in from the date on which it begins. */
function options({ frequency, interval, weekStart, ...rule }: RecurrenceRule, from: string): Partial<Options> {
  const open = rule.weekdays.length === 0 && rule.monthDays.length === 0;
  const [, month = 1, monthDay = 1] = from.split('-').map(Number);
  const months = open && frequency === 'YEARLY' && rule.months.length === 0 ? [month] : rule.months;
  const monthDays = open && (frequency === 'MONTHLY' || frequency === 'YEARLY') ? [monthDay] : rule.monthDays;
  const weekdays = open && frequency === 'WEEKLY' ? [{ day: weekdayOf(dayNumber(from)), nth: null }] : rule.weekdays;
  return {
    freq: FREQUENCY[frequency],
    interval,
    wkst: weekStart,
    bymonth: listed(months),
    bymonthday: listed(monthDays),
    byweekday: listed(weekdays.map(({ day, nth }) => (nth === null ? day : (DAYS[day]?.nth(nth) ?? day)))),
  };
}

const listed = <Value>(values: readonly Value[]): Value[] | null => (values.length === 0 ? null : [...values]);

/**
 * Whether any date of a range lies in a period that INTERVAL meets and satisfies BYMONTH, BYMONTHDAY and the days of
 * BYDAY, their numbers left aside. Necessary, not sufficient: it answers at once for a rule whose days never come, such
 * as 30 February.
 */
function canFallWithin(rule: RecurrenceRule, from: string, { first, last }: DateRange): boolean {
  const { months, monthDays, weekdays, interval } = rule;
  const origin = periodOf(rule, from);
  for (let day = dayNumber(first); day <= dayNumber(last); day += 1) {
    const date = dateOfDay(day);
    const [year = 0, month = 0, monthDay = 0] = date.split('-').map(Number);
    const fromEnd = monthDay - new Date(Date.UTC(year, month, 0)).getUTCDate() - 1;
    if (
      (periodOf(rule, date) - origin) % interval === 0 &&
      (months.length === 0 || months.includes(month)) &&
      (monthDays.length === 0 || monthDays.includes(monthDay) || monthDays.includes(fromEnd)) &&
      (weekdays.length === 0 || weekdays.some((one) => one.day === weekdayOf(day)))
    )
      return true;
  }
  return false;
}

/** The number of the period (day, week, month or year) of a rule that a date lies in; the next has the next number. */
function periodOf({ frequency, weekStart }: RecurrenceRule, date: string): number {
  const [year = 0, month = 0] = date.split('-').map(Number);
  switch (frequency) {
    case 'DAILY':
      return dayNumber(date);
    case 'WEEKLY':
      return Math.floor((dayNumber(date) - firstWeek(weekStart)) / WEEKDAYS.length);
    case 'MONTHLY':
      return year * 12 + month - 1;
    case 'YEARLY':
      return year;
  }
}

/** The first date of a period: the inverse of {@link periodOf}. */
function firstOfPeriod({ frequency, weekStart }: RecurrenceRule, period: number): string {
  switch (frequency) {
    case 'DAILY':
      return dateOfDay(period);
    case 'WEEKLY':
      return dateOfDay(period * WEEKDAYS.length + firstWeek(weekStart));
    case 'MONTHLY':
      return `${String(Math.floor(period / 12))}-${String((period % 12) + 1).padStart(2, '0')}-01`;
    case 'YEARLY':
      return `${String(period)}-01-01`;
  }
}

const dateBefore = (date: string): string => dateOfDay(dayNumber(date) - 1);

/** 1 January 1970, day number 0, was a Thursday. */
const THURSDAY = 3;
const weekdayOf = (day: number): number => (((day + THURSDAY) % WEEKDAYS.length) + WEEKDAYS.length) % WEEKDAYS.length;
/** The day number of the first Monday (or other first day of a week) from 1 January 1970 on. */
const firstWeek = (weekStart: number): number => (weekStart - THURSDAY + WEEKDAYS.length) % WEEKDAYS.length;

/** A date as `rrule` takes it: midnight UTC, some cycles of the calendar later. */
function floating(date: string): Date {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return new Date(Date.UTC(year + YEARS_AHEAD, month - 1, day));
}

const dateOfFloating = (date: Date): string =>
  `${String(date.getUTCFullYear() - YEARS_AHEAD)}${date.toISOString().slice(4, 10)}`;
