import { cancelMaintenance } from '../../src/calendar/cancel-maintenance/cancel-maintenance.js';
import { rescheduleAtPanelRequest } from '../../src/calendar/reschedule-at-panel-request/reschedule-at-panel-request.js';
import { startMaintenance } from '../../src/calendar/start-maintenance/start-maintenance.js';
import type { Outcome } from '../../src/commands/command-pipeline.js';
import { declinePanelRequest } from '../../src/panel/decline-panel-request/decline-panel-request.js';
import { extendDerogation } from '../../src/panel/extend-derogation/extend-derogation.js';
import { grantDerogation } from '../../src/panel/grant-derogation/grant-derogation.js';
import { requestReschedule } from '../../src/panel/request-reschedule/request-reschedule.js';
import { revokeDerogation } from '../../src/panel/revoke-derogation/revoke-derogation.js';
import type { Interval } from '../../src/rulebook/local-time.js';
import { CORE, findingsOf, refusedBy, scheduleMaintenance, TestCalendar, window } from '../support/calendar.js';

/** The clause of High Impact windows. */
const HIGH = ['H8.3(c)'] as const;

describe('a derogation', () => {
  const third = (day: string): ReturnType<typeof window> =>
    window(`H${day}`, `2026-12-${day}T22:00:00Z`, `2026-12-${day}T23:00:00Z`, CORE);
  /** December with two High Impact windows, and D1 for ten days of it. */
  async function granted(): Promise<TestCalendar> {
    const calendar = new TestCalendar();
    for (const day of ['01', '03']) await calendar.plan(third(day));
    await calendar.given(grantDerogation, {
      derogationId: 'D1',
      clauses: HIGH,
      from: '2026-12-11',
      to: '2026-12-20',
      reference: 'SECP_1',
      reason: 'Peak',
    });
    return calendar;
  }
  const allowedOn = async (calendar: TestCalendar, day: string): Promise<boolean> => {
    const outcome = await calendar.submit(scheduleMaintenance, third(day));
    return outcome.kind === 'answered';
  };

  test.each([
    ['10', false],
    ['11', true],
    ['20', true],
    ['21', false],
  ])('holds on its first and its last date, and on no other: on the %s, %s', async (day, allowed) => {
    expect(await allowedOn(await granted(), day)).toBe(allowed);
  });

  test.each([
    ['20', true],
    ['25', true],
    ['26', false],
  ])('that is extended holds to its new last date: on the %s, %s', async (day, allowed) => {
    const calendar = await granted();
    await calendar.given(extendDerogation, { derogationId: 'D1', to: '2026-12-25' });
    expect(await allowedOn(calendar, day)).toBe(allowed);
  });

  test.each([
    ['14', true],
    ['15', false],
    ['20', false],
  ])('that is revoked from the 15th no longer holds on it: on the %s, %s', async (day, allowed) => {
    const calendar = await granted();
    await calendar.given(revokeDerogation, { derogationId: 'D1', from: '2026-12-15', reason: 'Over' });
    expect(await allowedOn(calendar, day)).toBe(allowed);
  });

  test('that is revoked from its first date, or earlier, never held', async () => {
    for (const from of ['2026-12-11', '2026-11-01']) {
      const calendar = await granted();
      await calendar.given(revokeDerogation, { derogationId: 'D1', from, reason: 'A mistake' });
      for (const day of ['11', '20']) expect(await allowedOn(calendar, day)).toBe(false);
    }
  });

  test('ends once: not by revocation after its end, not twice, and is not extended after that', async () => {
    const calendar = await granted();
    const late = { derogationId: 'D1', from: '2026-12-21', reason: 'x' };
    expect(await calendar.submit(revokeDerogation, late)).toMatchObject({
      kind: 'invalid',
      errors: [{ pointer: '/from' }],
    });
    await calendar.given(revokeDerogation, { ...late, from: '2026-12-20' });
    expect(await calendar.submit(revokeDerogation, { ...late, from: '2026-12-12' })).toMatchObject({
      code: 'already-closed',
    });
    expect(await calendar.submit(extendDerogation, { derogationId: 'D1', to: null })).toMatchObject({
      code: 'already-closed',
    });
  });

  test('is extended to a later date, or made enduring once', async () => {
    const calendar = await granted();
    for (const to of ['2026-12-20', '2026-12-01'])
      expect(await calendar.submit(extendDerogation, { derogationId: 'D1', to })).toMatchObject({
        kind: 'invalid',
        errors: [{ pointer: '/to' }],
      });
    await calendar.given(extendDerogation, { derogationId: 'D1', to: null });
    expect(await allowedOn(calendar, '31')).toBe(true);
    expect(await calendar.submit(extendDerogation, { derogationId: 'D1', to: '2027-01-31' })).toMatchObject({
      code: 'already-enduring',
    });
    await calendar.given(revokeDerogation, { derogationId: 'D1', from: '2026-12-28', reason: 'Over' });
    expect(await allowedOn(calendar, '29')).toBe(false);
  });

  test('holds for what a window carries into the next month only where it is in force on the 1st', async () => {
    const across = window('NYE', '2026-12-31T23:00:00Z', '2027-01-01T01:00:00Z', CORE);
    const refused = async (to: string): Promise<unknown> => {
      const calendar = new TestCalendar();
      for (const day of ['09', '16'])
        await calendar.plan(window(`J${day}`, `2027-01-${day}T22:00:00Z`, `2027-01-${day}T23:00:00Z`, CORE));
      await calendar.given(grantDerogation, {
        clauses: HIGH,
        from: '2026-12-31',
        to,
        reference: 'SECP_1',
        reason: 'x',
      });
      return findingsOf(await calendar.submit(scheduleMaintenance, across), 'refused').map(({ month }) => month);
    };
    expect(await refused('2026-12-31')).toEqual(['2027-01']);
    expect(await refused('2027-01-01')).toEqual([]);
  });

  test('of hours lets work begin at its time and not before, and says whose decision that is', async () => {
    const calendar = new TestCalendar();
    await calendar.given(grantDerogation, {
      clauses: ['H8.3(b)'],
      limits: { earliest: '18:00' },
      from: '2026-12-01',
      to: '2026-12-31',
      reference: 'SECP_2',
      reason: 'x',
    });
    expect(
      refusedBy(
        await calendar.submit(scheduleMaintenance, window('A', '2026-12-05T17:59:00Z', '2026-12-05T19:00:00Z')),
      ),
    ).toBe('H8.3(b)');
    const outcome = await calendar.submit(
      scheduleMaintenance,
      window('A', '2026-12-05T18:00:00Z', '2026-12-05T19:00:00Z'),
    );
    expect(findingsOf(outcome, 'waived')).toMatchObject([{ rule: 'H8.3(b)', reference: 'SECP_2' }]);
  });

  test('of hours lets work end at its time and not after', async () => {
    const until = async (end: string): Promise<unknown> => {
      const calendar = new TestCalendar();
      await calendar.given(grantDerogation, {
        clauses: ['H8.3(b)'],
        limits: { latest: '09:00' },
        from: '2026-12-01',
        to: '2026-12-31',
        reference: 'SECP_3',
        reason: 'x',
      });
      return refusedBy(await calendar.submit(scheduleMaintenance, window('A', '2026-12-06T05:00:00Z', end)));
    };
    expect(await until('2026-12-06T09:00:00Z')).toBeUndefined();
    expect(await until('2026-12-06T09:01:00Z')).toBe('H8.3(b)');
  });

  test.each<[string, object, string]>([
    ['an end before its beginning', { to: '2026-11-30' }, '/to'],
    ['limits that name none', { limits: {} }, '/limits'],
    ['a limit of a clause that it does not name', { limits: { highWindows: 3, lowWindows: 8 } }, '/limits/lowWindows'],
    ['hours under a clause of numbers', { limits: { highMinutes: 480, earliest: '18:00' } }, '/limits/earliest'],
    [
      'the end of the hours under a clause of numbers',
      { limits: { highMinutes: 480, latest: '09:00' } },
      '/limits/latest',
    ],
    [
      'a clause without a limit, beside one with',
      { clauses: ['H8.3(c)', 'H8.3(d)'], limits: { highWindows: 3 } },
      '/limits',
    ],
  ])('cannot have %s', async (_, change, pointer) => {
    const good = { clauses: HIGH, from: '2026-12-01', to: '2026-12-31', reference: 'R', reason: 'r' };
    const outcome = await new TestCalendar().submit(grantDerogation, { ...good, ...change });
    expect(outcome).toMatchObject({ kind: 'invalid' });
    expect(outcome.kind === 'invalid' && outcome.errors.map((error) => error.pointer)).toContain(pointer);
  });

  test('has an id of its own', async () => {
    const again = { derogationId: 'D1', clauses: HIGH, from: '2026-12-11', to: null, reference: 'R', reason: 'r' };
    expect(await (await granted()).submit(grantDerogation, again)).toMatchObject({ code: 'id-taken' });
    for (const outcome of [
      await new TestCalendar().submit(extendDerogation, { derogationId: 'none', to: null }),
      await new TestCalendar().submit(revokeDerogation, { derogationId: 'none', from: '2026-12-01', reason: 'x' }),
    ])
      expect(outcome.kind).toBe('missing');
  });
});

