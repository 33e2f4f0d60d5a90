import 'reflect-metadata';
import { Controller, Get } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AccessAudit } from '../../src/access/access.js';
import { ROLES } from '../../src/access/roles.js';
import { TestApi } from '../support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

/** Every route of the served document, with something in the place of each parameter. */
async function routes(): Promise<{ method: string; path: string; roles: string[] }[]> {
  const document = (await api.request('GET', '/openapi.json')).body;
  return Object.entries(document.paths as Record<string, Record<string, { description?: string }>>).flatMap(
    ([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path: path.replace('{month}', '2026-12').replace(/\{\w+\}/g, '1'),
        roles: /Roles: ([^.]+)\./.exec(operation.description ?? '')?.[1]?.split(', ') ?? [],
      })),
  );
}

test('only the front page, health and the test clock are open; everything else is 401 without a key', async () => {
  const open: string[] = [];
  for (const { method, path } of await routes()) {
    const { status } = await api.request(method, path, method === 'POST' ? { body: {} } : {});
    if (status !== 401) open.push(`${method} ${path}`);
  }
  expect(open.sort()).toEqual(['GET /', 'GET /health/live', 'GET /health/ready', 'POST /test/clock']);
});

/** Who commands what: the DCC's scheduler the calendar, the Panel its derogations and requests, the admin the register. */
const COMMANDED_BY: Readonly<Record<string, readonly string[]>> = {
  scheduler: [
    'ScheduleMaintenance',
    'AddLowImpactWindow',
    'AddHighImpactWindow',
    'AddActivity',
    'PublishMonthlySchedule',
    'RescheduleMaintenance',
    'RescheduleAtPanelRequest',
    'DeclinePanelRequest',
    'CancelMaintenance',
    'ReclassifyMaintenance',
    'StartMaintenance',
    'ReportProgress',
    'CompleteMaintenance',
  ],
  panel: ['RequestReschedule', 'GrantDerogation', 'ExtendDerogation', 'RevokeDerogation'],
  admin: ['RecordBankHoliday', 'RemoveBankHoliday', 'RegisterParty', 'RemoveParty', 'IssueApiKey', 'RevokeApiKey'],
};

test('the calendar, the Panel’s business and the register are each commanded by one role', async () => {
  const known = new Map((await routes()).map(({ path, roles }) => [path, roles]));
  for (const [role, commands] of Object.entries(COMMANDED_BY))
    for (const command of commands)
      expect({ command, roles: known.get(`/commands/${command}`) }).toEqual({ command, roles: [role] });
});

test('an auditor and a dashboard command nothing; an auditor reads everything, and the history alone', async () => {
  for (const { method, path, roles } of await routes()) {
    if (path.startsWith('/commands/')) {
      expect(roles).not.toContain('auditor');
      expect(roles).not.toContain('reporting');
    }
    if (method === 'GET' && roles.length > 0)
      expect({ path, auditor: roles.includes('auditor') }).toEqual({ path, auditor: true });
    if (path === '/events') expect(roles).toEqual(['auditor']);
  }
});

test('each role reaches exactly the routes that declare it', async () => {
  for (const { method, path, roles } of (await routes()).filter((route) => route.roles.length > 0))
    for (const role of ROLES) {
      const as = role === 'service-provider' ? 'service-provider:DSP' : role;
      const { status } = await api.request(method, path, { as, ...(method === 'POST' ? { body: {} } : {}) });
      expect({ method, path, role, allowed: status !== 403 }).toEqual({
        method,
        path,
        role,
        allowed: roles.includes(role),
      });
    }
});

test('a wrong, a made-up and a revoked key open nothing', async () => {
  const issued = await api.command('IssueApiKey', { name: 'x', roles: ['reporting'] }, 'admin');
  const key = String(issued.body.key);
  expect((await api.get('/months/2026-12', `Bearer ${key}`)).status).toBe(200);
  expect((await api.get('/months/2026-12', `Bearer ${key.slice(0, -1)}x`)).status).toBe(401);
  expect((await api.get('/months/2026-12', 'Bearer wrong')).headers.get('www-authenticate')).toBe('Bearer');
  await api.command('RevokeApiKey', { keyId: issued.body.keyId }, 'admin');
  expect((await api.get('/months/2026-12', `Bearer ${key}`)).status).toBe(401);
});

test('nobody without a key makes the server read a body', async () => {
  const answer = await api.request('POST', '/commands/ScheduleMaintenance', { raw: '{"half":' });
  expect(answer.status).toBe(401);
});

test('a key with the role service-provider needs its provider, and only such a key has one', async () => {
  const without = await api.command('IssueApiKey', { name: 'x', roles: ['service-provider'] }, 'admin');
  expect(without).toMatchObject({ status: 400, body: { errors: [{ pointer: '/serviceProvider' }] } });
  const needless = await api.command('IssueApiKey', { name: 'x', roles: ['party'], serviceProvider: 'DSP' }, 'admin');
  expect(needless.status).toBe(400);
});

test('a route without a declared role does not start', async () => {
  @Controller('forgotten')
  class Forgotten {
    @Get()
    read(): string {
      return 'open by mistake';
    }
  }
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    controllers: [Forgotten],
    providers: [AccessAudit],
  }).compile();
  const app = module.createNestApplication(new FastifyAdapter());
  await expect(app.init()).rejects.toThrow('Forgotten.read');
  await app.close();
});
