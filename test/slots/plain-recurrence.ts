import fc from 'fast-check';

/** A rule as the tests write it down, apart from the program's own reading of RFC 5545. */
export interface PlainRule {
  readonly freq: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  readonly interval: number;
  readonly months?: readonly number[];
  readonly monthDays?: readonly number[];
  /** `SA`, `2SA`, `-1SU`. */
  readonly days?: readonly string[];
  readonly positions?: readonly number[];
  /** `MO` to `SU`. */
  readonly weekStart?: string;
}

const NAMES = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** The rule's text. */
export const textOf = ({ freq, interval, months, monthDays, days, positions, weekStart }: PlainRule): string =>
  [
    `FREQ=${freq}`,
    interval === 1 ? '' : `INTERVAL=${interval}`,
    months ? `BYMONTH=${months.join()}` : '',
    monthDays ? `BYMONTHDAY=${monthDays.join()}` : '',
    days ? `BYDAY=${days.join()}` : '',
    positions ? `BYSETPOS=${positions.join()}` : '',
    weekStart ? `WKST=${weekStart}` : '',
  ]
    .filter((part) => part !== '')
    .join(';');

/** First day of the period that a date lies in. */
function periodOf(rule: PlainRule, date: Temporal.PlainDate): Temporal.PlainDate {
  switch (rule.freq) {
    case 'DAILY':
      return date;
    case 'WEEKLY': {
      const first = NAMES.indexOf(rule.weekStart ?? 'MO') + 1;
      return date.subtract({ days: (date.dayOfWeek - first + 7) % 7 });
    }
    case 'MONTHLY':
      return date.with({ day: 1 });
    case 'YEARLY':
      return date.with({ month: 1, day: 1 });
  }
}

/** How many periods lie between two firsts of periods. */
function periodsBetween(rule: PlainRule, from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  switch (rule.freq) {
    case 'DAILY':
      return from.until(to, { largestUnit: 'day' }).days;
    case 'WEEKLY':
      return from.until(to, { largestUnit: 'day' }).days / 7;
    case 'MONTHLY':
      return from.until(to, { largestUnit: 'month' }).months;
    case 'YEARLY':
      return from.until(to, { largestUnit: 'year' }).years;
  }
}

/** Whether a date is one that the rule names, its interval and positions left aside. */
function isNamed(rule: PlainRule, from: Temporal.PlainDate, date: Temporal.PlainDate): boolean {
  const open = !rule.days && !rule.monthDays;
  if (rule.months && !rule.months.includes(date.month)) return false;
  if (open && rule.freq === 'YEARLY' && !rule.months && date.month !== from.month) return false;
  if (open && (rule.freq === 'YEARLY' || rule.freq === 'MONTHLY') && date.day !== from.day) return false;
  if (open && rule.freq === 'WEEKLY' && date.dayOfWeek !== from.dayOfWeek) return false;
  if (rule.monthDays && !rule.monthDays.some((day) => day === date.day || day + date.daysInMonth + 1 === date.day))
    return false;
  if (!rule.days) return true;
  const inYear = rule.freq === 'YEARLY' && !rule.months;
  const place = inYear ? date.dayOfYear : date.day;
  const length = inYear ? date.daysInYear : date.daysInMonth;
  return rule.days.some((day) => {
    if (day.slice(-2) !== NAMES[date.dayOfWeek - 1]) return false;
    if (day.length === 2) return true;
    const nth = Number(day.slice(0, -2));
    return nth > 0 ? Math.ceil(place / 7) === nth : Math.ceil((length - place + 1) / 7) === -nth;
  });
}

/** The rule's dates from one date to another, found by looking at every single day. */
export function plainDates(rule: PlainRule, begins: string, first: string, last: string): string[] {
  const from = Temporal.PlainDate.from(begins);
  const end = Temporal.PlainDate.from(last);
  const found: string[] = [];
  for (let period = periodOf(rule, from); Temporal.PlainDate.compare(period, end) <= 0;) {
    const named: Temporal.PlainDate[] = [];
    let day = period;
    for (; periodOf(rule, day).equals(period); day = day.add({ days: 1 }))
      if (isNamed(rule, from, day)) named.push(day);
    const picked = rule.positions
      ? named.filter((_, index) => rule.positions?.some((at) => at === index + 1 || at === index - named.length))
      : named;
    if (periodsBetween(rule, periodOf(rule, from), period) % rule.interval === 0) found.push(...picked.map(String));
    period = day;
  }
  return found.filter((date) => date >= begins && date >= first && date <= last);
}

const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.uniqueArray(value, { minLength: 1, maxLength: 3 });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const signed = (most: number): fc.Arbitrary<number> =>
  fc.integer({ min: -most, max: most }).filter((value) => value !== 0);
const numbered = (most: number): fc.Arbitrary<string> =>
  fc.tuple(signed(most), weekday).map(([nth, day]) => `${nth}${day}`);
const interval = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 14 }));
const months = maybe(some(fc.integer({ min: 1, max: 12 })));
const weekStart = maybe(weekday);

/** Rules of every kind that a pattern takes. */
export const plainRule: fc.Arbitrary<PlainRule> = fc
  .oneof(
    fc.record({
      freq: fc.constant('DAILY' as const),
      interval,
      months,
      monthDays: maybe(some(signed(31))),
      days: maybe(some(weekday)),
    }),
    fc.record({
      freq: fc.constant('WEEKLY' as const),
      interval,
      months,
      days: maybe(some(weekday)),
      weekStart,
      positions: maybe(some(fc.constantFrom(1, -1))),
    }),
    fc.record({
      freq: fc.constant('MONTHLY' as const),
      interval,
      months,
      monthDays: maybe(some(signed(31))),
      days: maybe(fc.oneof(some(weekday), some(numbered(5)))),
      positions: maybe(some(signed(5))),
    }),
    fc.record({
      freq: fc.constant('YEARLY' as const),
      interval: fc.integer({ min: 1, max: 3 }),
      months,
      monthDays: maybe(some(signed(31))),
      days: maybe(fc.oneof(some(weekday), some(numbered(5)))),
      positions: maybe(some(signed(9))),
    }),
  )
  .map((drawn): PlainRule => {
    const { positions, ...rule } = drawn as PlainRule;
    const picksFrom = rule.days ?? rule.monthDays;
    return Object.fromEntries(
      Object.entries({ ...rule, positions: picksFrom ? positions : undefined }).filter(
        ([, value]) => value !== undefined,
      ),
    ) as unknown as PlainRule;
  });
