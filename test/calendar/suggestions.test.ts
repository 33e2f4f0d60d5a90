import type { MaintenanceCommand } from '../../src/calendar/planning.js';
import { rescheduleMaintenance } from '../../src/calendar/reschedule-maintenance/reschedule-maintenance.js';
import type { Outcome } from '../../src/commands/command-pipeline.js';
import { grantDerogation } from '../../src/panel/grant-derogation/grant-derogation.js';
import type { Interval } from '../../src/rulebook/local-time.js';
import { CORE, refusedBy, scheduleMaintenance, TestCalendar, window } from '../support/calendar.js';

const suggestionsOf = (outcome: Outcome): readonly Interval[] =>
  (outcome.kind === 'refused' || outcome.kind === 'conflict' ? outcome.suggestions : undefined) ?? [];
const high = (id: string, start: string, end: string): MaintenanceCommand => window(id, start, end, CORE);

/** Each suggestion is itself accepted, in a calendar of its own that is as the first one was. */
async function eachHolds(
  outcome: Outcome,
  again: () => Promise<TestCalendar>,
  submit: (calendar: TestCalendar, to: Interval) => Promise<Outcome>,
): Promise<void> {
  for (const to of suggestionsOf(outcome)) expect(await submit(await again(), to)).toMatchObject({ kind: 'answered' });
}

