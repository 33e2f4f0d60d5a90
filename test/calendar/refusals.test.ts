import { addActivity } from '../../src/calendar/add-activity/add-activity.js';
import { cancelMaintenance } from '../../src/calendar/cancel-maintenance/cancel-maintenance.js';
import type { MaintenanceCommand } from '../../src/calendar/planning.js';
import { publishMonthlySchedule } from '../../src/calendar/publish-monthly-schedule/publish-monthly-schedule.js';
import { reclassifyMaintenance } from '../../src/calendar/reclassify-maintenance/reclassify-maintenance.js';
import { rescheduleMaintenance } from '../../src/calendar/reschedule-maintenance/reschedule-maintenance.js';
import type { Outcome } from '../../src/commands/command-pipeline.js';
import { grantDerogation } from '../../src/panel/grant-derogation/grant-derogation.js';
import type { Interval } from '../../src/rulebook/local-time.js';
import {
  activity,
  addHighImpactWindow,
  addLowImpactWindow,
  CORE,
  findingsOf,
  refusedBy,
  scheduleMaintenance,
  SSI,
  TestCalendar,
  window,
} from '../support/calendar.js';

const suggestionsOf = (outcome: Outcome): readonly Interval[] =>
  (outcome.kind === 'refused' || outcome.kind === 'conflict' ? outcome.suggestions : undefined) ?? [];
const refusedRules = (outcome: Outcome): string[] => [
  ...new Set(findingsOf(outcome, 'refused').map(({ rule }) => rule)),
];
const high = (id: string, start: string, end: string): MaintenanceCommand => window(id, start, end, CORE);

describe('a refusal has every rule that refuses, and the first in the Code’s order names it', () => {
  test('a class that was not expected, and hours, length and notice', async () => {
    const calendar = new TestCalendar('2026-12-01T09:00:00Z');
    const outcome = await calendar.submit(scheduleMaintenance, {
      ...high('H1', '2026-12-05T10:00:00Z', '2026-12-05T17:00:00Z'),
      expectedImpact: 'Low',
    });
    expect(refusedBy(outcome)).toBe('A.Classification');
    expect(refusedRules(outcome)).toEqual(['A.Classification', 'H8.3(b)', 'H8.3(c)', 'H8.4']);
    expect(suggestionsOf(outcome)).toEqual([]);
  });

  test('a wrong class refuses before an overlap or a published schedule does', async () => {
    const calendar = new TestCalendar();
    await calendar.plan(high('H1', '2026-12-05T22:00:00Z', '2026-12-06T00:00:00Z'));
    await calendar.publish('2026-12');
    const again = { ...high('H2', '2026-12-05T22:00:00Z', '2026-12-06T00:00:00Z'), expectedImpact: 'Low' as const };
    expect(refusedBy(await calendar.submit(scheduleMaintenance, again))).toBe('A.Classification');
    expect(refusedBy(await calendar.submit(addLowImpactWindow, { ...again, expectedImpact: undefined }))).toBe(
      'A.Classification',
    );
  });

  test('what is not Planned Maintenance is held against no limit', async () => {
    const outcome = await new TestCalendar().submit(scheduleMaintenance, {
      ...window('U1', '2026-12-05T10:00:00Z', '2026-12-05T23:00:00Z'),
      activities: [activity(SSI, { environment: 'uit' })],
    });
    expect(refusedRules(outcome)).toEqual(['A.PlannedMaintenance']);
  });

  test('less notice than an additional window needs is Unplanned Maintenance, and the earliest night is named', async () => {
    const calendar = new TestCalendar();
    await calendar.publish('2026-12');
    calendar.at('2026-11-20T10:00:00Z');
    const outcome = await calendar.submit(
      addLowImpactWindow,
      window('L1', '2026-12-04T20:00:00Z', '2026-12-04T22:00:00Z'),
    );
    expect(findingsOf(outcome, 'refused')).toMatchObject([{ rule: 'H8.4A(a)', limit: 10, value: 9 }]);
    expect(findingsOf(outcome, 'refused')[0]?.detail).toMatch(
      /Unplanned Maintenance under H8\.6; the earliest lawful night is that of 2026-12-05/,
    );
  });

  test('“additional” is beyond the notice, not beyond the limits', async () => {
    const calendar = new TestCalendar();
    for (const day of ['01', '03', '05', '07', '09', '11'])
      await calendar.plan(window(`L${day}`, `2026-12-${day}T20:00:00Z`, `2026-12-${day}T21:00:00Z`));
    await calendar.publish('2026-12');
    const seventh = window('L7', '2026-12-20T20:00:00Z', '2026-12-20T21:00:00Z');
    expect(refusedBy(await calendar.submit(addLowImpactWindow, seventh))).toBe('H8.3(d)');
  });
});

