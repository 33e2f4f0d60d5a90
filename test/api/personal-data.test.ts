import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnusableLog } from '../../src/event-store/sqlite/open-database.js';
import { TestApi } from '../support/api.js';

const ACME = { partyId: 'acme', name: 'Acme Energy', category: 'rdp', emails: ['planning@acme.example'] };

describe('the key of a person', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await TestApi.start();
  });
  afterEach(() => api.stop());
  const persons = (): number => api.server.pipeline.keys.count();

  test('is made when a command that names a new person is recorded', async () => {
    expect((await api.command('RegisterParty', ACME, 'admin')).status).toBe(201);
    expect(persons()).toBe(1);
    await api.restart();
    expect(JSON.stringify((await api.get('/parties', 'admin')).body)).toContain('planning@acme.example');
  });

  test('is not made for a command that is refused, invalid, only tried, or repeated', async () => {
    const idempotent = { 'idempotency-key': 'k' };
    await api.command('RegisterParty', ACME, 'admin', idempotent);
    expect((await api.command('RegisterParty', ACME, 'admin')).status).toBe(409);
    expect((await api.command('RegisterParty', ACME, 'admin', idempotent)).status).toBe(201);
    expect((await api.command('RegisterParty?dryRun=true', { ...ACME, partyId: 'other' }, 'admin')).status).toBe(200);
    expect((await api.command('RegisterParty', { ...ACME, category: 'rocket' }, 'admin')).status).toBe(400);
    expect((await api.command('IssueApiKey', { name: 'x', roles: ['service-provider'] }, 'admin')).status).toBe(400);
    expect(persons()).toBe(1);
  });
});

describe('a data folder that lost one of its files', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await TestApi.start();
    await api.command('RegisterParty', ACME, 'admin');
    await api.server.close();
  });
  afterEach(() => api.stop());

  test('the log: does not start as a new calendar, and says what to do', async () => {
    const log = join(api.folder, 'log.sqlite');
    truncateSync(log);
    await expect(api.restart('2026-10-01T09:00:00Z')).rejects.toThrow(UnusableLog);
    rmSync(log);
    await expect(api.restart('2026-10-01T09:00:00Z')).rejects.toThrow(`${log} is missing`);
  });

  test('the keys: does not start without them, and starts once they are back', async () => {
    const file = join(api.folder, 'persons.sqlite');
    const backup = readFileSync(file);
    rmSync(file);
    await expect(api.restart('2026-10-01T09:00:00Z')).rejects.toThrow(`${file} is missing`);
    writeFileSync(file, backup);
    await api.restart('2026-10-01T09:00:00Z');
    expect(JSON.stringify((await api.get('/parties', 'admin')).body)).toContain('planning@acme.example');
  });
});
