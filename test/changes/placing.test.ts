import { cancelMaintenance } from '../../src/calendar/cancel-maintenance/cancel-maintenance.js';
import { startMaintenance } from '../../src/calendar/start-maintenance/start-maintenance.js';
import { placeChange } from '../../src/changes/place-change/place-change.js';
import { raiseChange } from '../../src/changes/raise-change/raise-change.js';
import { recordChangeOutcome } from '../../src/changes/record-change-outcome/record-change-outcome.js';
import type { Outcome } from '../../src/commands/command-pipeline.js';
import type { TestCalendar } from '../support/calendar.js';
import { CORE, findingsOf, refusedBy } from '../support/calendar.js';
import { approved, calendarWithWindows, change, outcomeOf } from '../support/changes.js';

const core = { services: [{ service: CORE, effect: 'disrupted' as const }] };
const AFTERWARDS = '2026-12-15T09:00:00Z';

describe('placing', () => {
  const place = (calendar: TestCalendar, changeId: string, maintenanceId: string): Promise<Outcome> =>
    calendar.submit(placeChange, { changeId, maintenanceId });

  test('a change that affects a core service is refused a Low Impact window, and told where it could go', async () => {
    const calendar = await calendarWithWindows();
    await approved(calendar, change('C1', core));
    const refused = await place(calendar, 'C1', 'L1');
    expect(refusedBy(refused)).toBe('A.Classification');
    expect(refused).toMatchObject({ suggestions: [{ start: '2026-12-12T22:00:00Z', end: '2026-12-13T01:00:00Z' }] });
    expect(await place(calendar, 'C1', 'H1')).toMatchObject({
      answer: { month: '2026-12', start: '2026-12-12T22:00:00Z', end: '2026-12-13T01:00:00Z' },
    });
  });

  test('holds for every class, also those that nobody assesses', async () => {
    const calendar = await calendarWithWindows();
    await calendar.given(raiseChange, change('C1', { ...core, class: 'standard' }));
    expect(refusedBy(await place(calendar, 'C1', 'L1'))).toBe('A.Classification');
  });

  test('other changes go in either window; a service that the window does not state is a warning', async () => {
    const calendar = await calendarWithWindows();
    await approved(calendar, change('C1'));
    expect(findingsOf(await place(calendar, 'C1', 'L1'), 'warning')).toEqual([]);
    expect(findingsOf(await place(calendar, 'C1', 'H1'), 'warning')).toMatchObject([{ rule: 'H8.4' }]);
    await calendar.given(raiseChange, change('C2', { class: 'no-impact', services: [] }));
    expect(findingsOf(await place(calendar, 'C2', 'L1'), 'warning')).toEqual([]);
  });

  test('only production work is placed', async () => {
    const calendar = await calendarWithWindows();
    await approved(calendar, change('C1', { environment: 'uit' }));
    expect(refusedBy(await place(calendar, 'C1', 'L1'))).toBe('A.PlannedMaintenance');
  });

  test('waits for the approval that the class needs', async () => {
    const calendar = await calendarWithWindows();
    for (const one of ['normal', 'emergency', 'latent'] as const) {
      await calendar.given(raiseChange, change(one, { class: one }));
      expect(await place(calendar, one, 'L1')).toMatchObject({
        kind: 'conflict',
        code: 'not-approved',
        detail: `the ${one} change ${one} has not been approved`,
      });
    }
    await calendar.given(raiseChange, change('standard', { class: 'standard' }));
    expect((await place(calendar, 'standard', 'L1')).kind).toBe('answered');
  });

  test('can be done anew until the change is made, but not twice in the same window', async () => {
    const calendar = await calendarWithWindows();
    await calendar.given(raiseChange, change('C1', { class: 'standard' }));
    await calendar.given(placeChange, { changeId: 'C1', maintenanceId: 'L1' });
    expect(await place(calendar, 'C1', 'L1')).toMatchObject({ code: 'already-placed' });
    await calendar.given(placeChange, { changeId: 'C1', maintenanceId: 'H1' });
    await calendar.given(placeChange, { changeId: 'C1', maintenanceId: 'L1' });
    await calendar.at(AFTERWARDS).given(recordChangeOutcome, outcomeOf('C1', { outcome: 'failed' }));
    expect(await place(calendar, 'C1', 'H1')).toMatchObject({ code: 'already-implemented' });
  });

  test('needs a window that is planned and ahead', async () => {
    const calendar = await calendarWithWindows();
    await calendar.given(raiseChange, change('C1', { class: 'standard' }));
    expect(await place(calendar, 'C1', 'NONE')).toMatchObject({ kind: 'missing' });
    expect(await place(calendar, 'NONE', 'L1')).toMatchObject({ kind: 'missing' });
    await calendar.given(cancelMaintenance, { maintenanceId: 'H1', reason: 'x' });
    expect(await place(calendar, 'C1', 'H1')).toMatchObject({ code: 'already-closed' });
    calendar.at('2026-12-08T20:00:00Z');
    expect(await place(calendar, 'C1', 'L1')).toMatchObject({ code: 'already-started' });
    await calendar.given(startMaintenance, { maintenanceId: 'L1' });
    expect(await place(calendar, 'C1', 'L1')).toMatchObject({ code: 'already-started' });
  });

  test('is decided on the month: a window that is cancelled at the same moment takes nothing in', async () => {
    const calendar = await calendarWithWindows();
    await calendar.given(raiseChange, change('C1', { class: 'standard' }));
    const cancelled = calendar.submit(cancelMaintenance, { maintenanceId: 'L1', reason: 'x' });
    const placed = place(calendar, 'C1', 'L1');
    expect((await cancelled).kind).toBe('answered');
    expect(await placed).toMatchObject({ kind: 'conflict', code: 'already-closed' });
  });
});