describe('a request to reschedule', () => {
  async function published(): Promise<TestCalendar> {
    const calendar = new TestCalendar();
    await calendar.plan(window('L1', '2026-12-15T20:00:00Z', '2026-12-15T22:00:00Z'));
    await calendar.publish('2026-12');
    return calendar;
  }
  const request = async (
    calendar: TestCalendar,
    preferred: { preferredFrom?: string; preferredTo?: string } = {},
  ): Promise<string> =>
    String(
      (await calendar.given(requestReschedule, { maintenanceId: 'L1', reasons: 'Clash', ...preferred })).requestId,
    );
  const move = (calendar: TestCalendar, requestId: string, day: string, more: object = {}): Promise<Outcome> =>
    calendar.submit(rescheduleAtPanelRequest, {
      requestId,
      start: `2026-12-${day}T20:00:00Z`,
      end: `2026-12-${day}T22:00:00Z`,
      ...more,
    });

  test('is of what a published schedule holds, and of what has not begun', async () => {
    const draft = new TestCalendar();
    await draft.plan(window('L1', '2026-12-15T20:00:00Z', '2026-12-15T22:00:00Z'));
    const ask = { maintenanceId: 'L1', reasons: 'x' };
    expect(refusedBy(await draft.submit(requestReschedule, ask))).toBe('H8.5');
    expect((await draft.submit(requestReschedule, { ...ask, maintenanceId: 'none' })).kind).toBe('missing');
    const calendar = (await published()).at('2026-12-15T19:59:59.999Z');
    expect((await calendar.submit(requestReschedule, ask)).kind).toBe('answered');
    calendar.at('2026-12-15T20:00:00Z');
    expect(await calendar.submit(requestReschedule, ask)).toMatchObject({ code: 'already-started' });
    await calendar.given(startMaintenance, { maintenanceId: 'L1' });
    expect(await calendar.submit(requestReschedule, ask)).toMatchObject({ code: 'already-started' });
  });

  test('is answered once, whatever the answer', async () => {
    const calendar = await published();
    const [moved, declined] = [await request(calendar), await request(calendar)];
    expect((await move(calendar, moved, '16')).kind).toBe('answered');
    await calendar.given(declinePanelRequest, { requestId: declined, stepsTaken: 'Asked', reasons: 'None can' });
    for (const requestId of [moved, declined]) {
      expect(await move(calendar, requestId, '17')).toMatchObject({ code: 'already-answered' });
      expect(await calendar.submit(declinePanelRequest, { requestId, stepsTaken: 'x', reasons: 'x' })).toMatchObject({
        code: 'already-answered',
      });
    }
    expect((await move(calendar, 'none', '17')).kind).toBe('missing');
    expect(
      (await calendar.submit(declinePanelRequest, { requestId: 'none', stepsTaken: 'x', reasons: 'x' })).kind,
    ).toBe('missing');
  });

  test('of a window cancelled meanwhile can only be declined', async () => {
    const calendar = await published();
    const requestId = await request(calendar);
    await calendar.given(cancelMaintenance, { maintenanceId: 'L1', reason: 'Withdrawn' });
    expect(await move(calendar, requestId, '16')).toMatchObject({ code: 'already-closed' });
    await calendar.given(declinePanelRequest, {
      requestId,
      stepsTaken: 'Cancelled instead',
      reasons: 'No longer needed',
    });
  });

  test('is accommodated within the period that the Panel preferred, to the minute at both ends', async () => {
    const period = { preferredFrom: '2026-12-20T20:00:00Z', preferredTo: '2026-12-20T22:00:00Z' };
    const calendar = await published();
    expect(await move(calendar, await request(calendar, period), '20')).toMatchObject({
      answer: { extent: 'accommodated', versions: { '2026-12': 2 } },
    });
    for (const short of [
      { ...period, preferredFrom: '2026-12-20T20:00:00.001Z' },
      { ...period, preferredTo: '2026-12-20T21:59:59Z' },
    ]) {
      const other = await published();
      expect(await move(other, await request(other, short), '20')).toMatchObject({
        kind: 'invalid',
        errors: [{ pointer: '/explanation' }],
      });
    }
  });

  test('can be answered in part though the time lies in the period, with why', async () => {
    const calendar = await published();
    const partly = { asRequested: false, explanation: 'One provider cannot come' };
    expect(await move(calendar, await request(calendar), '20', partly)).toMatchObject({ answer: { extent: 'partly' } });
  });

  test('is refused with every rule that refuses, limits before H8.5', async () => {
    const calendar = await published();
    const requestId = await request(calendar, { preferredFrom: '2026-12-20T00:00:00Z' });
    const outcome = await calendar.submit(rescheduleAtPanelRequest, {
      requestId,
      start: '2026-12-16T10:00:00Z',
      end: '2026-12-16T12:00:00Z',
      asRequested: true,
    });
    expect(refusedBy(outcome)).toBe('H8.3(b)');
    expect(findingsOf(outcome, 'refused').map(({ rule }) => rule)).toEqual(['H8.5', 'H8.3(b)']);
  });

  test.each([
    ['before', { preferredFrom: '2026-12-08T00:00:00Z', preferredTo: '2026-12-10T12:00:00Z' }, '2026-12-08T20:00:00Z'],
    ['after', { preferredFrom: '2026-12-28T12:00:00Z' }, '2026-12-28T20:00:00Z'],
    ['before, from now on', { preferredTo: '2026-12-10T12:00:00Z' }, '2026-12-03T20:00:00Z'],
  ])(
    'is helped by times within the period that the Panel preferred, where that is %s the one tried',
    async (_, period, first) => {
      const again = async (): Promise<{ calendar: TestCalendar; requestId: string }> => {
        const calendar = (await published()).at('2026-12-03T09:00:00Z');
        return { calendar, requestId: await request(calendar, period) };
      };
      const { calendar, requestId } = await again();
      const outcome = await move(calendar, requestId, '16', { asRequested: true });
      expect(refusedBy(outcome)).toBe('H8.5');
      const suggestions = outcome.kind === 'refused' ? outcome.suggestions : [];
      expect(suggestions[0]?.start).toBe(first);
      for (const to of suggestions as Interval[]) {
        const other = await again();
        expect(
          await other.calendar.submit(rescheduleAtPanelRequest, {
            requestId: other.requestId,
            ...to,
            asRequested: true,
          }),
        ).toMatchObject({ kind: 'answered' });
      }
    },
  );

  test('moves a window into a month that is not published yet, where it is planned and not additional', async () => {
    const calendar = await published();
    const outcome = await calendar.submit(rescheduleAtPanelRequest, {
      requestId: await request(calendar),
      start: '2027-01-12T20:00:00Z',
      end: '2027-01-12T22:00:00Z',
    });
    expect(outcome).toMatchObject({ answer: { month: '2027-01', versions: { '2026-12': 2 } } });
    expect(calendar.facts('month-2027-01')).toEqual(['MaintenanceMovedIn']);
    await calendar.publish('2027-01');
    const answer = await calendar.given(requestReschedule, { maintenanceId: 'L1', reasons: 'Again' });
    expect(answer).toMatchObject({ month: '2027-01' });
  });
});
