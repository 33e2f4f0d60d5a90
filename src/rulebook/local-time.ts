import { remembered } from './bounded-cache.js';

/** Where the Code's hours, dates and months are read. */
const LONDON = 'Europe/London';
const MILLISECONDS_IN_A_MINUTE = 60_000;
const MILLISECONDS_IN_A_DAY = 86_400_000;

/** A half-open interval of time: `start` belongs to it, `end` does not. Both are UTC instants (`2026-12-05T22:00:00Z`). */
export interface Interval {
  start: string;
  end: string;
}

interface Reading {
  milliseconds: number;
  date: string;
  wallClock: string;
}

const readingOf = remembered(20_000, (instant): Reading => {
  const read = Temporal.Instant.from(instant);
  const local = read.toZonedDateTimeISO(LONDON).toPlainDateTime();
  return {
    milliseconds: read.epochMilliseconds,
    date: local.toPlainDate().toString(),
    wallClock:
      local.second === 0 && local.millisecond === 0 ? local.toString({ smallestUnit: 'minute' }) : local.toString(),
  };
});

const startOfMonthOnce = remembered(5_000, (month) => startOfDay(`${month}-01`));

/** Milliseconds since 1970 of an instant: the order of instants, whatever the number of digits they are written with. */
export function milliseconds(instant: string): number {
  return readingOf(instant).milliseconds;
}

/** Whether `first` comes strictly before `second`. */
export function isBefore(first: string, second: string): boolean {
  return milliseconds(first) < milliseconds(second);
}

/** The local date (`2026-12-05`) of an instant. */
export function localDate(instant: string): string {
  return readingOf(instant).date;
}

/** The local month (`2026-12`) of an instant. */
export function monthOf(instant: string): string {
  return localDate(instant).slice(0, 7);
}

/** The local wall-clock time of an instant: `2026-12-05T22:00`, with seconds only where they are not zero. */
export function localTime(instant: string): string {
  return readingOf(instant).wallClock;
}

/** The instant at which a local date begins. */
export function startOfDay(date: string): string {
  return Temporal.PlainDate.from(date).toZonedDateTime(LONDON).toInstant().toString();
}

/** The instant at which a local month begins: local midnight of its 1st. */
export function startOfMonth(month: string): string {
  return startOfMonthOnce(month);
}

/** The instant at which a local month ends: its last midnight, which is the start of the next month. */
export function endOfMonth(month: string): string {
  return startOfMonth(nextMonth(month));
}

/** The month after. */
export function nextMonth(month: string): string {
  return addDays(firstOfMonth(month), 31).slice(0, 7);
}

/** The month before. */
export function previousMonth(month: string): string {
  return addDays(firstOfMonth(month), -1).slice(0, 7);
}

/** The month `months` later (earlier when negative). */
export function addMonths(month: string, months: number): string {
  return Temporal.PlainYearMonth.from(month).add({ months }).toString();
}

/** The 1st of a month, as a date. */
export function firstOfMonth(month: string): string {
  return `${month}-01`;
}

/** The date `days` calendar days later (earlier when negative). */
export function addDays(date: string, days: number): string {
  return dateOfDay(dayNumber(date) + days);
}

/** Days since 1 January 1970 of a date: for counting and comparing dates without a clock or a zone. */
export function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / MILLISECONDS_IN_A_DAY;
}

/** The date of a day number: the inverse of {@link dayNumber}. */
export function dateOfDay(day: number): string {
  return new Date(day * MILLISECONDS_IN_A_DAY).toISOString().slice(0, 10);
}

/** Whether a text is a month that the calendar knows: `2026-12`, years 2000 to 2199. */
export function isMonth(text: string): boolean {
  return isDate(`${text}-01`);
}

/** Whether a text is a real calendar date that the calendar knows: `2026-12-05`, years 2000 to 2199. */
export function isDate(text: string): boolean {
  return /^2[01]\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(dayNumber(text)) && dateOfDay(dayNumber(text)) === text;
}

/**
 * The elapsed minutes of an interval; a started minute counts as a whole one. Elapsed, not wall-clock: a night on which
 * the clocks go back is an hour longer than its wall-clock times say.
 */
export function elapsedMinutes(interval: Interval): number {
  return wholeMinutes(milliseconds(interval.end) - milliseconds(interval.start));
}

/** The elapsed minutes of the part of an interval that lies after an instant; a started minute counts as a whole one. */
export function minutesAfter(interval: Interval, instant: string): number {
  return wholeMinutes(milliseconds(interval.end) - Math.max(milliseconds(interval.start), milliseconds(instant)));
}

/**
 * The minutes of an interval by local month, split at local midnight of each month's end. They add up to the minutes of
 * the whole: where the start has seconds, the minute that straddles midnight belongs to the earlier month.
 */
