import fc from 'fast-check';
import { CommandRefused } from '../../src/audit/events.js';
import { refusedCommand } from '../../src/audit/refusals/refused-command.js';
import { Refusals, type Refusal } from '../../src/audit/refusals/refusals.js';
import { catalogue } from '../../src/catalogue.js';
import { LogUnavailable, OutcomeUnknown } from '../../src/event-store/event-store.js';
import { canonical } from '../../src/event-store/record.js';
import { Problem } from '../../src/http/problem.js';
import type { Finding } from '../../src/rulebook/finding.js';
import { lowWindow, TestApi } from '../support/api.js';
import { TestCalendar } from '../support/calendar.js';

const refused = (
  data: Partial<Refusal['data']> = {},
  actor: Refusal['actor'] = { id: 'key-1', role: 'scheduler' },
): Refusal => ({
  actor,
  requestId: 'request-1',
  data: { command: 'AddLowImpactWindow', status: 422, code: 'refused', findings: [], asked: {}, ...data },
});

describe('refused commands', () => {
  let calendar: TestCalendar;
  let refusals: Refusals;
  let failures: unknown[];
  beforeEach(() => {
    calendar = new TestCalendar();
    failures = [];
    refusals = new Refusals(calendar.pipeline, (error) => failures.push(error));
  });
  const stored = (caller = 'key-1'): { type: string; data: Record<string, unknown> }[] =>
    [...calendar.store.read({ actor: caller })].map(({ type, data }) => ({ type, data }));

  test('are kept in order, in a stream for each caller and month', async () => {
    for (const code of ['a', 'b', 'c']) refusals.keep(refused({ code }));
    refusals.keep(refused({ code: 'd' }, { id: 'key-2', role: 'panel' }));
    expect(calendar.store.head()).toBe(0);
    await refusals.finish();
    expect(stored().map(({ data }) => data.code)).toEqual(['a', 'b', 'c']);
    expect(calendar.facts('refusal-key-1-2026-10')).toHaveLength(3);
    expect(calendar.facts('refusal-key-2-2026-10')).toEqual(['CommandRefused']);
  });

  test('above sixty a minute of one caller are counted, and the count goes before the next one kept', async () => {
    for (let index = 0; index < 75; index += 1) refusals.keep(refused());
    refusals.keep(refused({}, { id: 'key-2', role: 'panel' }));
    calendar.at('2026-10-01T09:01:00Z');
    refusals.keep(refused({ code: 'next' }));
    await refusals.finish();
    const all = stored();
    expect(all).toHaveLength(62);
    expect(all.slice(60)).toEqual([
      { type: 'RefusalsNotKept', data: { count: 15, since: '2026-10-01T09:00:00Z' } },
      { type: 'CommandRefused', data: expect.objectContaining({ code: 'next' }) as unknown },
    ]);
    expect(stored('key-2')).toHaveLength(1);
  });

  test('that are only counted are told of when the program ends', async () => {
    for (let index = 0; index < 61; index += 1) refusals.keep(refused());
    await refusals.finish();
    expect(stored().at(-1)).toEqual({ type: 'RefusalsNotKept', data: { count: 1, since: '2026-10-01T09:00:00Z' } });
  });

  test('wait where the log cannot be written, and are written once', async () => {
    const { append } = calendar.store;
    calendar.store.append = () => Promise.reject(new LogUnavailable('the disk is full'));
    refusals.keep(refused({ code: 'a' }));
    await refusals.finish();
    expect(failures).toHaveLength(1);
    calendar.store.append = append;
    refusals.keep(refused({ code: 'b' }));
    await refusals.finish();
    expect(stored().map(({ data }) => data.code)).toEqual(['a', 'b']);
  });
});

test('refused commands of which it is not known whether they were written are sent again alone, and kept once', async () => {
  const calendar = new TestCalendar();
  const failures: unknown[] = [];
  const refusals = new Refusals(calendar.pipeline, (error) => failures.push(error));
  const append = calendar.store.append.bind(calendar.store);
  calendar.store.append = async (written) => {
    await append(written);
    throw new OutcomeUnknown('the answer was lost');
  };
  refusals.keep(refused({ code: 'a' }));
  await refusals.finish();
  calendar.store.append = append;
  for (const code of ['b', 'c']) refusals.keep(refused({ code }));
  await refusals.finish();
  expect([...calendar.store.read({ actor: 'key-1' })].map(({ data }) => data.code)).toEqual(['a', 'b', 'c']);
  expect(failures).toHaveLength(1);
});

