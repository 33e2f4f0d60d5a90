import { cancelMaintenance } from '../../src/calendar/cancel-maintenance/cancel-maintenance.js';
import { completeMaintenance } from '../../src/calendar/complete-maintenance/complete-maintenance.js';
import { monthView } from '../../src/calendar/month-view.js';
import { readCalendar } from '../../src/calendar/calendar.js';
import { addActivity } from '../../src/calendar/add-activity/add-activity.js';
import { reportProgress } from '../../src/calendar/report-progress/report-progress.js';
import { rescheduleMaintenance } from '../../src/calendar/reschedule-maintenance/reschedule-maintenance.js';
import { startMaintenance } from '../../src/calendar/start-maintenance/start-maintenance.js';
import type { Outcome } from '../../src/commands/command-pipeline.js';
import { grantDerogation } from '../../src/panel/grant-derogation/grant-derogation.js';
import {
  activity,
  CORE,
  findingsOf,
  refusedBy,
  scheduleMaintenance,
  SSI,
  TestCalendar,
  window,
} from '../support/calendar.js';

const high = (id: string, start: string, end: string): ReturnType<typeof window> => window(id, start, end, CORE);

/** Plans windows, publishes their months in time, and sets the clock to the start of the first. */
async function published(...windows: ReturnType<typeof window>[]): Promise<TestCalendar> {
  const calendar = new TestCalendar();
  for (const one of windows) await calendar.plan(one);
  for (const month of new Set(windows.map(({ start }) => start.slice(0, 7)))) await calendar.publish(month);
  return calendar.at(windows[0]?.start ?? '');
}

/** Starts and completes a window at these times. */
async function carryOut(calendar: TestCalendar, maintenanceId: string, start: string, end: string): Promise<Outcome> {
  calendar.at(start);
  await calendar.given(startMaintenance, { maintenanceId });
  calendar.at(end);
  return calendar.submit(completeMaintenance, { maintenanceId, ssiOutageMinutes: 0, servicesDisrupted: [] });
}

const budget = (calendar: TestCalendar, month: string): unknown => {
  const reading = calendar.pipeline.reading();
  const now = calendar.pipeline.now();
  return monthView(readCalendar(reading, { now, jurisdiction: 'england-and-wales' }), month).budget;
};
const breaches = (outcome: Outcome): string[] =>
  findingsOf(outcome, 'breach').map(
    ({ rule, month, value, limit }) => `${rule} ${month ?? ''} ${value ?? ''} of ${limit ?? ''}`,
  );

describe('times to the millisecond', () => {
  test('a start in the second that is not over yet is not in the future', async () => {
    const calendar = await published(high('H1', '2026-12-12T22:00:00Z', '2026-12-13T01:00:00Z'));
    calendar.at('2026-12-12T22:00:00.250Z');
    expect((await calendar.submit(startMaintenance, { maintenanceId: 'H1', at: '2026-12-12T22:00:00Z' })).kind).toBe(
      'answered',
    );
    const later = { maintenanceId: 'H1', ssiOutageMinutes: 0, servicesDisrupted: [] };
    calendar.at('2026-12-12T23:00:00.250Z');
    const future = await calendar.submit(completeMaintenance, { ...later, end: '2026-12-12T23:00:00.251Z' });
    expect(future).toMatchObject({ kind: 'invalid', errors: [{ pointer: '/end' }] });
    expect((await calendar.submit(completeMaintenance, { ...later, end: '2026-12-12T23:00:00Z' })).kind).toBe(
      'answered',
    );
  });

  test('a start a quarter of a second late is not early, and an end a quarter of a second early is no overrun', async () => {
    const calendar = await published(high('H1', '2026-12-12T22:00:00Z', '2026-12-13T01:00:00Z'));
    calendar.at('2026-12-12T22:00:00.250Z');
    expect(breaches(await calendar.submit(startMaintenance, { maintenanceId: 'H1' }))).toEqual([]);
    calendar.at('2026-12-13T00:59:59.750Z');
    const outcome = await calendar.submit(completeMaintenance, {
      maintenanceId: 'H1',
      ssiOutageMinutes: 0,
      servicesDisrupted: [],
    });
    expect(findingsOf(outcome, 'warning')).toEqual([]);
    expect(outcome).toMatchObject({ answer: { minutes: 180 } });
  });

  test('progress is expected after the start, not at it', async () => {
    const calendar = await published(high('H1', '2026-12-12T22:00:00Z', '2026-12-13T01:00:00Z'));
    calendar.at('2026-12-12T22:00:00.500Z');
    await calendar.given(startMaintenance, { maintenanceId: 'H1' });
    const report = { maintenanceId: 'H1', expectedDisruption: 'An hour more' };
    expect(await calendar.submit(reportProgress, { ...report, expectedEnd: '2026-12-12T22:00:00Z' })).toMatchObject({
      kind: 'invalid',
      errors: [{ pointer: '/expectedEnd' }],
    });
    expect((await calendar.submit(reportProgress, { ...report, expectedEnd: '2026-12-12T22:00:01Z' })).kind).toBe(
      'answered',
    );
  });
});

