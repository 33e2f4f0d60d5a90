import fc from 'fast-check';
import { rescheduleMaintenance } from '../../src/calendar/reschedule-maintenance/reschedule-maintenance.js';
import { cancelMaintenance } from '../../src/calendar/cancel-maintenance/cancel-maintenance.js';
import type { Outcome } from '../../src/commands/command-pipeline.js';
import { monthFold } from '../../src/calendar/month.js';
import { CORE, refusedBy, scheduleMaintenance, SSI, TestCalendar, window } from '../support/calendar.js';

/** A window as this test counts it: nothing but its times and class. */
interface Plain {
  readonly impact: 'High' | 'Low';
  readonly start: number;
  readonly end: number;
}

const LONDON = 'Europe/London';
const local = (ms: number): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(LONDON);
const monthOf = (ms: number): string => local(ms).toPlainDate().toString().slice(0, 7);
const firstMidnightAfter = (ms: number): number =>
  local(ms).with({ day: 1 }).startOfDay().add({ months: 1 }).epochMilliseconds;
const minutes = (from: number, to: number): number => Math.max(0, (to - from) / 60_000);

/** Minutes of a window in each month, split at the local midnight of the month's end. */
function split({ start, end }: Plain): [string, number][] {
  const midnight = firstMidnightAfter(start);
  const parts: [string, number][] = [[monthOf(start), minutes(start, Math.min(end, midnight))]];
  if (end > midnight) parts.push([monthOf(midnight), minutes(midnight, end)]);
  return parts;
}

/** Every limit of H8.3 that a set of windows breaks, on either reading of "per month". A plain recount. */
function broken(windows: readonly Plain[]): string[] {
  const sums = new Map<string, number>();
  const add = (key: string, value: number): unknown => sums.set(key, (sums.get(key) ?? 0) + value);
  const found: string[] = [];
  for (const one of windows) {
    add(`${one.impact} windows whole ${monthOf(one.start)}`, 1);
    add(`${one.impact} minutes whole ${monthOf(one.start)}`, minutes(one.start, one.end));
    for (const [month, part] of split(one)) {
      add(`${one.impact} windows split ${month}`, 1);
      add(`${one.impact} minutes split ${month}`, part);
    }
    if (one.impact === 'Low' && minutes(one.start, one.end) > 360) found.push('H8.3(d)');
    const begins = local(one.start);
    const night = begins.hour < 12 ? begins.subtract({ days: 1 }) : begins;
    const from = night.toPlainDate().toZonedDateTime({ timeZone: LONDON, plainTime: '20:00' }).epochMilliseconds;
    const to = night
      .toPlainDate()
      .add({ days: 1 })
      .toZonedDateTime({ timeZone: LONDON, plainTime: '08:00' }).epochMilliseconds;
    if (one.start < from || one.end > to) found.push('H8.3(b)');
  }
  for (const [key, sum] of sums) {
    if (key.startsWith('High windows') && sum > 2) found.push('H8.3(c)');
    if (key.startsWith('High minutes') && sum > 360) found.push('H8.3(c)');
    if (key.startsWith('Low windows') && sum > 6) found.push('H8.3(d)');
  }
  return found;
}

/** What the calendar holds now, from its own books. */
function held(calendar: TestCalendar, months: readonly string[]): Plain[] {
  return months.flatMap((month) =>
    [...calendar.pipeline.reading().state(monthFold, month).maintenance.values()]
      .filter(({ stage }) => stage.status !== 'cancelled')
      .map(({ impact, start, end }) => ({ impact, start: Date.parse(start), end: Date.parse(end) })),
  );
}

const iso = (ms: number): string => Temporal.Instant.fromEpochMilliseconds(ms).toString();

/** Months around both clock changes and both year ends, with the day on which their nights are counted from. */
const SEASONS = ['2027-03-24', '2027-03-28', '2027-10-27', '2027-10-30', '2026-12-26', '2027-02-24', '2027-06-26'];

