// Times the built server as its users meet it: start on an empty log, a month's read, durable commands one by one.
//   npm run bench            a table on standard output; the same as JSON in var/bench.json
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';

const ADMIN = 'bench-admin-key-0123456789-0123456789';
const PORT = 3979;
const URL_ = `http://127.0.0.1:${PORT}`;
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const figures = [];
const figure = (what, value, unit) => figures.push({ what, value: Math.round(value * 100) / 100, unit });

const began = performance.now();
const server = spawn(process.execPath, ['dist/main.js'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    PORT,
    DATA_DIR: folder,
    ADMIN_API_KEY: ADMIN,
    LOG_LEVEL: 'silent',
    TEST_CLOCK: '2026-10-01T09:00:00Z',
  },
});
const call = async (method, path, key, body) => {
  const response = await fetch(URL_ + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: await response.json() };
};
const load = async (path, key, connections) => {
  const result = await autocannon({
    url: URL_ + path,
    connections,
    duration: 5,
    headers: key ? { authorization: `Bearer ${key}` } : {},
  });
  return { rate: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
};
try {
  for (;;) {
    try {
      if ((await fetch(`${URL_}/health/ready`)).ok) break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  figure('start on an empty log until ready', performance.now() - began, 'ms');
  const issue = async (role) =>
    (await call('POST', '/commands/IssueApiKey', ADMIN, { name: role, roles: [role] })).body.key;
  const [scheduler, reporting] = [await issue('scheduler'), await issue('reporting')];

  const times = [];
  for (let index = 0; index < 200; index += 1) {
    const month = `${2027 + Math.floor(index / 72)}-${String((Math.floor(index / 6) % 12) + 1).padStart(2, '0')}`;
    const day = String(2 + (index % 6) * 4).padStart(2, '0');
    const from = performance.now();
    const { status } = await call('POST', '/commands/ScheduleMaintenance', scheduler, {
      start: `${month}-${day}T20:00`,
      end: `${month}-${day}T22:00`,
      activities: [
        {
          description: 'Work',
          serviceProvider: 'DSP',
          services: [{ service: 'self-service-interface', effect: 'disrupted' }],
        },
      ],
      riskToReturn: 'None known',
    });
    if (status !== 201) throw new Error(`a command was answered ${status}`);
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  figure('durable command, one by one, p50', times[100], 'ms');
  figure('durable command, one by one, p99', times[198], 'ms');
  const noop = await load('/health/live', undefined, 1);
  const month = await load('/months/2027-06', reporting, 1);
  figure('route that does nothing, 1 connection', noop.rate, 'a second');
  figure('month read, 1 connection', month.rate, 'a second');
  figure('month read, p50', month.p50, 'ms');
  figure('month read, p99', month.p99, 'ms');
  console.table(figures);
  mkdirSync('var', { recursive: true });
  writeFileSync('var/bench.json', `${JSON.stringify(figures, null, 2)}\n`);
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}
