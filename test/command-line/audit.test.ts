import { join } from 'node:path';
import { keptHeads } from '../../src/audit/verify/kept.js';
import { TestApi } from '../support/api.js';
import { commandLine } from '../support/command-line.js';

let api: TestApi;
let environment: Record<string, string>;
beforeAll(async () => {
  api = await TestApi.start();
  await api.command('IssueApiKey', { name: 'x', roles: ['party'] }, 'admin');
  environment = { DATA_DIR: api.folder, TEST_CLOCK: '2026-10-01T09:00:00Z' };
});
afterAll(() => api.stop());

test('a head is signed and printed while no server runs, and refused by name while one does', async () => {
  const held = await commandLine(['sign-head'], environment);
  expect(held).toMatchObject({ code: 1, stdout: '' });
  expect(held.stderr).toContain('is in use by the process');
  await api.server.close();
  const signed = await commandLine(['sign-head'], environment);
  expect(signed.code).toBe(0);
  expect(keptHeads(signed.stdout)).toMatchObject([{ size: 1 }]);
  expect((await commandLine(['sign-head'], environment)).stderr).toContain('covers everything but heads');
});

test('a new key signs from the next start on, vouched for by the one before', async () => {
  const rotated = await commandLine(['rotate-audit-key'], environment);
  expect(rotated.stdout).toContain('-----BEGIN PUBLIC KEY-----');
  await api.restart('2026-10-01T09:00:00Z');
  await api.command('IssueApiKey', { name: 'y', roles: ['party'] }, 'admin');
  await api.command('SignTreeHead', {}, 'admin');
  const { items } = (await api.get('/audit/keys')).body as { items: { keyId: string; endorsement: string | null }[] };
  expect(items).toHaveLength(2);
  expect(rotated.stdout).toContain(items[1]?.keyId);
  expect(items[1]?.endorsement).not.toBeNull();
});

test('what it cannot understand is told apart from a history that is wrong', async () => {
  expect(await commandLine(['verify'])).toMatchObject({ code: 2 });
  expect(await commandLine(['verify', 'x', '--hed', 'y'])).toMatchObject({ code: 2 });
  expect(await commandLine(['--help'])).toMatchObject({ code: 0 });
  const missing = await commandLine(['rotate-audit-key'], { DATA_DIR: join(api.folder, 'nowhere') });
  expect(missing).toMatchObject({ code: 1 });
  expect(missing.stderr).toContain('audit-key.pem');
});