describe('what is kept of a refused command', () => {
  test('is what was asked for as ids and times, the clause and its numbers', () => {
    const findings: Finding[] = [
      { rule: 'H8.3(b)', outcome: 'pass', detail: 'x' },
      { rule: 'H8.3(c)', outcome: 'refused', detail: 'x', limit: 2, value: 3, unit: 'windows', month: '2026-12' },
    ];
    const problem = new Problem(422, 'refused', 'said to Jane', { rule: 'H8.3(c)', findings });
    const body = {
      maintenanceId: 'H3',
      start: '2026-12-05T22:00',
      end: 'soon',
      riskToReturn: 'ask Jane',
      activities: [],
    };
    expect(refusedCommand('AddHighImpactWindow', problem, body)).toEqual({
      command: 'AddHighImpactWindow',
      status: 422,
      code: 'refused',
      rule: 'H8.3(c)',
      findings: [{ rule: 'H8.3(c)', limit: 2, value: 3, month: '2026-12' }],
      asked: { maintenanceId: 'H3', start: '2026-12-05T22:00' },
    });
  });

  test('is nothing where the command was not understood, not looked at, or not decided', () => {
    for (const status of [400, 401, 413, 415, 429, 500, 503])
      expect(refusedCommand('X', new Problem(status, 'x', 'x'), {})).toBeUndefined();
  });

  test('fits its type, and five kilobytes, whatever was sent', () => {
    const known = catalogue();
    const field = fc.constantFrom('maintenanceId', 'keyId', 'start', 'month', 'name', 'reason');
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.dictionary(field, fc.oneof(fc.string({ maxLength: 3_000 }), fc.anything()))),
        fc.array(fc.record({ limit: fc.string({ maxLength: 500 }), value: fc.integer() }), { maxLength: 50 }),
        (body, numbers) => {
          const findings = numbers.map((one): Finding => ({
            rule: 'H8.3(d)',
            outcome: 'refused',
            detail: 'x',
            ...one,
          }));
          const kept = refusedCommand('X', new Problem(422, 'refused', 'x', { rule: 'H8.3(d)', findings }), body);
          known.check(CommandRefused.type, 1, kept);
          expect(Buffer.byteLength(canonical(kept))).toBeLessThan(5_000);
        },
      ),
    );
  });
});

describe('over HTTP', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await TestApi.start();
  });
  afterAll(() => api.stop());

  test('an auditor sees who was refused what, and none of it changes a decision', async () => {
    const window = lowWindow('M1', '2026-12-05T22:00:00Z', '2026-12-06T05:00:00Z');
    expect((await api.command('ScheduleMaintenance', window)).status).toBe(422);
    expect((await api.command('ScheduleMaintenance', window, 'panel')).status).toBe(403);
    expect((await api.command('CancelMaintenance', { maintenanceId: 'M9', reason: 'Jane said so' })).status).toBe(404);
    // Neither attempts: only tried, not understood, no read, nobody.
    await api.command('ScheduleMaintenance?dryRun=true', window);
    await api.command('ScheduleMaintenance', { start: 'x' });
    await api.get('/maintenance/M9');
    await api.request('POST', '/commands/ScheduleMaintenance', { body: window });
    const lawful = lowWindow('M1', '2026-12-05T22:00:00Z', '2026-12-06T00:00:00Z');
    const planned = await api.command('ScheduleMaintenance', lawful);
    expect(planned).toMatchObject({ status: 201 });
    await api.restart();
    const { body, text } = await api.get('/events?type=CommandRefused', 'auditor');
    expect(body.items).toMatchObject([
      {
        stream: expect.stringMatching(/^refusal-key-[0-9a-f]+-2026-10$/) as unknown,
        actor: { role: 'scheduler' },
        data: { command: 'ScheduleMaintenance', status: 422, rule: 'H8.3(d)', asked: { maintenanceId: 'M1' } },
      },
      { actor: { role: 'panel' }, data: { status: 403, code: 'forbidden' } },
      { data: { command: 'CancelMaintenance', status: 404, asked: { maintenanceId: 'M9' } } },
    ]);
    expect(text).not.toContain('Jane');
    const [first] = body.items as { id: string; correlationId: string }[];
    const why = await api.get(`/events/${first?.id}`, 'auditor');
    expect(why.body).toMatchObject({
      sentence: expect.stringContaining(
        'was refused the command ScheduleMaintenance: 422 refused under H8.3(d)',
      ) as unknown,
    });
  });
});
