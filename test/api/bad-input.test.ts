import { connect } from 'node:net';
import { lowWindow, TestApi } from '../support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
  await api.keyOf('scheduler');
});
afterAll(() => api.stop());

const good = lowWindow('L1', '2026-12-05T20:00:00Z', '2026-12-05T22:00:00Z');
const [work] = good.activities as Record<string, unknown>[];
const withWork = (more: object): object => ({ ...good, activities: [{ ...work, ...more }] });

/** What is wrong, the body, and the pointer that must name it. */
const WRONG: readonly (readonly [string, unknown, string])[] = [
  ['an unknown field', { ...good, color: 'red' }, '/color'],
  ['an unknown field of an activity', withWork({ colour: 1 }), '/activities/0/colour'],
  ['an unknown field with a slash in its name', { ...good, 'a/b~c': 1 }, '/a~1b~0c'],
  ['a word for a time', { ...good, start: 'tomorrow' }, '/start'],
  ['a number for a time', { ...good, start: 5 }, '/start'],
  ['a date for a time', { ...good, start: '2026-12-05' }, '/start'],
  ['a day that does not exist', { ...good, start: '2026-02-30T20:00:00Z' }, '/start'],
  ['seconds in a planned time', { ...good, start: '2026-12-05T20:00:30Z' }, '/start'],
  ['a year out of range', { ...good, start: '9999-12-05T20:00:00Z' }, '/start'],
  ['a local time that the clocks skip', { ...good, start: '2027-03-28T01:30', end: '2027-03-28T03:00' }, '/start'],
  ['a local time that comes twice', { ...good, start: '2026-10-24T22:00', end: '2026-10-25T01:30' }, '/end'],
  ['an end before the start', { ...good, end: '2026-12-05T19:00:00Z' }, '/end'],
  ['an end at the start', { ...good, end: '2026-12-05T20:00:00Z' }, '/end'],
  ['a null', { ...good, riskToReturn: null }, '/riskToReturn'],
  ['a blank', { ...good, riskToReturn: ' \t\n' }, '/riskToReturn'],
  ['a lone surrogate', { ...good, riskToReturn: '\ud800' }, '/riskToReturn'],
  ['a NUL', { ...good, riskToReturn: 'a\0b' }, '/riskToReturn'],
  ['a text that is too long', { ...good, riskToReturn: 'x'.repeat(4001) }, '/riskToReturn'],
  ['no activity', { ...good, activities: [] }, '/activities'],
  ['an activity that is none', { ...good, activities: ['work'] }, '/activities'],
  ['an activity that is a list', { ...good, activities: [[]] }, '/activities'],
  ['activities that are no list', { ...good, activities: { length: 1 } }, '/activities'],
  ['a blank description', withWork({ description: '' }), '/activities/0/description'],
  ['a negative outage', withWork({ ssiOutageMinutes: -5 }), '/activities/0/ssiOutageMinutes'],
  ['half a minute of outage', withWork({ ssiOutageMinutes: 0.5 }), '/activities/0/ssiOutageMinutes'],
  ['an outage in words', withWork({ ssiOutageMinutes: '5' }), '/activities/0/ssiOutageMinutes'],
  [
    'an unknown effect',
    withWork({ services: [{ service: 'x', effect: 'broken' }] }),
    '/activities/0/services/0/effect',
  ],
  [
    'a service that is no name',
    withWork({ services: [{ service: 'SSI!', effect: 'disrupted' }] }),
    '/activities/0/services/0/service',
  ],
  ['a flag in words', withWork({ requiresUserChange: 'yes' }), '/activities/0/requiresUserChange'],
  ['a hostile id', { ...good, maintenanceId: '../etc' }, '/maintenanceId'],
  ['an id of 65 characters', { ...good, maintenanceId: 'a'.repeat(65) }, '/maintenanceId'],
  ['an id with a line break', { ...good, maintenanceId: 'a\nb' }, '/maintenanceId'],
  ['an unknown class', { ...good, expectedImpact: 'Medium' }, '/expectedImpact'],
  ['a list for a body', [good], ''],
  ['a text for a body', 'good', ''],
  ['a deeply nested body', { ...good, deep: JSON.parse('['.repeat(5000) + ']'.repeat(5000)) as unknown }, ''],
];

