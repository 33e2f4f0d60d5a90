import { cancelMaintenance } from '../../src/calendar/cancel-maintenance/cancel-maintenance.js';
import { rescheduleAtPanelRequest } from '../../src/calendar/reschedule-at-panel-request/reschedule-at-panel-request.js';
import { startMaintenance } from '../../src/calendar/start-maintenance/start-maintenance.js';
import type { Outcome } from '../../src/commands/command-pipeline.js';
import { declinePanelRequest } from '../../src/panel/decline-panel-request/decline-panel-request.js';
import { requestReschedule } from '../../src/panel/request-reschedule/request-reschedule.js';
import type { Interval } from '../../src/rulebook/local-time.js';
import { findingsOf, refusedBy, TestCalendar, window } from '../support/calendar.js';

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
