import fc from 'fast-check';
import { readCalendar } from '../../src/calendar/calendar.js';
import { cancelMaintenance } from '../../src/calendar/cancel-maintenance/cancel-maintenance.js';
import { completeMaintenance } from '../../src/calendar/complete-maintenance/complete-maintenance.js';
import { monthView } from '../../src/calendar/month-view.js';
import { publishMonthlySchedule } from '../../src/calendar/publish-monthly-schedule/publish-monthly-schedule.js';
import { rescheduleMaintenance } from '../../src/calendar/reschedule-maintenance/reschedule-maintenance.js';
import { startMaintenance } from '../../src/calendar/start-maintenance/start-maintenance.js';
import type { Outcome } from '../../src/commands/command-pipeline.js';
import { declareUnplannedMaintenance } from '../../src/unplanned/declare-unplanned-maintenance/declare-unplanned-maintenance.js';
import { endUnplannedMaintenance } from '../../src/unplanned/end-unplanned-maintenance/end-unplanned-maintenance.js';
import { unplannedInMonth, type UnplannedInMonth } from '../../src/unplanned/unplanned-by-month.js';
import {
  activity,
  addLowImpactWindow,
  CORE,
  scheduleMaintenance,
  SSI,
  TestCalendar,
  window,
} from '../support/calendar.js';

const MONTHS = ['2026-10', '2026-11', '2026-12', '2027-01'];

const step = fc.record({
  act: fc.constantFrom('plan', 'plan', 'plan', 'move', 'cancel', 'publish', 'add', 'start', 'complete'),
  high: fc.boolean(),
  /** Days and hours from dusk of 1 November 2026. */
  day: fc.nat({ max: 70 }),
  hour: fc.nat({ max: 11 }),
  hours: fc.integer({ min: 1, max: 7 }),
  target: fc.nat({ max: 12 }),
  /** Hours by which the clock then moves on. */
  pause: fc.constantFrom(0, 0, 1, 24, 24 * 7),
  /** Unplanned Maintenance that is declared, and perhaps ended, before the step. */
  unplanned: fc.option(
    fc.record({
      since: fc.integer({ min: -48, max: 2_000 }),
      hours: fc.integer({ min: 1, max: 30 }),
      ends: fc.boolean(),
    }),
  ),
});

const instantAt = (ms: number): string => Temporal.Instant.fromEpochMilliseconds(ms).toString();
const HOUR = 3_600_000;

/** One step of planned work on a calendar. */
function play(calendar: TestCalendar, index: number, { act, high, day, hour, hours, target }: Step): Promise<Outcome> {
  const from = Date.parse('2026-11-01T20:00:00Z') + day * 24 * HOUR + hour * HOUR;
  const times = { start: instantAt(from), end: instantAt(from + hours * HOUR) };
  const command = window(`W${index}`, times.start, times.end, high ? CORE : SSI);
  const maintenanceId = `W${target}`;
  switch (act) {
    case 'move':
      return calendar.submit(rescheduleMaintenance, { maintenanceId, ...times, reason: 'x' });
    case 'cancel':
      return calendar.submit(cancelMaintenance, { maintenanceId, reason: 'x' });
    case 'publish':
      return calendar.submit(publishMonthlySchedule, { month: MONTHS[target % MONTHS.length] ?? '', lateReason: 'x' });
    case 'add':
      return calendar.submit(addLowImpactWindow, { ...command, activities: [activity(SSI)] });
    case 'start':
      return calendar.submit(startMaintenance, { maintenanceId });
    case 'complete':
      return calendar.submit(completeMaintenance, { maintenanceId, ssiOutageMinutes: 0, servicesDisrupted: [] });
    default:
      return calendar.submit(scheduleMaintenance, command);
  }
}
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What became of a command, without the ids and positions that no two logs share. */
function comparable(outcome: Outcome): unknown {
  if (outcome.kind !== 'answered') return outcome;
  const events = outcome.answer.events.map(({ type, stream }) => ({ type, stream }));
  return { ...outcome.answer, id: null, events };
}

test('with Unplanned Maintenance or without: the same commands come to the same, and every month reads the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const [without, beside] = [new TestCalendar(), new TestCalendar()];
      let now = Date.parse('2026-10-01T09:00:00Z');
      const told: (UnplannedInMonth & { month: string })[] = [];
      for (const [index, one] of steps.entries()) {
        const { unplanned } = one;
        if (unplanned) {
          const start = now - unplanned.since * HOUR;
          const end = start + unplanned.hours * HOUR;
          const begins = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO('Europe/London');
          const month = begins.toPlainDate().toString().slice(0, 7);
          const unplannedId = `U${index}`;
          await beside.given(declareUnplannedMaintenance, {
            unplannedId,
            awareAt: instantAt(now),
            start: instantAt(start),
            expectedEnd: instantAt(end),
            emergency: true,
            activities: [activity(CORE)],
            riskToReturn: 'None known',
          });
          const ends = unplanned.ends && end <= now;
          if (ends) {
            const done = { unplannedId, end: instantAt(end), ssiOutageMinutes: 0, servicesDisrupted: [CORE] };
            await beside.given(endUnplannedMaintenance, done);
          }
          told.push({
            month,
            count: 1,
            underWay: ends ? 0 : 1,
            minutes: ends ? unplanned.hours * 60 : 0,
            plannedBeforeMonth: now < begins.with({ day: 1 }).startOfDay().epochMilliseconds ? 1 : 0,
          });
        }
        expect(comparable(await play(beside, index, one))).toEqual(comparable(await play(without, index, one)));
        now += one.pause * HOUR;
        for (const calendar of [without, beside]) calendar.at(instantAt(now));
      }
      for (const month of MONTHS) {
        const [plain, other] = [without, beside].map((calendar) =>
          monthView(
            readCalendar(calendar.pipeline.reading(), { now: instantAt(now), jurisdiction: 'england-and-wales' }),
            month,
          ),
        );
        expect(other).toEqual(plain);
        const sum = (field: keyof UnplannedInMonth): number =>
          told.filter((one) => one.month === month).reduce((total, one) => total + one[field], 0);
        expect(unplannedInMonth(beside.pipeline.reading(), month)).toEqual({
          count: sum('count'),
          underWay: sum('underWay'),
          minutes: sum('minutes'),
          plannedBeforeMonth: sum('plannedBeforeMonth'),
        });
      }
    }),
    { numRuns: 60 },
  );
});