describe('a schedule that is late', () => {
  test('by a month that is over is still owed: it is published with its reason, and is a breach', async () => {
    const calendar = new TestCalendar();
    expect(refusedBy(await calendar.submit(publishMonthlySchedule, { month: '2026-01' }))).toBe('H8.4');
    for (const lateReason of ['', ' \t'])
      expect(refusedBy(await calendar.submit(publishMonthlySchedule, { month: '2026-01', lateReason }))).toBe('H8.4');
    const outcome = await calendar.submit(publishMonthlySchedule, {
      month: '2026-01',
      lateReason: 'Found in the audit',
    });
    expect(findingsOf(outcome, 'breach')).toMatchObject([{ rule: 'H8.4', limit: 20, value: 0 }]);
    const additional = await calendar.submit(
      addLowImpactWindow,
      window('L1', '2026-01-05T20:00:00Z', '2026-01-05T21:00:00Z'),
    );
    expect(refusedBy(additional)).toBe('H8.4A(a)');
  });

  test('is not so because of a window of the month before that runs into it', async () => {
    const calendar = new TestCalendar();
    await calendar.plan(window('NYE', '2026-12-31T22:00:00Z', '2027-01-01T02:00:00Z'));
    await calendar.publish('2027-01');
    expect(calendar.facts('month-2027-01')).toEqual(['MonthlySchedulePublished']);
    // December is a draft still: its window moves with the lead time of its class, and January is not reissued.
    await calendar.given(rescheduleMaintenance, {
      maintenanceId: 'NYE',
      start: '2026-12-30T22:00:00Z',
      end: '2026-12-31T02:00:00Z',
      reason: 'x',
    });
    expect(calendar.facts('month-2027-01')).toEqual(['MonthlySchedulePublished']);
  });
});

describe('overlaps', () => {
  const low = window('L1', '2026-12-05T22:00:00Z', '2026-12-06T00:00:00Z');

  test('of High and Low Impact are lawful, with a warning, whichever comes first', async () => {
    const lowFirst = new TestCalendar();
    await lowFirst.plan(low);
    const onTop = await lowFirst.submit(
      scheduleMaintenance,
      high('H1', '2026-12-05T23:00:00Z', '2026-12-06T01:00:00Z'),
    );
    expect(findingsOf(onTop, 'warning')).toMatchObject([
      { rule: 'H8.3(c)', detail: expect.stringContaining('overlaps the Low Impact window L1') as string },
    ]);
    const highFirst = new TestCalendar();
    await highFirst.plan(high('H1', '2026-12-05T23:00:00Z', '2026-12-06T01:00:00Z'));
    const beneath = await highFirst.submit(scheduleMaintenance, low);
    expect(findingsOf(beneath, 'warning')).toMatchObject([{ rule: 'H8.3(d)' }]);
  });

  test('windows of one class that only touch are two, with a warning', async () => {
    const calendar = new TestCalendar();
    await calendar.plan(low);
    for (const [id, start, end] of [
      ['L2', '2026-12-06T00:00:00Z', '2026-12-06T01:00:00Z'],
      ['L3', '2026-12-05T21:00:00Z', '2026-12-05T22:00:00Z'],
    ] as const) {
      const outcome = await calendar.submit(scheduleMaintenance, window(id, start, end));
      expect(findingsOf(outcome, 'warning')).toMatchObject([
        { rule: 'H8.3(d)', detail: expect.stringContaining('adjoins') as string },
      ]);
    }
  });

  test('across the month’s end are found from either month', async () => {
    const calendar = new TestCalendar();
    await calendar.plan(window('NYE', '2026-12-31T22:00:00Z', '2027-01-01T02:00:00Z'));
    const after = await calendar.submit(
      scheduleMaintenance,
      window('J', '2027-01-01T01:00:00Z', '2027-01-01T03:00:00Z'),
    );
    expect(after).toMatchObject({ kind: 'conflict', code: 'overlap' });
  });

  test('a cancelled window is in nobody’s way', async () => {
    const calendar = new TestCalendar();
    await calendar.plan(low);
    await calendar.given(cancelMaintenance, { maintenanceId: 'L1', reason: 'x' });
    expect((await calendar.submit(scheduleMaintenance, { ...low, maintenanceId: 'L2' })).kind).toBe('answered');
  });
});

describe('where the hours are waived', () => {
  const waived = async (): Promise<TestCalendar> => {
    const calendar = new TestCalendar();
    await calendar.given(grantDerogation, {
      clauses: ['H8.3(b)', 'H8.3(c)'],
      from: '2026-12-01',
      to: null,
      reference: 'SECP_1',
      reason: 'x',
    });
    return calendar;
  };

  test('a window is of a day at most, for it is one night’s', async () => {
    const day = await (
      await waived()
    ).submit(scheduleMaintenance, high('H1', '2026-12-05T10:00:00Z', '2026-12-06T10:00:00Z'));
    expect(findingsOf(day, 'waived').map(({ rule }) => rule)).toEqual(['H8.3(b)', 'H8.3(c)']);
    const longer = await (
      await waived()
    ).submit(scheduleMaintenance, high('H1', '2026-12-05T10:00:00Z', '2026-12-06T10:01:00Z'));
    expect(findingsOf(longer, 'refused')).toMatchObject([{ rule: 'H8.3(b)', reference: 'SECP_1' }]);
  });
});