test.each(WRONG)('%s is a 400 that names it', async (_, body, pointer) => {
  const answer = await api.command('ScheduleMaintenance', body);
  expect(answer.status).toBe(400);
  expect(answer.headers.get('content-type')).toMatch('application/problem+json');
  expect((answer.body.errors as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer);
});

const goodText = JSON.stringify(good);
const JSON_TYPE = 'application/json';

/** What is wrong, the body, its type, the status, and what the sentence must say. */
const RAW: readonly (readonly [string, string | Buffer<ArrayBuffer>, string, number, string])[] = [
  ['half a body', '{"start":', JSON_TYPE, 400, 'the body cannot be read as JSON'],
  ['an empty body', '', JSON_TYPE, 400, 'the body is empty'],
  ['what comes after the body', `${goodText} {}`, JSON_TYPE, 400, 'cannot be read as JSON'],
  ['a body in Latin-1', Buffer.from(goodText.replace('Deploy', 'D\xe9ploy'), 'latin1'), JSON_TYPE, 400, 'not UTF-8'],
  ['another content type', '<xml/>', 'application/xml', 415, 'application/json'],
  ['plain text', '{}', 'text/plain', 415, 'application/json'],
  ['a content type that is none', '{}', 'json', 415, 'Content-Type'],
  ['more than 256 KiB', JSON.stringify({ ...good, riskToReturn: 'x'.repeat(270_000) }), JSON_TYPE, 413, '256 KiB'],
];

test.each(RAW)('%s is a problem of its own', async (_, raw, type, status, says) => {
  const answer = await api.request('POST', '/commands/ScheduleMaintenance', { as: 'scheduler', raw, type });
  expect(answer).toMatchObject({ status, body: { detail: expect.stringContaining(says) as string } });
  expect(answer.headers.get('content-type')).toMatch('application/problem+json');
});

test.each([
  ['a poisoned prototype', `{"__proto__":{"admin":true},${goodText.slice(1)}`, '/__proto__'],
  ['a field called constructor', `{"constructor":1,${goodText.slice(1)}`, '/constructor'],
  [
    'one deeper down',
    goodText.replace('{"service"', '{"constructor":{},"service"'),
    '/activities/0/services/0/constructor',
  ],
  ['a field that stands there twice', `{"start":"2026-12-04T20:00:00Z",${goodText.slice(1)}`, '/start'],
  ['one twice under another spelling', `{"st\\u0061rt":"2026-12-04T20:00:00Z",${goodText.slice(1)}`, '/start'],
  [
    'one twice in a list',
    goodText
      .replace('"effect"', '"effect":"material-risk","effect"')
      .replace('[{"service"', '[{"service":"a","effect":"disrupted"},{"service"'),
    '/activities/0/services/1/effect',
  ],
])('%s is named', async (_, raw, pointer) => {
  const answer = await api.request('POST', '/commands/ScheduleMaintenance', { as: 'scheduler', raw });
  expect(answer.status).toBe(400);
  expect((answer.body.errors as { pointer: string }[]).map((error) => error.pointer)).toEqual([pointer]);
});

test('what looks like a field inside a text, or has its name elsewhere, is no second one', async () => {
  const text = 'the "start": { [ , \\ "end": ] "start": ';
  const body = { ...good, riskToReturn: text, activities: [{ ...work, description: text }, work] };
  expect((await api.command('ScheduleMaintenance?dryRun=true', body)).status).toBe(200);
});

test('a compressed body is refused as such, and a byte order mark is none of its text', async () => {
  const compressed = await api.command('ScheduleMaintenance', good, 'scheduler', { 'content-encoding': 'gzip' });
  expect(compressed).toMatchObject({ status: 415, body: { detail: expect.stringContaining('gzip') as string } });
  const path = '/commands/ScheduleMaintenance?dryRun=true';
  expect((await api.request('POST', path, { as: 'scheduler', raw: `\uFEFF${goodText}` })).status).toBe(200);
});

const PATHS: readonly (readonly [string, number])[] = [
  ['/months/2026-13', 400],
  ['/months/2026-1', 400],
  ['/months/next', 400],
  ['/months/2026-12?asOf=yesterday', 400],
  ['/months/2026-12?colour=red', 400],
  ['/months/2026-12?constructor=1', 400],
  ['/months/2026-12?__proto__=1', 400],
  ['/months/2026-12?asOf=2026-10-01T09:00:00Z&asOf=2026-10-02T09:00:00Z', 400],
  ['/months/2026-12/versions/x', 400],
  ['/months/2026-12/diff', 400],
  ['/months/2026-12/diff?from=1&to=2', 404],
  ['/maintenance/none', 404],
  ['/maintenance/..%2Fetc', 400],
  ['/panel-requests/none', 404],
  ['/derogations/none', 404],
  ['/notice-deadline?event=2026-02-30&days=20', 400],
  ['/notice-deadline?event=2026-12-01&days=-1', 400],
  ['/risk-calculator?core=maybe&consumer=true&downtimeMinutes=1&complexity=low', 400],
  ['/nowhere', 404],
  ['/%', 400],
  ['/maintenance/%zz', 400],
  [`/maintenance/${'a'.repeat(65)}`, 400],
  [`/maintenance/${'a'.repeat(9_000)}`, 400],
  [`/months/2026-12?asOf=${'1'.repeat(9_000)}`, 400],
];

test.each(PATHS.map(([path, status]) => [path.slice(0, 60), status, path] as const))(
  'GET %s is %d',
  async (_, status, path) => {
    const answer = await api.get(path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
  },
);

test.each([
  ['GET', '/commands/ScheduleMaintenance', 'POST'],
  ['DELETE', '/commands/ScheduleMaintenance?dryRun=true', 'POST'],
  ['PUT', '/months/2026-12', 'GET, HEAD'],
  ['POST', '/events', 'GET, HEAD'],
  ['OPTIONS', '/maintenance/L1', 'GET, HEAD'],
])('%s %s is a 405 that names the methods there are', async (method, path, allow) => {
  const answer = await api.request(method, path, { as: 'scheduler', ...(method === 'GET' ? {} : { body: {} }) });
  expect(answer).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } });
  expect(answer.headers.get('allow')).toBe(allow);
});

