import { join } from 'node:path';
import { faultOfNewestHead } from '../../src/audit/tree-check.js';
import { TestApi } from '../support/api.js';
import { exchangeRecord } from '../support/exchanged-record.js';

test('a server whose records are not those that its newest tree head covers writes nothing, and says so', async () => {
  const api = await TestApi.start();
  await api.command('RegisterParty', PARTY, 'admin');
  await api.command('SignTreeHead', {}, 'admin');
  expect(await faultOfNewestHead(api.server.pipeline)).toBeUndefined();
  await api.restart();
  expect((await api.request('GET', '/health/ready')).body.status).toBe('ok');
  await api.server.close();
  exchangeRecord(join(api.folder, 'log.sqlite'), 1, { id: crypto.randomUUID() });
  await api.restart('2026-10-01T09:00:00Z');
  const { status, body } = await api.request('GET', '/health/ready');
  expect([status, body.status]).toEqual([503, 'damaged']);
  expect(body.reason).toMatch(/^the records up to position 1 are not those .*restore the newest backup/);
  expect((await api.command('RegisterParty', PARTY, 'admin')).status).toBe(503);
  await api.stop();
});

const PARTY = { partyId: 'acme', name: 'Ada Example', category: 'small-supplier', emails: ['ada@example.org'] };