describe('a window that is begun in another month than planned', () => {
  test('counts in the month in which it began, where that is next to its own', async () => {
    const calendar = await published(high('H1', '2026-12-01T00:00:00Z', '2026-12-01T02:00:00Z'));
    await calendar.given(startMaintenance, { maintenanceId: 'H1', at: '2026-11-30T23:50:00Z' });
    calendar.at('2026-12-01T01:00:00Z');
    await calendar.given(completeMaintenance, { maintenanceId: 'H1', ssiOutageMinutes: 0, servicesDisrupted: [] });
    expect(budget(calendar, '2026-11')).toMatchObject({
      high: { windows: { used: 1 }, minutes: { used: 70 } },
      perProvider: [{ serviceProvider: 'DSP', impact: 'High', windows: 1, minutes: 70 }],
    });
    expect(budget(calendar, '2026-12')).toMatchObject({
      high: { windows: { used: 0, carriedIn: 1 } },
      perProvider: [],
    });
  });
});

describe('a window across the month’s last midnight', () => {
  test('that overruns breaches the limit of the month that it runs into, too', async () => {
    const calendar = await published(
      high('NYE', '2026-12-31T22:00:00Z', '2027-01-01T02:00:00Z'),
      high('H2', '2026-12-12T22:00:00Z', '2026-12-13T00:00:00Z'),
      high('J1', '2027-01-09T22:00:00Z', '2027-01-10T02:00:00Z'),
    );
    const outcome = await carryOut(calendar, 'NYE', '2026-12-31T22:00:00Z', '2027-01-01T03:00:00Z');
    expect(breaches(outcome)).toEqual(['H8.3(c) 2026-12 420 of 360', 'H8.3(c) 2027-01 420 of 360']);
    expect(budget(calendar, '2027-01')).toMatchObject({
      high: { windows: { used: 1, carriedIn: 1 }, minutes: { used: 240, carriedIn: 180 } },
    });
  });

  test('that ends before midnight after all gives the next month its time and its place back', async () => {
    const calendar = await published(high('NYE', '2026-12-31T22:00:00Z', '2027-01-01T04:00:00Z'));
    expect(budget(calendar, '2027-01')).toMatchObject({
      high: { windows: { carriedIn: 1 }, minutes: { carriedIn: 240 } },
    });
    await carryOut(calendar, 'NYE', '2026-12-31T22:00:00Z', '2026-12-31T23:30:00Z');
    expect(budget(calendar, '2027-01')).toMatchObject({
      high: { windows: { carriedIn: 0 }, minutes: { carriedIn: 0 } },
    });
    expect(budget(calendar, '2026-12')).toMatchObject({ high: { windows: { used: 1 }, minutes: { used: 90 } } });
  });

  test('that is cancelled or moved away frees both months', async () => {
    for (const away of [
      (calendar: TestCalendar) => calendar.given(cancelMaintenance, { maintenanceId: 'NYE', reason: 'x' }),
      (calendar: TestCalendar) =>
        calendar.given(rescheduleMaintenance, {
          maintenanceId: 'NYE',
          start: '2027-02-06T22:00:00Z',
          end: '2027-02-07T02:00:00Z',
          reason: 'x',
        }),
    ]) {
      const calendar = new TestCalendar();
      await calendar.plan(high('NYE', '2026-12-31T22:00:00Z', '2027-01-01T04:00:00Z'));
      const january = high('J1', '2027-01-09T22:00:00Z', '2027-01-10T04:00:00Z');
      expect(refusedBy(await calendar.submit(scheduleMaintenance, january))).toBe('H8.3(c)');
      await away(calendar);
      expect((await calendar.submit(scheduleMaintenance, january)).kind).toBe('answered');
      expect(budget(calendar, '2026-12')).toMatchObject({ high: { windows: { used: 0 }, minutes: { used: 0 } } });
    }
  });

  test('that begins after midnight, late, counts whole in the month in which it began', async () => {
    const calendar = await published(high('NYE', '2026-12-31T23:00:00Z', '2027-01-01T00:30:00Z'));
    await carryOut(calendar, 'NYE', '2027-01-01T00:10:00Z', '2027-01-01T01:10:00Z');
    expect(budget(calendar, '2026-12')).toMatchObject({ high: { windows: { used: 0 }, minutes: { used: 0 } } });
    expect(budget(calendar, '2027-01')).toMatchObject({
      high: { windows: { used: 1, carriedIn: 0 }, minutes: { used: 60, carriedIn: 0 } },
    });
  });

  test('that begins late is weighed against all that its month holds, what runs in from the month before included', async () => {
    const calendar = await published(
      high('J31', '2027-01-31T22:00:00Z', '2027-01-31T23:30:00Z'),
      high('F1', '2027-02-06T22:00:00Z', '2027-02-07T00:00:00Z'),
      high('F2', '2027-02-28T22:00:00Z', '2027-03-01T01:00:00Z'),
    );
    const outcome = await carryOut(calendar, 'J31', '2027-02-01T00:10:00Z', '2027-02-01T02:10:00Z');
    expect(breaches(outcome)).toEqual(['H8.3(c) 2027-02 3 of 2', 'H8.3(c) 2027-02 420 of 360']);
  });
});

