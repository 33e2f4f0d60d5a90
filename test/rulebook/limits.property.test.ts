import fc from 'fast-check';
import type { Derogation } from '../../src/rulebook/derogation.js';
import type { Finding } from '../../src/rulebook/finding.js';
import { weighLimits } from '../../src/rulebook/limits.js';
import type { CountedWindow } from '../../src/rulebook/usage.js';

/*
 * A recount that shares nothing with the rulebook: it reads the local calendar with Temporal, and counts minutes and
 * windows month by month, once with each window whole in the month in which it starts and once split at midnight.
 */
const LONDON = 'Europe/London';
const MINUTE = 60_000;
const NIGHT_MINUTES = 720;

interface Counted {
  high: number;
  highMinutes: number;
  low: number;
  longestLow: number;
  all: number;
  ssi: number;
}
type Reading = 'whole' | 'split' | 'held';

const epoch = (instant: string): number => Temporal.Instant.from(instant).epochMilliseconds;
const begun = new Map<string, number>();
function monthBegins(month: string): number {
  const known = begun.get(month) ?? startOf(month);
  begun.set(month, known);
  return known;
}
const startOf = (month: string): number =>
  Temporal.PlainDate.from(`${month}-01`).toZonedDateTime(LONDON).toInstant().epochMilliseconds;