const step = fc.record({
  act: fc.constantFrom('plan', 'plan', 'plan', 'plan', 'move', 'cancel'),
  high: fc.boolean(),
  night: fc.integer({ min: 0, max: 12 }),
  /** Quarters of an hour after 19:00, so that some begin too early. */
  quarter: fc.integer({ min: 0, max: 50 }),
  length: fc.constantFrom(15, 30, 60, 90, 120, 180, 181, 240, 300, 345, 360, 361, 420),
  target: fc.nat({ max: 20 }),
});

describe('no sequence of commands breaks a limit, on either reading of the month’s end', () => {
  test.each(SEASONS)('around %s', async (season) => {
    const months = [-1, 0, 1, 2].map((n) => Temporal.PlainDate.from(season).add({ months: n }).toString().slice(0, 7));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 16 }), async (steps) => {
        const calendar = new TestCalendar('2026-10-01T09:00:00Z');
        for (const [index, { act, high, night, quarter, length, target }] of steps.entries()) {
          const dusk = Temporal.PlainDate.from(season)
            .add({ days: night })
            .toZonedDateTime({ timeZone: LONDON, plainTime: '19:00' });
          const start = dusk.epochMilliseconds + quarter * 900_000;
          const times = { start: iso(start), end: iso(start + length * 60_000) };
          let outcome: Outcome;
          if (act === 'plan')
            outcome = await calendar.submit(
              scheduleMaintenance,
              window(`W${index}`, times.start, times.end, high ? CORE : SSI),
            );
          else if (act === 'move')
            outcome = await calendar.submit(rescheduleMaintenance, {
              maintenanceId: `W${target}`,
              ...times,
              reason: 'x',
            });
          else outcome = await calendar.submit(cancelMaintenance, { maintenanceId: `W${target}`, reason: 'x' });

          const now = held(calendar, months);
          expect(broken(now)).toEqual([]);
          const rule = refusedBy(outcome);
          if (rule === undefined || act === 'cancel') continue;
          // What it refuses really would break that limit: recounted with the window in its place.
          const moved = act === 'move' ? moving(calendar, months, `W${target}`) : undefined;
          const rest = moved ? now.filter((one) => one.start !== moved.start || one.impact !== moved.impact) : now;
          const impact = moved?.impact ?? (high ? 'High' : 'Low');
          expect(broken([...rest, { impact, start, end: start + length * 60_000 }])).toContain(rule);
          for (const suggestion of outcome.kind === 'refused' ? outcome.suggestions : []) {
            const offered = { impact, start: Date.parse(suggestion.start), end: Date.parse(suggestion.end) } as const;
            expect(broken([...rest, offered])).toEqual([]);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

function moving(calendar: TestCalendar, months: readonly string[], id: string): Plain | undefined {
  for (const month of months) {
    const found = calendar.pipeline.reading().state(monthFold, month).maintenance.get(id);
    if (found) return { impact: found.impact, start: Date.parse(found.start), end: Date.parse(found.end) };
  }
  return undefined;
}

test('every suggestion of a refusal is itself accepted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          night: fc.integer({ min: 1, max: 28 }),
          high: fc.boolean(),
          length: fc.integer({ min: 1, max: 400 }),
        }),
        {
          minLength: 3,
          maxLength: 12,
        },
      ),
      async (wanted) => {
        const calendar = new TestCalendar();
        for (const [index, { night, high, length }] of wanted.entries()) {
          const start = Date.parse('2026-12-01T20:00:00Z') + (night - 1) * 86_400_000;
          const command = window(`W${index}`, iso(start), iso(start + length * 60_000), high ? CORE : SSI);
          const outcome = await calendar.submit(scheduleMaintenance, command);
          const suggestions =
            outcome.kind === 'refused' || outcome.kind === 'conflict' ? (outcome.suggestions ?? []) : [];
          const [first] = suggestions;
          if (!first) continue;
          expect(await calendar.submit(scheduleMaintenance, { ...command, ...first })).toMatchObject({
            kind: 'answered',
          });
        }
      },
    ),
    { numRuns: 60 },
  );
});