describe('a night on which the clocks change', () => {
  test('is measured in elapsed minutes: an hour more in October, an hour less in March', async () => {
    const october = new TestCalendar('2027-08-01T09:00:00Z');
    // 22:00 to 03:00 by the clock, and six hours long.
    const six = window('A', '2027-10-30T21:00:00Z', '2027-10-31T03:00:00Z');
    expect((await october.submit(scheduleMaintenance, six)).kind).toBe('answered');
    const more = window('B', '2027-10-30T21:00:00Z', '2027-10-31T03:01:00Z');
    expect(refusedBy(await new TestCalendar('2027-08-01T09:00:00Z').submit(scheduleMaintenance, more))).toBe('H8.3(d)');
    // 22:00 to 05:00 by the clock, and six hours long.
    const march = window('C', '2027-03-27T22:00:00Z', '2027-03-28T04:00:00Z');
    expect((await new TestCalendar().submit(scheduleMaintenance, march)).kind).toBe('answered');
  });

  test('in a completed window too', async () => {
    const calendar = new TestCalendar('2027-08-01T09:00:00Z');
    await calendar.plan(high('O', '2027-10-30T21:00:00Z', '2027-10-31T02:00:00Z'));
    const outcome = await carryOut(calendar, 'O', '2027-10-30T21:00:00Z', '2027-10-31T03:30:00Z');
    expect(outcome).toMatchObject({ answer: { minutes: 390 } });
    expect(breaches(outcome)).toEqual(['H8.3(c) 2027-10 390 of 360']);
  });
});

