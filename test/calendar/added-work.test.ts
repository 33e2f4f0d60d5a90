import { addActivity } from '../../src/calendar/add-activity/add-activity.js';
import { reclassifyMaintenance } from '../../src/calendar/reclassify-maintenance/reclassify-maintenance.js';
import { activity, addHighImpactWindow, CORE, refusedBy, SSI, TestCalendar, window } from '../support/calendar.js';
import { high, published } from '../support/december.js';

test('an added activity that makes a window High is refused where the limits have no room, and recorded as a reclassification where they have', async () => {
  const full = await published();
  await full.at('2026-11-02T10:00:00Z').given(addHighImpactWindow, high('H2', '19'));
  const outcome = await full.submit(addActivity, { maintenanceId: 'L1', activity: activity(CORE) });
  expect(refusedBy(outcome)).toBe('H8.3(c)');
  const roomy = await published();
  roomy.at('2026-11-02T10:00:00Z');
  expect(await roomy.given(addActivity, { maintenanceId: 'L1', activity: activity(CORE) })).toMatchObject({
    impact: 'High',
  });
  expect(roomy.facts('month-2026-12').slice(-3)).toEqual([
    'MaintenanceActivityAdded',
    'MaintenanceReclassified',
    'ScheduleReissued',
  ]);
});

test('an added activity that makes a window Low needs no notice: only what turns High does', async () => {
  const calendar = new TestCalendar();
  // Users change something, for an improvement to the SSI, which the window does not affect yet.
  const work = activity('reporting', { requiresUserChange: true, ssiImprovement: true });
  await calendar.plan({ ...high(), activities: [work] });
  const services = [{ service: 'reporting', effect: 'disrupted' as const }];
  await calendar.given(reclassifyMaintenance, { maintenanceId: 'H1', services, rationale: 'Reviewed' });
  await calendar.publish('2026-12');
  calendar.at('2026-12-10T10:00:00Z');
  const answer = await calendar.given(addActivity, { maintenanceId: 'H1', activity: activity(SSI) });
  expect(answer).toMatchObject({ impact: 'Low', version: 2 });
});

test('the class that is found with added work is that of the window, not of the work', async () => {
  const calendar = await published();
  const answer = await calendar.given(addActivity, { maintenanceId: 'H1', activity: activity(SSI) });
  expect(answer.impact).toBe('High');
  expect(answer.findings).toContainEqual(expect.objectContaining({ rule: 'A.Classification', value: 'High' }));
});

test('work that is no migration work ends the notice of migration systems', async () => {
  const calendar = new TestCalendar('2026-11-30T10:00:00Z');
  await calendar.plan(
    window('MIG', '2026-12-02T20:00:00Z', '2026-12-02T21:00:00Z', SSI, {
      activities: [activity(SSI, { migrationSystems: true })],
    }),
  );
  expect(refusedBy(await calendar.submit(addActivity, { maintenanceId: 'MIG', activity: activity('reporting') }))).toBe(
    'H8.4',
  );
  const more = activity('reporting', { migrationSystems: true });
  expect((await calendar.submit(addActivity, { maintenanceId: 'MIG', activity: more })).kind).toBe('answered');
});