describe('suggestions', () => {
  const long = (minutes: number): MaintenanceCommand => {
    const start = '2026-12-05T20:00:00Z';
    return high('H1', start, Temporal.Instant.from(start).add({ minutes }).toString());
  };

  test.each([420, 721, 1_500, 60 * 24 * 9])(
    'for High Impact work of %i minutes are six hours long',
    async (minutes) => {
      const outcome = await new TestCalendar().submit(scheduleMaintenance, long(minutes));
      expect(refusedBy(outcome)).toBe(minutes > 720 ? 'H8.3(b)' : 'H8.3(c)');
      for (const { start, end } of suggestionsOf(outcome))
        expect(Date.parse(end) - Date.parse(start)).toBe(360 * 60_000);
      expect(suggestionsOf(outcome).length).toBeGreaterThan(0);
      await eachHolds(
        outcome,
        () => Promise.resolve(new TestCalendar()),
        (calendar, to) => calendar.submit(scheduleMaintenance, { ...long(minutes), ...to }),
      );
    },
  );

  test('that are shorter than was asked for are of the next nights all the same', async () => {
    const calendar = new TestCalendar('2026-11-23T09:00:00Z');
    const outcome = await calendar.submit(
      scheduleMaintenance,
      window('A', '2026-11-26T20:00:00Z', '2026-11-27T03:00:00Z'),
    );
    expect(refusedBy(outcome)).toBe('H8.3(d)');
    expect(suggestionsOf(outcome)).toEqual(
      ['08', '09', '10'].map((day) => ({
        start: `2026-12-${day}T20:00:00Z`,
        end: `2026-12-${String(Number(day) + 1).padStart(2, '0')}T02:00:00Z`,
      })),
    );
  });

  test('are as long as was asked for where any night has room for that', async () => {
    const full = async (): Promise<TestCalendar> => {
      const calendar = new TestCalendar();
      await calendar.plan(high('A', '2026-12-05T22:00:00Z', '2026-12-06T01:30:00Z'));
      return calendar;
    };
    const wanted = high('B', '2026-12-12T22:00:00Z', '2026-12-13T02:00:00Z');
    const outcome = await (await full()).submit(scheduleMaintenance, wanted);
    expect(refusedBy(outcome)).toBe('H8.3(c)');
    expect(suggestionsOf(outcome)[0]).toEqual({ start: '2027-01-01T22:00:00Z', end: '2027-01-02T02:00:00Z' });
    await eachHolds(outcome, full, (calendar, to) => calendar.submit(scheduleMaintenance, { ...wanted, ...to }));
  });

  test('go around a window of the same class, and are the same command’s', async () => {
    const calendar = async (): Promise<TestCalendar> => {
      const one = new TestCalendar();
      await one.plan(window('A', '2026-12-05T22:00:00Z', '2026-12-06T00:00:00Z'));
      return one;
    };
    const wanted = window('B', '2026-12-05T23:00:00Z', '2026-12-06T01:00:00Z');
    const outcome = await (await calendar()).submit(scheduleMaintenance, wanted);
    expect(outcome).toMatchObject({ kind: 'conflict', code: 'overlap' });
    expect(suggestionsOf(outcome)).toHaveLength(3);
    await eachHolds(outcome, calendar, (one, to) => one.submit(scheduleMaintenance, { ...wanted, ...to }));
  });

  test('for a move are of the notice of an additional window, past a published month too', async () => {
    const calendar = async (): Promise<TestCalendar> => {
      const one = new TestCalendar();
      await one.plan(high('H1', '2026-12-12T22:00:00Z', '2026-12-13T01:00:00Z'));
      await one.publish('2026-12');
      return one.at('2026-12-01T09:00:00Z');
    };
    const move = { maintenanceId: 'H1', start: '2026-12-20T22:00:00Z', end: '2026-12-21T01:00:00Z', reason: 'x' };
    const outcome = await (await calendar()).submit(rescheduleMaintenance, move);
    expect(refusedBy(outcome)).toBe('H8.4A(b)');
    expect(suggestionsOf(outcome)[0]).toEqual({ start: '2027-01-01T22:00:00Z', end: '2027-01-02T01:00:00Z' });
    await eachHolds(outcome, calendar, (one, to) => one.submit(rescheduleMaintenance, { ...move, ...to }));
  });

  test.each([
    // Narrower hours: from their beginning, or until their end.
    [{ earliest: '21:00' }, '20:00', '21:00'],
    [{ earliest: '21:00', latest: '06:00' }, '07:00', '21:00'],
    [{ latest: '06:00' }, '07:00', '20:00'],
    // Wider ones: the time asked for, where it lies in them.
    [{ earliest: '18:00' }, '18:30', '18:30'],
    [{ earliest: '18:00' }, '17:00', '18:00'],
    [undefined, '12:00', '12:00'],
    [undefined, '22:30', '22:30'],
  ])('keep to the hours %j that the Panel agreed to: asked for %s, from %s', async (limits, asked, from) => {
    const calendar = async (): Promise<TestCalendar> => {
      const one = new TestCalendar();
      await one.given(grantDerogation, {
        clauses: ['H8.3(b)'],
        limits,
        from: '2026-10-01',
        to: null,
        reference: 'R',
        reason: 'x',
      });
      return one.at('2026-11-23T09:00:00Z');
    };
    // Two clear Working Days are too few, whatever the hours.
    const wanted = window('A', `2026-11-26T${asked}:00Z`, `2026-11-26T${asked.slice(0, 2)}:59:00Z`);
    const outcome = await (await calendar()).submit(scheduleMaintenance, wanted);
    expect(suggestionsOf(outcome)[0]?.start).toBe(`2026-12-08T${from}:00Z`);
    expect(suggestionsOf(outcome)).toHaveLength(3);
    await eachHolds(outcome, calendar, (one, to) => one.submit(scheduleMaintenance, { ...wanted, ...to }));
  });

  test('are none where no night of the next hundred has room', async () => {
    const calendar = new TestCalendar();
    for (const month of ['2026-10', '2026-11', '2026-12', '2027-01', '2027-02', '2027-03'])
      for (const day of ['26', '28'])
        if (month > '2026-10')
          await calendar.plan(high(`${month}-${day}`, `${month}-${day}T22:00:00Z`, `${month}-${day}T23:00:00Z`));
    const outcome = await calendar.submit(
      scheduleMaintenance,
      high('X', '2026-12-05T22:00:00Z', '2026-12-05T22:30:00Z'),
    );
    expect(refusedBy(outcome)).toBe('H8.3(c)');
    expect(suggestionsOf(outcome)).toEqual([]);
  });
});
