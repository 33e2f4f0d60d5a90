import { addDays, dateOfDay, dayNumber } from './local-time.js';

/** That a date is (or no longer is) a bank holiday, and since when that has been known. */
export interface HolidayFact {
  date: string;
  name: string;
  /** The date on which it was announced; null where it has always been known. */
  announcedOn: string | null;
  /** False for the removal of a holiday. */
  holiday: boolean;
}

/** The Working Days as they were known on some date: not a Saturday, a Sunday or a bank holiday. */
export interface WorkingDays {
  isWorkingDay(date: string): boolean;
  /** Whether the day with this number (days since 1970) is a Working Day. */
  isWorkingDayNumber(day: number): boolean;
  /** The day numbers of the bank holidays that fall on weekdays, ascending. */
  readonly weekdayHolidays: readonly number[];
}

/** 1 January 1970 was a Thursday: day 0 is the fifth day of a week that starts on Sunday. */
const WEEKDAY_OF_DAY_ZERO = 4;

/**
 * The Working Days as known on a date: compliance is judged by what had been announced by then, and the same reckoning
 * with a later date gives the restated margin. For each date the fact announced last decides; of facts announced on the
 * same date, the later in the list. A holiday that falls on a weekend takes no Working Day.
 */
export function workingDays(facts: readonly HolidayFact[], knownOn: string): WorkingDays {
  const known = facts
    .filter((fact) => fact.announcedOn === null || fact.announcedOn <= knownOn)
    .toSorted((one, other) => order(one.announcedOn ?? '', other.announcedOn ?? ''));
  const verdicts = new Map(known.map((fact) => [dayNumber(fact.date), fact.holiday]));
  const weekdayHolidays = [...verdicts]
    .filter(([day, holiday]) => holiday && isWeekday(day))
    .map(([day]) => day)
    .toSorted((one, other) => one - other);
  const holidays = new Set(weekdayHolidays);
  const isWorkingDayNumber = (day: number): boolean => isWeekday(day) && !holidays.has(day);
  return { isWorkingDay: (date) => isWorkingDayNumber(dayNumber(date)), isWorkingDayNumber, weekdayHolidays };
}

/**
 * H8.4, H8.4A: the clear Working Days between a notice and an event: those strictly between the two local dates. Zero
 * when the event is not after the notice.
 */
export function clearWorkingDays(days: WorkingDays, notice: string, event: string): number {
  const [first, end] = [dayNumber(notice) + 1, dayNumber(event)];
  if (end <= first) return 0;
  const holidays = days.weekdayHolidays.filter((day) => first <= day && day < end).length;
  return weekdaysBefore(end) - weekdaysBefore(first) - holidays;
}

/**
 * The last date on which `n` clear Working Days' notice of an event can still be given, and the last Working Day on or
 * before it. With none needed, that is the date of the event.
 */
export function latestNotice(
  days: WorkingDays,
  event: string,
  n: number,
): { latest: string; latestWorkingDay: string } {
  let latest = dayNumber(event);
  if (n > 0) latest = step(days, latest, n, -1) - 1;
  let working = latest;
  while (!days.isWorkingDayNumber(working)) working -= 1;
  return { latest: dateOfDay(latest), latestWorkingDay: dateOfDay(working) };
}

/** The first date of an event of which a notice given on this date is `n` clear Working Days' notice. */
export function earliestEvent(days: WorkingDays, notice: string, n: number): string {
  return n > 0 ? addDays(dateOfDay(step(days, dayNumber(notice), n, 1)), 1) : notice;
}

/** The `n`th Working Day after a day (`direction` 1) or before it (-1). */
function step(days: WorkingDays, from: number, n: number, direction: 1 | -1): number {
  let day = from;
  for (let left = n; left > 0;) {
    day += direction;
    if (days.isWorkingDayNumber(day)) left -= 1;
  }
  return day;
}

function isWeekday(day: number): boolean {
  const weekday = (((day + WEEKDAY_OF_DAY_ZERO) % 7) + 7) % 7;
  return weekday !== 0 && weekday !== 6;
}

/** Mondays to Fridays from a fixed Monday up to, not including, a day: differences of it count weekdays. */
function weekdaysBefore(day: number): number {
  const sinceMonday = day + WEEKDAY_OF_DAY_ZERO - 1;
  const weeks = Math.floor(sinceMonday / 7);
  return weeks * 5 + Math.min(5, sinceMonday - weeks * 7);
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
