import { cancelMaintenance } from '../../src/calendar/cancel-maintenance/cancel-maintenance.js';
import { reclassifyMaintenance } from '../../src/calendar/reclassify-maintenance/reclassify-maintenance.js';
import { rescheduleMaintenance } from '../../src/calendar/reschedule-maintenance/reschedule-maintenance.js';
import { approveChange } from '../../src/changes/approve-change/approve-change.js';
import { assessChange } from '../../src/changes/assess-change/assess-change.js';
import { placeChange } from '../../src/changes/place-change/place-change.js';
import { raiseChange } from '../../src/changes/raise-change/raise-change.js';
import { recordChangeOutcome } from '../../src/changes/record-change-outcome/record-change-outcome.js';
import { recordLessonsLearned } from '../../src/changes/record-lessons-learned/record-lessons-learned.js';
import { rejectChange } from '../../src/changes/reject-change/reject-change.js';
import { withdrawChange } from '../../src/changes/withdraw-change/withdraw-change.js';
import type { ChangeClass } from '../../src/changes/events.js';
import type { Outcome } from '../../src/commands/command-pipeline.js';
import { CORE, findingsOf, SSI, TestCalendar } from '../support/calendar.js';
import { ANALYST, approved, calendarWithWindows, change, MANAGER, outcomeOf } from '../support/changes.js';

const AFTERWARDS = '2026-12-15T09:00:00Z';