describe('near the limits', () => {
  /** December with two High Impact windows of two hours each, and one Low Impact window. */
  const busy = async (lowMinutes: number): Promise<TestCalendar> => {
    const calendar = new TestCalendar();
    await calendar.plan(high('H1', '2026-12-12T22:00:00Z', '2026-12-13T00:00:00Z'));
    await calendar.plan(
      window(
        'L1',
        '2026-12-08T20:00:00Z',
        Temporal.Instant.from('2026-12-08T20:00:00Z').add({ minutes: lowMinutes }).toString(),
      ),
    );
    return calendar;
  };
  const services = [{ service: CORE, effect: 'disrupted' as const }];
  const reclassified = { maintenanceId: 'L1', services, rationale: 'Reviewed' };

  test('a window turns High where its minutes fit, and not where they do not', async () => {
    expect(await (await busy(240)).given(reclassifyMaintenance, reclassified)).toMatchObject({ impact: 'High' });
    const outcome = await (await busy(241)).submit(reclassifyMaintenance, reclassified);
    expect(findingsOf(outcome, 'refused')).toMatchObject([{ rule: 'H8.3(c)', limit: 360, value: 361 }]);
  });

  test('a window that turns High does not count as Low any more, and back again', async () => {
    const calendar = await busy(60);
    for (const day of ['14', '16', '18', '20', '22'])
      await calendar.plan(window(`L${day}`, `2026-12-${day}T20:00:00Z`, `2026-12-${day}T21:00:00Z`));
    await calendar.given(reclassifyMaintenance, reclassified);
    await calendar.plan(window('L6', '2026-12-24T20:00:00Z', '2026-12-24T21:00:00Z'));
    const back = { ...reclassified, services: [{ service: SSI, effect: 'disrupted' as const }] };
    const outcome = await calendar.submit(reclassifyMaintenance, back);
    expect(findingsOf(outcome, 'refused')).toMatchObject([{ rule: 'H8.3(d)', limit: 6, value: 7 }]);
  });

  test('what Users must change keeps a window High, whatever services it is said to affect', async () => {
    const calendar = new TestCalendar();
    await calendar.plan({
      ...window('U1', '2026-12-08T20:00:00Z', '2026-12-08T21:00:00Z', 'reporting'),
      activities: [activity('reporting', { requiresUserChange: true })],
    });
    expect(
      await calendar.given(reclassifyMaintenance, {
        ...reclassified,
        maintenanceId: 'U1',
        services: [{ service: SSI, effect: 'disrupted' }],
      }),
    ).toMatchObject({ impact: 'High', reasons: ['user-change'] });
  });

  test('work of the same class is added to a published window without new notice', async () => {
    const calendar = await busy(60);
    await calendar.publish('2026-12');
    calendar.at('2026-12-08T19:00:00Z');
    expect((await calendar.submit(addActivity, { maintenanceId: 'L1', activity: activity('reporting') })).kind).toBe(
      'answered',
    );
  });
});

test('a High Impact window beyond a published schedule needs 20 clear Working Days, and is accepted with them', async () => {
  const calendar = new TestCalendar();
  await calendar.publish('2026-12');
  calendar.at('2026-11-20T10:00:00Z');
  expect(
    refusedBy(await calendar.submit(addHighImpactWindow, high('H1', '2026-12-18T20:00:00Z', '2026-12-18T22:00:00Z'))),
  ).toBe('H8.4A(b)');
  expect(
    await calendar.given(addHighImpactWindow, high('H1', '2026-12-19T20:00:00Z', '2026-12-19T22:00:00Z')),
  ).toMatchObject({ version: 2 });
});

test('notice is counted without a gap in the bank holidays, however far ahead the window is', async () => {
  const outcome = await new TestCalendar().submit(
    scheduleMaintenance,
    window('FAR', '2036-12-05T20:00:00Z', '2036-12-05T21:00:00Z'),
  );
  const value = Number(findingsOf(outcome, 'pass').find(({ rule }) => rule === 'H8.4')?.value);
  // Mondays to Fridays from 2 October 2026 to 4 December 2036, less eight bank holidays in each whole year between.
  let weekdays = 0;
  for (let day = Temporal.PlainDate.from('2026-10-02'); day.toString() < '2036-12-05'; day = day.add({ days: 1 }))
    if (day.dayOfWeek <= 5) weekdays += 1;
  expect(weekdays - value).toBe(9 * 8 + 2 + 6);
});