function after(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

/** Minutes of a window that a reading gives to a month; undefined where the month has nothing to do with it. */
function share(window: CountedWindow, month: string, reading: Reading): number | undefined {
  const [start, end, begins, ends] = [
    epoch(window.start),
    epoch(window.end),
    monthBegins(month),
    monthBegins(after(month)),
  ];
  const starts = begins <= start && start < ends;
  const inside = Math.max(0, Math.min(end, ends) - Math.max(start, begins)) / MINUTE;
  if (reading === 'split') return inside > 0 ? inside : undefined;
  if (starts) return (end - start) / MINUTE;
  return reading === 'held' && inside > 0 ? inside : undefined;
}

function recount(windows: readonly CountedWindow[], month: string, reading: Reading): Counted {
  const counted: Counted = { high: 0, highMinutes: 0, low: 0, longestLow: 0, all: 0, ssi: 0 };
  for (const window of windows) {
    const minutes = share(window, month, reading);
    if (minutes === undefined) continue;
    counted.all += minutes;
    if (window.affectsSsi) counted.ssi += minutes;
    if (window.impact === 'High') {
      counted.high += 1;
      counted.highMinutes += minutes;
    } else {
      counted.low += 1;
      counted.longestLow = Math.max(counted.longestLow, minutes);
    }
  }
  return counted;
}

function isAtNight(window: CountedWindow): boolean {
  const [start, end] = [epoch(window.start), epoch(window.end)];
  const date = Temporal.Instant.from(window.start).toZonedDateTimeISO(LONDON).toPlainDate();
  return [date.subtract({ days: 1 }), date].some((evening) => {
    const at = (day: Temporal.PlainDate, hour: number): number =>
      day.toZonedDateTime({ timeZone: LONDON, plainTime: Temporal.PlainTime.from({ hour }) }).epochMilliseconds;
    return at(evening, 20) <= start && end <= at(evening.add({ days: 1 }), 8);
  });
}

/** Asks for a window: which night of the three months, how far into it, how long. */
interface Wish {
  night: number;
  offset: number;
  minutes: number;
  impact: 'High' | 'Low';
  affectsSsi: boolean;
}

const wish: fc.Arbitrary<Wish> = fc.record({
  // The nights around the months' ends more often than others: three months are 89 to 92 nights.
  night: fc.oneof(fc.integer({ min: 0, max: 91 }), fc.integer({ min: 27, max: 31 }), fc.integer({ min: 57, max: 62 })),
  offset: fc.oneof(fc.integer({ min: -2, max: NIGHT_MINUTES }), fc.constantFrom(0, 120, 180, 239, 240, 241)),
  minutes: fc.oneof(
    fc.integer({ min: 1, max: 130 }),
    fc.integer({ min: 1, max: 400 }),
    fc.constantFrom(60, 120, 180, 240, 360, 361),
  ),
  impact: fc.constantFrom('High', 'Low', 'Low'),
  affectsSsi: fc.boolean(),
});

const months = (first: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    Temporal.PlainDate.from(`${first}-01`).add({ months: index }).toString().slice(0, 7),
  );
const since2021 = months('2021-03', 240);
const clockMonths = since2021.filter((month) => /-(03|10)$/.test(month));

function windowOf(first: string, index: number, { night, offset, minutes, impact, affectsSsi }: Wish): CountedWindow {
  const evening = Temporal.PlainDate.from(`${first}-01`).add({ days: night });
  const eight = evening.toZonedDateTime({ timeZone: LONDON, plainTime: Temporal.PlainTime.from('20:00') });
  const start = eight.toInstant().add({ minutes: offset });
  return {
    maintenanceId: `M${index}`,
    impact,
    start: start.toString(),
    end: start.add({ minutes }).toString(),
    affectsSsi,
  };
}

/** The number that a finding claims, counted anew. */
function claimed(finding: Finding, windows: readonly CountedWindow[], candidate: CountedWindow): number {
  const counted = recount(windows, finding.month ?? '', 'held');
  switch (finding.rule) {
    case 'H8.3(c)':
      return finding.unit === 'windows' ? counted.high : counted.highMinutes;
    case 'H8.3(d)':
      return finding.unit === 'windows' ? counted.low : (share(candidate, finding.month ?? '', 'held') ?? 0);
    case 'pre-MP092.H8.3(b)':
      return counted.ssi;
    default:
      return counted.all;
  }
}

/** What is wrong with a finding, by the recount; empty where nothing is. */
function untruth(finding: Finding, windows: readonly CountedWindow[], candidate: CountedWindow): string {
  const said = `${finding.outcome}: ${finding.detail}`;
  if (finding.unit === undefined) return (finding.outcome === 'pass') === isAtNight(candidate) ? '' : said;
  const value = claimed(finding, windows, candidate);
  if (finding.value !== value) return `${said}; the recount says ${value}`;
  return (finding.outcome === 'refused') === value > Number(finding.limit) ? '' : said;
}

/** Tries the wishes one after another and keeps what the rulebook accepts; what each finding says must be true. */
function accepted(first: string, wishes: readonly Wish[], derogations: readonly Derogation[] = []): CountedWindow[] {
  const kept: CountedWindow[] = [];
  const untruths: string[] = [];
  for (const [index, asked] of wishes.entries()) {
    const window = windowOf(first, index, asked);
    const findings = weighLimits({ window, others: kept, derogations, as: 'intention' });
    untruths.push(...findings.map((finding) => untruth(finding, [...kept, window], window)).filter(Boolean));
    if (!findings.some(({ outcome }) => outcome === 'refused')) kept.push(window);
  }
  expect(untruths).toEqual([]);
  return kept;
}

interface Most {
  highWindows: number;
  highMinutes: number;
  lowWindows: number;
  lowMinutesEach: number;
}
const CODE: Most = { highWindows: 2, highMinutes: 360, lowWindows: 6, lowMinutesEach: 360 };

/** The months in which these windows are too much, on either reading of the month's end. */
function excess(kept: readonly CountedWindow[], first: string, tooMuch: (counted: Counted) => boolean): string[] {
  return months(first, 4).flatMap((month) =>
    (['whole', 'split'] as const)
      .filter((reading) => tooMuch(recount(kept, month, reading)))
      .map((reading) => `${month} ${reading}`),
  );
}
const moreThan =
  (most: Most) =>
  ({ high, highMinutes, low, longestLow }: Counted): boolean =>
    high > most.highWindows ||
    highMinutes > most.highMinutes ||
    low > most.lowWindows ||
    longestLow > most.lowMinutesEach;

describe('what is accepted is lawful on either reading of the month’s end', () => {
  test.each([
    ['any month', since2021],
    ['the months in which the clocks change', clockMonths],
  ])('%s', (_, choice) => {
    let keptInAll = 0;
    let carried = 0;
    fc.assert(
      fc.property(fc.constantFrom(...choice), fc.array(wish, { minLength: 4, maxLength: 24 }), (first, wishes) => {
        const kept = accepted(first, wishes);
        expect(excess(kept, first, moreThan(CODE))).toEqual([]);
        keptInAll += kept.length;
        carried += kept.filter(
          (window) => share(window, after(window.start.slice(0, 7)), 'split') !== undefined,
        ).length;
      }),
      { numRuns: 600 },
    );
    expect(keptInAll).toBeGreaterThan(2000);
    expect(carried).toBeGreaterThan(100);
  });

  test('under the Panel’s other numbers', () => {
    const numbers = fc.record({
      highWindows: fc.integer({ min: 0, max: 4 }),
      highMinutes: fc.integer({ min: 0, max: 600 }),
      lowWindows: fc.integer({ min: 0, max: 9 }),
      lowMinutesEach: fc.integer({ min: 0, max: 480 }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...since2021),
        fc.array(wish, { maxLength: 20 }),
        numbers,
        (first, wishes, limits) => {
          const clauses: Derogation['clauses'] = ['H8.3(c)', 'H8.3(d)'];
          const granted = { derogationId: 'D', clauses, limits, from: '2000-01-01', to: null, reference: 'R' };
          expect(excess(accepted(first, wishes, [granted]), first, moreThan(limits))).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('before MP092', () => {
    fc.assert(
      fc.property(fc.constantFrom(...months('2016-01', 36)), fc.array(wish, { maxLength: 12 }), (first, wishes) => {
        expect(excess(accepted(first, wishes), first, ({ all, ssi }) => all > 360 || ssi > 240)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
