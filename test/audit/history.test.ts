import { join } from 'node:path';
import { catalogue } from '../../src/catalogue.js';
import { replay } from '../../src/audit/replay.js';
import { SENTENCES, told } from '../../src/audit/sentences/sentences.js';
import { publishMonthlySchedule } from '../../src/calendar/publish-monthly-schedule/publish-monthly-schedule.js';
import { lowWindow, TestApi } from '../support/api.js';
import { record } from '../support/invented-facts.js';
import { storedSamples } from '../support/stored-samples.js';
import { CORE, TestCalendar, window } from '../support/calendar.js';

test('every type of event is told in a sentence, and no other', () => {
  expect(Object.keys(SENTENCES).sort()).toEqual(catalogue().types().sort());
});

test.each(storedSamples(join(import.meta.dirname, '../catalogue/samples')))(
  'a stored $type is told whole',
  ({ type, version, current }) => {
    const stored = { ...record('month-2026-12', { type, version, data: current }), ...PLACE };
    expect(told(stored)).toMatch(/^[a-z].{10,}[^.]$/);
    expect(told(stored)).not.toMatch(/undefined|null|\[object|NaN/);
  },
);
const PLACE = { position: 9, revision: 0, recordedAt: '2026-12-01T12:00:00.000Z', previousHash: null, hash: '' };

describe('the life of a month', () => {
  const life = async (until?: string): Promise<string[]> => {
    const calendar = new TestCalendar('2026-10-01T09:00:00Z');
    await calendar.plan(window('H1', '2026-12-05T22:00:00Z', '2026-12-06T01:00:00Z', CORE));
    calendar.at('2026-11-20T10:30:00Z');
    await calendar.given(publishMonthlySchedule, { month: '2026-12', lateReason: 'the Panel met late' });
    return [...replay(calendar.store, 'month-2026-12', until)];
  };

  test('is told event by event: who, when, what, under which rulebook and clause', async () => {
    const lines = await life();
    expect(lines[0]).toBe('month-2026-12: 2 events. Times are those of London.');
    expect(lines[2]).toBe(
      '1. 1 October 2026, 10:00: scheduler key-scheduler planned the High Impact maintenance H1 for 5 December 2026, 22:00 to 6 December 2026, 01:00 (180 minutes): “Deploy a release” by DSP (end-to-end-communications disrupted); risk to the return of normal services: “Rollback takes 40 minutes”.',
    );
    expect(lines[3]).toMatch(/^ {3}Under the rulebook MP092: kept to .*H8\.3\(b\).*H8\.3\(c\)/);
    expect(lines[6]).toContain(
      "published the schedule of December 2026 as version 1, with 6 clear Working Days' notice; twenty could have been given until 2 November 2026, so it was late (“the Panel met late”)",
    );
    expect(lines[7]).toMatch(/breach of H8\.4: /);
  });

  test('ends at an instant where one is given', async () => {
    const lines = await life('2026-11-01T00:00:00Z');
    expect(lines[0]).toBe('month-2026-12: 1 event recorded by 1 November 2026, 00:00. Times are those of London.');
    expect(lines.join('\n')).not.toContain('published');
  });
});

describe('over HTTP', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await TestApi.start();
    await api.command(
      'ScheduleMaintenance',
      lowWindow('M1', '2026-12-05T22:00:00Z', '2026-12-06T00:00:00Z'),
      'scheduler',
      { 'idempotency-key': 'k1' },
    );
    await api.command('PublishMonthlySchedule', { month: '2026-12' });
  });
  afterAll(() => api.stop());

  test("a month's history is what replay tells, as JSON, and can be asked as of an instant", async () => {
    const { body } = await api.get('/months/2026-12/history', 'auditor');
    expect(body).toMatchObject({
      stream: 'month-2026-12',
      items: [
        { type: 'MaintenanceScheduled', rulebook: 'MP092', actor: { role: 'scheduler' } },
        { type: 'MonthlySchedulePublished', weighed: expect.stringContaining('Under the rulebook MP092') as unknown },
      ],
      next: null,
    });
    const before = await api.get('/months/2026-12/history?asOf=2026-09-01T00:00:00Z', 'auditor');
    expect(before.body).toMatchObject({ items: [] });
    expect((await api.get('/months/2026-12/history', 'reporting')).status).toBe(403);
  });

  test('any stream has one', async () => {
    const { body } = await api.get('/events?type=ApiKeyIssued&limit=1', 'auditor');
    const [{ stream }] = body.items as [{ stream: string }];
    expect((await api.get(`/streams/${stream}/history`, 'auditor')).body).toMatchObject({
      items: [{ sentence: expect.stringContaining('issued the key') as unknown }],
    });
    expect((await api.get('/streams/month-1999-01/history', 'auditor')).status).toBe(404);
  });

  test('an event shows the decision that it came from', async () => {
    const { body } = await api.get('/events?type=MaintenanceScheduled', 'auditor');
    const [event] = body.items as [{ id: string; commandId: string; data: { reckoning: { findings: object[] } } }];
    expect((await api.get(`/events/${event.id}`, 'auditor')).body).toMatchObject({
      event: { id: event.id },
      sentence: expect.stringContaining('planned the Low Impact maintenance M1') as unknown,
      decision: {
        commandId: event.commandId,
        command: 'ScheduleMaintenance',
        rulebook: 'MP092',
        findings: event.data.reckoning.findings,
        events: [{ type: 'MaintenanceScheduled' }, { type: 'CommandRecorded' }],
      },
    });
    expect((await api.get('/events/6f8b2c1e-4d1f-4c57-9a39-0f6f6f1f2a10', 'auditor')).status).toBe(404);
    expect((await api.get('/events/M1', 'auditor')).status).toBe(400);
    expect((await api.get(`/events/${event.id}?asOf=2026-09-01T00:00:00Z`, 'auditor')).status).toBe(404);
  });
});