describe('under a derogation for a part of the month', () => {
  const first = high('H1', '2026-12-05T22:00:00Z', '2026-12-06T01:00:00Z');
  const second = high('H2', '2026-12-12T22:00:00Z', '2026-12-13T01:00:00Z');
  const third = high('H3', '2026-12-19T22:00:00Z', '2026-12-20T00:00:00Z');
  async function three(
    [secondEnd, thirdEnd]: readonly [string, string] = [second.end, third.end],
  ): Promise<TestCalendar> {
    const calendar = new TestCalendar();
    await calendar.given(grantDerogation, {
      clauses: ['H8.3(c)'],
      limits: { highWindows: 3, highMinutes: 480 },
      from: '2026-12-15',
      to: '2026-12-31',
      reference: 'SECP_1',
      reason: 'Peak',
    });
    for (const one of [first, { ...second, end: secondEnd }, { ...third, end: thirdEnd }]) await calendar.plan(one);
    await calendar.publish('2026-12');
    return calendar;
  }

  test('what was lawful when it was decided, and is carried out as planned, is no breach', async () => {
    const calendar = await three();
    for (const one of [first, second, third])
      expect(breaches(await carryOut(calendar, one.maintenanceId ?? '', one.start, one.end))).toEqual([]);
  });

  test('an overrun outside its dates is held against what the Code allows there', async () => {
    const outcome = await carryOut(await three(), 'H1', first.start, '2026-12-06T01:01:00Z');
    expect(breaches(outcome)).toEqual(['H8.3(c) 2026-12 361 of 360', 'H8.3(c) 2026-12 481 of 480']);
  });

  test('an overrun that leaves the Code’s limit whole can break the larger one that the Panel set', async () => {
    const calendar = await three(['2026-12-13T00:00:00Z', '2026-12-20T01:00:00Z']);
    const outcome = await carryOut(calendar, 'H1', first.start, '2026-12-06T01:30:00Z');
    expect(breaches(outcome)).toEqual(['H8.3(c) 2026-12 510 of 480']);
    expect(findingsOf(outcome, 'breach')).toMatchObject([{ reference: 'SECP_1' }]);
  });
});

test('a window that ran into another of its class is told', async () => {
  const calendar = await published(
    window('L1', '2026-12-08T20:00:00Z', '2026-12-08T22:00:00Z'),
    window('L2', '2026-12-08T23:00:00Z', '2026-12-09T01:00:00Z'),
  );
  const outcome = await carryOut(calendar, 'L1', '2026-12-08T20:00:00Z', '2026-12-08T23:10:00Z');
  expect(findingsOf(outcome, 'warning').map(({ rule, detail }) => `${rule} ${detail}`)).toContain(
    'H8.3(d) ran into the Low Impact window L2 (2026-12-08T23:00 to 2026-12-09T01:00)',
  );
});

test('no work is added to a window whose time is over, though it never began', async () => {
  const calendar = await published(window('L1', '2026-12-08T20:00:00Z', '2026-12-08T22:00:00Z'));
  const more = { maintenanceId: 'L1', activity: activity('reporting') };
  calendar.at('2026-12-08T21:59:59Z');
  expect((await calendar.submit(addActivity, more)).kind).toBe('answered');
  calendar.at('2026-12-08T22:00:00Z');
  expect(await calendar.submit(addActivity, more)).toMatchObject({ kind: 'conflict', code: 'already-over' });
});

test('the outage of the Self-Service Interface is what was planned, at most the window, and then what it was', async () => {
  const calendar = new TestCalendar();
  const two = [
    activity(SSI, { ssiOutageMinutes: 90 }),
    activity(SSI, { ssiOutageMinutes: 60, serviceProvider: 'DCO' }),
  ];
  await calendar.plan(window('L1', '2026-12-08T20:00:00Z', '2026-12-08T22:00:00Z', SSI, { activities: two }));
  const outage = (): unknown => {
    const { now } = { now: calendar.pipeline.now() };
    const view = monthView(
      readCalendar(calendar.pipeline.reading(), { now, jurisdiction: 'england-and-wales' }),
      '2026-12',
    );
    return (view.maintenance as { ssiOutageMinutes: unknown }[])[0]?.ssiOutageMinutes;
  };
  expect(outage()).toEqual({ planned: 120, actual: null });
  calendar.at('2026-12-08T20:00:00Z');
  await calendar.given(startMaintenance, { maintenanceId: 'L1' });
  calendar.at('2026-12-08T22:00:00Z');
  const done = await calendar.submit(completeMaintenance, {
    maintenanceId: 'L1',
    ssiOutageMinutes: 121,
    servicesDisrupted: [SSI],
  });
  expect(findingsOf(done, 'warning')).toMatchObject([{ rule: 'H8.7', value: 121, limit: 120 }]);
  expect(outage()).toEqual({ planned: 120, actual: 121 });
});