describe('an outcome is recorded, never refused', () => {
  /** The findings on a change of this class that was made without more ado. */
  async function made(one: ChangeClass, before?: (calendar: TestCalendar) => Promise<unknown>): Promise<Outcome> {
    const calendar = new TestCalendar();
    await calendar.given(raiseChange, change('C1', { class: one, services: [] }), ANALYST);
    await calendar.given(assessChange, { changeId: 'C1' }, MANAGER);
    await before?.(calendar);
    return calendar.at(AFTERWARDS).submit(recordChangeOutcome, outcomeOf('C1'));
  }
  const duties = (outcome: Outcome): string[] =>
    (['breach', 'warning', 'pass'] as const).flatMap((verdict) =>
      findingsOf(outcome, verdict)
        .filter(({ rule }) => rule === 'MP92-DT7')
        .map((finding) => finding.outcome),
    );

  test('with a breach where a normal change was not approved, a warning for an emergency, none for the others', async () => {
    expect(duties(await made('normal'))).toEqual(['breach']);
    expect(duties(await made('emergency'))).toEqual(['warning']);
    for (const one of ['standard', 'latent', 'no-impact'] as const) expect(duties(await made(one))).toEqual(['pass']);
  });

  test('with a breach where it was rejected, or approved only once it had begun', async () => {
    const rejected = await made('emergency', (calendar) => calendar.given(rejectChange, { changeId: 'C1' }, MANAGER));
    expect(duties(rejected)).toEqual(['breach']);
    const late = await made('normal', (calendar) =>
      calendar.at('2026-12-14T10:01:00Z').given(approveChange, { changeId: 'C1' }, MANAGER),
    );
    expect(duties(late)).toEqual(['breach']);
    const inTime = await made('normal', (calendar) =>
      calendar.at('2026-12-14T10:00:00Z').given(approveChange, { changeId: 'C1' }, MANAGER),
    );
    expect(duties(inTime)).toEqual(['pass']);
  });

  test.each([
    ['within its window', '2026-12-08T20:00:00Z', '2026-12-08T22:00:00Z', 'pass'],
    ['begun before it', '2026-12-08T19:59:00Z', '2026-12-08T21:00:00Z', 'breach'],
    ['begun as it ends', '2026-12-08T22:00:00Z', '2026-12-08T22:30:00Z', 'breach'],
    ['ended after it', '2026-12-08T21:00:00Z', '2026-12-08T22:01:00Z', 'warning'],
  ])('%s: H8.7 from %s to %s is a %s', async (_, start, end, verdict) => {
    const calendar = await calendarWithWindows();
    await approved(calendar, change('C1'));
    await calendar.given(placeChange, { changeId: 'C1', maintenanceId: 'L1' });
    const outcome = await calendar
      .at(AFTERWARDS)
      .submit(recordChangeOutcome, outcomeOf('C1', { actual: { start, end } }));
    const said = (['pass', 'warning', 'breach'] as const).flatMap((one) => findingsOf(outcome, one));
    expect(said.filter(({ rule }) => rule === 'H8.7').map((finding) => finding.outcome)).toEqual([verdict]);
  });

  test('against the window as it was moved, and with a breach where that was cancelled', async () => {
    const to = { start: '2026-12-09T20:00:00Z', end: '2026-12-09T22:00:00Z' };
    const outcomeAfter = async (act: (calendar: TestCalendar) => Promise<unknown>): Promise<Outcome> => {
      const calendar = await calendarWithWindows();
      await approved(calendar, change('C1'));
      await calendar.given(placeChange, { changeId: 'C1', maintenanceId: 'L1' });
      await act(calendar);
      return calendar.at(AFTERWARDS).submit(recordChangeOutcome, outcomeOf('C1', { actual: to }));
    };
    const moved = await outcomeAfter((calendar) =>
      calendar.given(rescheduleMaintenance, { maintenanceId: 'L1', ...to, reason: 'x' }),
    );
    expect(findingsOf(moved, 'breach')).toEqual([]);
    const cancelled = await outcomeAfter((calendar) =>
      calendar.given(cancelMaintenance, { maintenanceId: 'L1', reason: 'x' }),
    );
    expect(findingsOf(cancelled, 'breach')).toMatchObject([{ rule: 'H8.7' }]);
  });

  test('with a breach where it affected a core service and its window had become Low Impact', async () => {
    const calendar = await calendarWithWindows();
    await approved(calendar, change('C1', { services: [{ service: CORE, effect: 'disrupted' }] }));
    await calendar.given(placeChange, { changeId: 'C1', maintenanceId: 'H1' });
    await calendar.given(reclassifyMaintenance, {
      maintenanceId: 'H1',
      services: [{ service: SSI, effect: 'disrupted' }],
      rationale: 'x',
    });
    const actual = { start: '2026-12-12T22:00:00Z', end: '2026-12-13T01:00:00Z' };
    const outcome = await calendar.at(AFTERWARDS).submit(recordChangeOutcome, outcomeOf('C1', { actual }));
    expect(findingsOf(outcome, 'breach')).toMatchObject([{ rule: 'A.Classification', value: 'Low', limit: 'High' }]);
  });

  test('with a warning where it affected services outside any window, unless it was an emergency', async () => {
    const calendar = new TestCalendar();
    for (const one of ['standard', 'emergency'] as const)
      await calendar.given(raiseChange, change(one, { class: one, services: [{ service: SSI, effect: 'disrupted' }] }));
    calendar.at(AFTERWARDS);
    const rules = async (changeId: string): Promise<string[]> =>
      findingsOf(await calendar.submit(recordChangeOutcome, outcomeOf(changeId)), 'warning').map(({ rule }) => rule);
    expect(await rules('standard')).toEqual(['A.PlannedMaintenance']);
    expect(await rules('emergency')).toEqual(['MP92-DT7']);
  });

  test('once; a withdrawn change is over, and the future has not happened', async () => {
    const calendar = new TestCalendar();
    for (const changeId of ['C1', 'C2', 'C3', 'C4'])
      await calendar.given(raiseChange, change(changeId, { class: 'standard' }));
    await calendar.given(withdrawChange, { changeId: 'C2', reason: 'x' });
    const record = (changeId: string, more: Parameters<typeof outcomeOf>[1] = {}): Promise<Outcome> =>
      calendar.submit(recordChangeOutcome, outcomeOf(changeId, more));
    calendar.at('2026-12-14T10:40:00Z');
    expect((await record('C1')).kind).toBe('answered');
    expect(await record('C1')).toMatchObject({ kind: 'conflict', code: 'already-closed' });
    expect(await record('C2')).toMatchObject({ kind: 'conflict', code: 'already-closed' });
    expect((await record('C3', { outcome: 'backed-out' })).kind).toBe('answered');
    expect(await record('C3')).toMatchObject({ kind: 'conflict', code: 'already-implemented' });
    const ahead = { start: '2026-12-14T10:00:00Z', end: '2026-12-14T10:40:01Z' };
    expect(await record('C4', { actual: ahead })).toMatchObject({
      kind: 'invalid',
      errors: [{ pointer: '/actualEnd' }],
    });
    const backwards = { start: '2026-12-14T10:00:00Z', end: '2026-12-14T10:00:00Z' };
    expect(await record('C4', { actual: backwards })).toMatchObject({ kind: 'invalid' });
    expect(await record('NONE')).toMatchObject({ kind: 'missing' });
  });

  test('a successful change closes with it; another stays implemented until lessons with an action are recorded', async () => {
    const calendar = new TestCalendar();
    for (const changeId of ['GOOD', 'BAD']) await calendar.given(raiseChange, change(changeId, { class: 'standard' }));
    const learn = (changeId: string, actions: string[]): Promise<Outcome> =>
      calendar.submit(recordLessonsLearned, { changeId, lessons: 'Rehearse', actions }, MANAGER);
    expect(await learn('BAD', ['Rehearse'])).toMatchObject({ kind: 'conflict', code: 'not-implemented' });
    calendar.at(AFTERWARDS);
    expect(await calendar.given(recordChangeOutcome, outcomeOf('GOOD'))).toMatchObject({ status: 'closed' });
    expect(await calendar.given(recordChangeOutcome, outcomeOf('BAD', { outcome: 'failed' }))).toMatchObject({
      status: 'implemented',
    });
    expect(await learn('BAD', [])).toMatchObject({ kind: 'invalid', errors: [{ pointer: '/actions' }] });
    expect((await learn('BAD', ['Rehearse'])).kind).toBe('answered');
    expect(await learn('BAD', ['Rehearse'])).toMatchObject({ code: 'already-closed' });
    expect(await learn('GOOD', ['Rehearse'])).toMatchObject({ code: 'already-closed' });
  });
});