test('an address that nobody knows is a 404 under every method, and without a key tells nothing', async () => {
  for (const method of ['GET', 'POST', 'PUT', 'DELETE'])
    expect((await api.request(method, '/commandsX/ScheduleMaintenance', { as: 'scheduler' })).status).toBe(404);
  expect((await api.request('PUT', '/months/2026-12')).status).toBe(401);
});

/** What the server answers to bytes that no client library would send. */
const answerTo = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(api.url);
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });

test.each([
  ['bytes that are no HTTP', '\0\x01\x02\r\n\r\n', 400],
  ['a request without a Host', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
  ['a method that nobody has', 'LAUNCH / HTTP/1.1\r\nhost: x\r\n\r\n', 400],
  ['headers of more than 16 KiB', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
])('%s are a problem too', async (_, bytes, status) => {
  const [head = '', body = ''] = (await answerTo(bytes)).split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head).toContain('application/problem+json');
  expect(JSON.parse(body)).toMatchObject({ status });
});

test('an unknown command, an unknown parameter and a bad Idempotency-Key are named', async () => {
  expect((await api.command('LaunchRocket', {})).status).toBe(404);
  const unknown = await api.command('ScheduleMaintenance?dry=true', good);
  expect(unknown).toMatchObject({ status: 400, body: { errors: [{ pointer: '/dry' }] } });
  expect((await api.command('ScheduleMaintenance?dryRun=perhaps', good)).status).toBe(400);
  expect((await api.command('ScheduleMaintenance', good, 'scheduler', { 'idempotency-key': 'a b' })).status).toBe(400);
});

test('a window in the past is refused, not an error', async () => {
  const past = lowWindow('P', '2026-09-05T20:00:00Z', '2026-09-05T22:00:00Z');
  expect(await api.command('ScheduleMaintenance', past)).toMatchObject({ status: 422, body: { rule: 'H8.4' } });
});

test('nothing of all this was recorded', async () => {
  const { body } = await api.get('/events?type=MaintenanceScheduled', 'auditor');
  expect(body.items).toEqual([]);
});