export function splitByMonth(interval: Interval): { month: string; minutes: number }[] {
  const parts: { month: string; minutes: number }[] = [];
  let month = monthOf(interval.start);
  let counted = 0;
  while (isBefore(endOfMonth(month), interval.end)) {
    const soFar = elapsedMinutes({ start: interval.start, end: endOfMonth(month) });
    parts.push({ month, minutes: soFar - counted });
    counted = soFar;
    month = nextMonth(month);
  }
  parts.push({ month, minutes: elapsedMinutes(interval) - counted });
  return parts;
}

/** The instant `minutes` elapsed minutes later (earlier when negative). */
export function addMinutes(instant: string, minutes: number): string {
  return Temporal.Instant.fromEpochMilliseconds(milliseconds(instant) + minutes * MILLISECONDS_IN_A_MINUTE).toString();
}

/** Whether two half-open intervals share any time; those that only touch do not. */
export function intersects(one: Interval, other: Interval): boolean {
  return isBefore(one.start, other.end) && isBefore(other.start, one.end);
}

/** What a local wall-clock time means: one instant, none (the clocks skip it) or two (the clocks go back over it). */
export type LocalMoment = { instant: string } | { skipped: true } | { doubled: [earlier: string, later: string] };

/** The instant of a local date and time of day (`HH:MM`, or with seconds). */
export function atLocal(date: string, time: string): LocalMoment {
  const wanted = Temporal.PlainDateTime.from(`${date}T${time}`);
  const earlier = wanted.toZonedDateTime(LONDON, { disambiguation: 'earlier' });
  const later = wanted.toZonedDateTime(LONDON, { disambiguation: 'later' });
  const [first, second] = [earlier.toInstant().toString(), later.toInstant().toString()];
  if (first === second) return { instant: first };
  return earlier.toPlainDateTime().equals(wanted) ? { doubled: [first, second] } : { skipped: true };
}

/** The first instant from the start of a local date at which the clocks change; null where they never do again. */
export function clockChangeFrom(date: string): string | null {
  const start = Temporal.PlainDate.from(date).toZonedDateTime(LONDON);
  return start.getTimeZoneTransition('next')?.toInstant().toString() ?? null;
}

const WRITTEN_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2})(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$/;
const EXAMPLES =
  'write a time such as 2026-12-05T22:00:00Z, 2026-12-05T22:00+00:00 or, in Europe/London, 2026-12-05T22:00';

/**
 * Reads a time: RFC 3339 with an offset (`Z` or `±hh:mm`; seconds and their fraction may be left out), or a local
 * wall-clock time without one, read in Europe/London. The calendar keeps milliseconds: further digits are dropped.
 * A local time that the clocks skip or repeat is a problem, and its text says how to write the time instead; so is
 * everything else (a date alone, words, a leap second, a year before 2000 or after 2199, a zone in brackets).
 */
export function readTime(text: string): TimeRead {
  return text.length > LONGEST_TIME ? readAnew(text) : readOnce(text);
}

/** The instant that a written time means, or what is wrong with it. */
export type TimeRead = { instant: string } | { problem: string };

/** No time that can be read is longer; what is longer is not worth remembering. */
const LONGEST_TIME = 40;

function readAnew(text: string): TimeRead {
  const [, date, minute, second = '00', fraction = '', offset] = WRITTEN_TIME.exec(text) ?? [];
  if (date === undefined || minute === undefined) return { problem: `is not a time: ${EXAMPLES}` };
  if (!isDate(date)) return { problem: `has no such date from 2000 to 2199: ${EXAMPLES}` };
  if (minute > '23:59' || minute.slice(3) > '59' || second > '59') {
    return { problem: `has no such time of day (00:00 to 23:59, no leap seconds): ${EXAMPLES}` };
  }
  const time = `${minute}:${second}${fraction.slice(0, 4)}`;
  if (offset === undefined) return readLocalTime(date, time);
  if (offset !== 'Z' && (offset.slice(1) > '23:59' || offset.slice(4) > '59')) {
    return { problem: `has no such offset from UTC: ${EXAMPLES}` };
  }
  const instant = Temporal.Instant.from(`${date}T${time}${offset}`).toString();
  return isDate(localDate(instant)) ? { instant } : { problem: `is outside the years 2000 to 2199: ${EXAMPLES}` };
}

const readOnce = remembered(5_000, readAnew);

function readLocalTime(date: string, time: string): TimeRead {
  const moment = atLocal(date, time);
  if ('instant' in moment) return moment;
  const written = `${date}T${time.replace(/:00$/, '')}`;
  if ('doubled' in moment) {
    const [before, after] = moment.doubled.map((instant) => `${written}${offsetAt(instant)}`);
    return {
      problem: `exists twice in Europe/London, where the clocks go back that night: write ${before ?? ''} for the first or ${after ?? ''} for the second`,
    };
  }
  const change = clockChangeFrom(date) ?? startOfDay(date);
  return {
    problem: `does not exist in Europe/London, where the clocks go forward that night: write ${localTime(change)} or later, or a time with its offset such as ${change}`,
  };
}

function offsetAt(instant: string): string {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(LONDON).offset;
}

function wholeMinutes(lasting: number): number {
  return Math.max(0, Math.ceil(lasting / MILLISECONDS_IN_A_MINUTE));
}
