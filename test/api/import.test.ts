import { createReadStream } from 'node:fs';
import { TestApi, type Answer } from '../support/api.js';
import { fileOf, HEADER, rowOf, SAMPLE, SAMPLE_FILE } from '../support/forward-schedule.js';

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start('2020-11-24T09:00:00Z');
});
afterEach(() => api.stop());

const send = (raw: string, as: string | null = 'scheduler', type = 'text/csv'): Promise<Answer> =>
  api.request('POST', '/imports/forward-schedule', { as: as ?? undefined, raw, type });

test('good rows are recorded, bad ones told; a second import records nothing', async () => {
  const file = fileOf(rowOf(), rowOf({ changeId: 'BAD', class: 'major', incidents: 'INC000001:7' }));
  const rejected = [
    {
      row: 2,
      changeId: 'BAD',
      errors: [expect.stringContaining('class is "major"'), expect.stringContaining('must be 1 (most severe) to 5')],
    },
  ];
  const first = await send(file, 'scheduler', 'text/csv; charset=utf-8');
  expect(first.status).toBe(200);
  expect(first.body).toEqual({ rows: 2, accepted: 1, alreadyRecorded: 0, rejected });
  expect((await api.get('/changes/CRQ000001')).body).toMatchObject({ status: 'closed', imported: true });
  expect((await send(file)).body).toEqual({ rows: 2, accepted: 0, alreadyRecorded: 1, rejected });
});

test('the trial’s schedule, streamed: every row is there, and can be listed to the last one', async () => {
  const response = await fetch(`${api.url}/imports/forward-schedule`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await api.keyOf('scheduler')}`, 'content-type': 'text/csv' },
    body: createReadStream(SAMPLE_FILE),
    duplex: 'half',
  });
  expect(await response.json()).toEqual({
    rows: SAMPLE.rows,
    accepted: SAMPLE.rows,
    alreadyRecorded: 0,
    rejected: [],
  });
  const csv = await api.get('/changes?format=csv');
  expect(csv.text.trimEnd().split('\r\n')).toHaveLength(SAMPLE.rows + 1);
  const seen = new Set<unknown>();
  let cursor = '';
  do {
    const { body } = await api.get(`/changes?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`);
    for (const { changeId } of body.items as { changeId: string }[]) seen.add(changeId);
    cursor = (body.next as string | null) ?? '';
  } while (cursor !== '');
  expect(seen.size).toBe(SAMPLE.rows);
});

test('nobody without the key of a scheduler imports, or makes the server read a file', async () => {
  expect((await send(fileOf(rowOf()), null)).status).toBe(401);
  for (const as of ['change-manager', 'service-provider:DSP', 'admin', 'auditor'])
    expect((await send(fileOf(rowOf()), as)).status).toBe(403);
  expect((await api.get('/changes')).body).toMatchObject({ items: [] });
});

test('only CSV is imported, and CSV goes nowhere else', async () => {
  expect((await send('{}', 'scheduler', 'application/json')).status).toBe(415);
  const xml = await send('<x/>', 'scheduler', 'application/xml');
  expect(xml).toMatchObject({ status: 415, body: { detail: 'send the body as text/csv' } });
  const command = await api.request('POST', '/commands/RaiseChange', { as: 'scheduler', raw: 'a,b', type: 'text/csv' });
  expect(command.status).toBe(415);
  expect(command.headers.get('content-type')).toMatch('application/problem+json');
});

test.each([
  ['an empty file', '', /^the file is empty/],
  ['another header', 'a,b\n1,2\n', /^the header has no column changeId/],
])('%s is a 400 that says what is wrong with it', async (_, file, detail) => {
  const answer = await send(file);
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid' } });
  expect(answer.body.detail).toMatch(detail);
});

test('an unknown parameter is named', async () => {
  const answer = await api.request('POST', '/imports/forward-schedule?dry=true', {
    as: 'scheduler',
    raw: fileOf(),
    type: 'text/csv',
  });
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/dry' }] } });
});

test('a file beyond the limit is a 413, and the connection can be used again', async () => {
  const megabyte = 'x'.repeat(1024 * 1024);
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${HEADER}\n`);
    for (let sent = 0; sent < 66; sent += 1) yield await Promise.resolve(Buffer.from(megabyte));
  }
  const response = await fetch(`${api.url}/imports/forward-schedule`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await api.keyOf('scheduler')}`, 'content-type': 'text/csv' },
    body: endless(),
    duplex: 'half',
  } as unknown as RequestInit);
  expect(response.status).toBe(413);
  expect((await response.json()) as object).toMatchObject({ code: 'too-large' });
  expect((await send(fileOf(rowOf()))).body).toMatchObject({ accepted: 1 });
});
