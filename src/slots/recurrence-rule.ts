/** How often a rule recurs; nothing finer than daily, since a slot has one start a day. */
export type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';

/** Days of the week as RFC 5545 names them; a day's number is its place here, Monday 0. */
export const WEEKDAYS: readonly string[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** A day of the week: every one, or the nth of its month or year (`2SA`, `-1SU`: the last). */
export interface RuleWeekday {
  /** Monday 0 to Sunday 6. */
  readonly day: number;
  /** Counted from the end where negative; null: every one. */
  readonly nth: number | null;
}

/** A recurrence rule of RFC 5545 in the parts that slots take. An empty list: the part was not given. */
export interface RecurrenceRule {
  readonly frequency: Frequency;
  readonly interval: number;
  /** BYMONTH, 1 to 12. */
  readonly months: readonly number[];
  /** BYMONTHDAY, 1 to 31, or from the end of the month: -1 to -31. */
  readonly monthDays: readonly number[];
  /** BYDAY. */
  readonly weekdays: readonly RuleWeekday[];
  /** BYSETPOS: which of the days that the rest of the rule names in each period. */
  readonly positions: readonly number[];
  /** WKST: the first day of a week, Monday 0. */
  readonly weekStart: number;
}

const CHARACTERS = /^[A-Za-z0-9=;,+-]+$/;
const MAXIMUM_INTERVAL = 366;
const FREQUENCIES: readonly string[] = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const FINER = ['HOURLY', 'MINUTELY', 'SECONDLY'];
const TAKEN = ['FREQ', 'INTERVAL', 'BYMONTH', 'BYMONTHDAY', 'BYDAY', 'BYSETPOS', 'WKST'];

/** Parts that mean something, but not in the rule of a slot, and what says it instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  DTSTART: 'the fields from and startTime say where it begins',
  TZID: 'the time is always that of Europe/London',
  UNTIL: 'the field until says where it ends',
  COUNT: 'the field until says where it ends',
  BYHOUR: 'the field startTime says when a slot begins',
  BYMINUTE: 'the field startTime says when a slot begins',
  BYSECOND: 'the field startTime says when a slot begins',
  BYYEARDAY: 'the days of slots are named by BYDAY, BYMONTHDAY and BYMONTH',
  BYWEEKNO: 'the days of slots are named by BYDAY, BYMONTHDAY and BYMONTH',
};

/**
 * Reads a rule such as `FREQ=MONTHLY;BYDAY=2SA`, strictly: a part that is unknown, given twice, out of range or without
 * meaning beside the others is a problem, and its text says which and why. Names and values may be in either case.
 */
export function readRule(text: string): { rule: RecurrenceRule } | { problem: string } {
  if (!CHARACTERS.test(text))
    return {
      problem:
        'must be a recurrence rule of RFC 5545 such as FREQ=MONTHLY;BYDAY=2SA: only its parts, without RRULE:, spaces or line breaks',
    };
  const given = text
    .toUpperCase()
    .split(';')
    .map((part) => part.split('='));
  const parts = new Map(given.map(([name = '', value = '']) => [name, value]));
  const problem = formProblem(given) ?? partsProblem(parts);
  return problem === undefined ? { rule: ruleFrom(parts) } : { problem };
}

/** A rule that stands on the log. @throws Error where it was not read by {@link readRule} before it was recorded */
export function ruleOf(text: string): RecurrenceRule {
  const read = readRule(text);
  if ('problem' in read) throw new Error(`not a validated rule: ${text}`);
  return read.rule;
}

/** What is wrong with the text as a list of parts, whatever they say. */
function formProblem(given: readonly (readonly string[])[]): string | undefined {
  const seen = new Set<string>();
  for (const [name = '', value = '', ...more] of given) {
    if (name === '' || value === '' || more.length > 0)
      return `must be parts NAME=VALUE joined by semicolons; ${name + value === '' ? 'an empty part' : [name, value, ...more].join('=')} is none`;
    if (seen.has(name)) return `gives ${name} twice`;
    seen.add(name);
    const elsewhere = ELSEWHERE[name];
    if (elsewhere !== undefined) return `must not give ${name}: ${elsewhere}`;
    if (!TAKEN.includes(name)) return `has the unknown part ${name}; a slot's rule takes ${TAKEN.join(', ')}`;
  }
  return undefined;
}

/** What is wrong with the parts, each by itself and beside the others. */
function partsProblem(parts: ReadonlyMap<string, string>): string | undefined {
  const frequency = parts.get('FREQ');
  if (frequency === undefined) return `must say FREQ, one of ${FREQUENCIES.join(', ')}`;
  if (FINER.includes(frequency)) return `must not recur ${frequency}: a slot has one startTime a day`;
  if (!FREQUENCIES.includes(frequency))
    return `has no such FREQ as ${frequency}; it is one of ${FREQUENCIES.join(', ')}`;
  const weekStart = parts.get('WKST');
  if (weekStart !== undefined && !WEEKDAYS.includes(weekStart))
    return `must give WKST as one of ${WEEKDAYS.join(', ')}`;
  return (
    numbersProblem(parts, 'INTERVAL', /^\d{1,3}$/, MAXIMUM_INTERVAL) ??
    numbersProblem(parts, 'BYMONTH', /^\d{1,2}$/, 12) ??
    numbersProblem(parts, 'BYMONTHDAY', /^[+-]?\d{1,2}$/, 31) ??
    numbersProblem(parts, 'BYSETPOS', /^[+-]?\d{1,3}$/, 366) ??
    weekdaysProblem(parts, frequency) ??
    meaningProblem(parts, frequency)
  );
}

/** What is wrong with a list of numbers from 1 (or from the end, where its form has a sign); INTERVAL is a list of one. */
function numbersProblem(
  parts: ReadonlyMap<string, string>,
  name: string,
  form: RegExp,
  maximum: number,
): string | undefined {
  const value = parts.get(name);
  if (value === undefined) return undefined;
  const texts = value.split(',');
  const ranges = form.test('-1') ? `1 to ${maximum} or -1 to -${maximum}` : `1 to ${maximum}`;
  const wrong = texts.find((one) => !form.test(one) || Number(one) === 0 || Math.abs(Number(one)) > maximum);
  if (wrong !== undefined) return `must give ${name} from ${ranges}, not ${wrong === '' ? 'nothing' : wrong}`;
  if (name === 'INTERVAL' && texts.length > 1) return 'must give one INTERVAL';
  return new Set(texts.map(Number)).size === texts.length ? undefined : `gives a value of ${name} twice`;
}

const WEEKDAY = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/;

/** What is wrong with BYDAY: its form, and a number where a day of that number can never be. */
function weekdaysProblem(parts: ReadonlyMap<string, string>, frequency: string): string | undefined {
  const value = parts.get('BYDAY');
  if (value === undefined) return undefined;
  const texts = value.split(',');
  const wrong = texts.find((one) => !WEEKDAY.test(one));
  if (wrong !== undefined)
    return `must give BYDAY as days such as SA or, in a month or year, 2SA or -1SU, not ${wrong === '' ? 'nothing' : wrong}`;
  const days = texts.map(weekdayOf);
  if (new Set(days.map(({ day, nth }) => `${nth ?? ''} ${day}`)).size < days.length)
    return 'gives a value of BYDAY twice';
  const numbers = days.flatMap(({ nth }) => nth ?? []);
  if (numbers.length === 0) return undefined;
  if (frequency === 'DAILY' || frequency === 'WEEKLY')
    return `must not number the days of BYDAY in a ${frequency} rule: a numbered day is one of a month or year`;
  if (numbers.length < days.length) return 'must not mix numbered and unnumbered days in BYDAY: make them two patterns';
  const [most, period] = frequency === 'YEARLY' && !parts.has('BYMONTH') ? [53, 'year'] : [5, 'month'];
  return numbers.some((nth) => nth === 0 || Math.abs(nth) > most)
    ? `must number the days of BYDAY from 1 to ${most} or -1 to -${most}: a ${period} has no other`
    : undefined;
}

/** Parts that are well formed, but mean nothing beside the others. */
function meaningProblem(parts: ReadonlyMap<string, string>, frequency: string): string | undefined {
  if (frequency === 'WEEKLY' && parts.has('BYMONTHDAY'))
    return 'must not give BYMONTHDAY in a WEEKLY rule: say FREQ=MONTHLY, or the days of the week';
  if (!parts.has('BYSETPOS')) return undefined;
  if (frequency === 'DAILY') return 'must not give BYSETPOS in a DAILY rule: a day has one slot';
  const days = parts.get('BYDAY')?.split(',').length ?? 0;
  if (days === 0 && !parts.has('BYMONTHDAY'))
    return 'must give BYSETPOS only beside BYDAY or BYMONTHDAY, whose days it picks from';
  const positions = (parts.get('BYSETPOS') ?? '').split(',').map(Number);
  return frequency === 'WEEKLY' && positions.some((position) => Math.abs(position) > days)
    ? `must not give a BYSETPOS past the ${days} days of BYDAY`
    : undefined;
}

function weekdayOf(text: string): RuleWeekday {
  const nth = text.slice(0, -2);
  return { day: WEEKDAYS.indexOf(text.slice(-2)), nth: nth === '' ? null : Number(nth) };
}

function ruleFrom(parts: ReadonlyMap<string, string>): RecurrenceRule {
  const list = (name: string): string[] => parts.get(name)?.split(',') ?? [];
  return {
    frequency: parts.get('FREQ') as Frequency,
    interval: Number(parts.get('INTERVAL') ?? 1),
    months: list('BYMONTH').map(Number),
    monthDays: list('BYMONTHDAY').map(Number),
    weekdays: list('BYDAY').map(weekdayOf),
    positions: list('BYSETPOS').map(Number),
    weekStart: WEEKDAYS.indexOf(parts.get('WKST') ?? 'MO'),
  };
}
