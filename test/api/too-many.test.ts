import { TestApi } from '../support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
  await Promise.all([api.keyOf('reporting'), api.keyOf('auditor')]);
});
afterAll(() => api.stop());

const statuses = async (times: number, key: string): Promise<Record<number, number>> => {
  const seen: Record<number, number> = {};
  for (let time = 0; time < times; time += 1) {
    const { status } = await fetch(`${api.url}/months/2026-12`, { headers: { authorization: `Bearer ${key}` } });
    seen[status] = (seen[status] ?? 0) + 1;
  }
  return seen;
};

test('RATE_LIMIT holds one key to so many requests a minute, and no other', async () => {
  await api.restart(undefined, { RATE_LIMIT: '5' });
  const [reporting, auditor] = [await api.keyOf('reporting'), await api.keyOf('auditor')];
  expect(await statuses(7, reporting)).toEqual({ 200: 5, 429: 2 });
  expect(await statuses(5, auditor)).toEqual({ 200: 5 });
  const { headers, body } = await api.request('GET', '/months/2026-12', { as: 'reporting' });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(body).toMatchObject({ status: 429, code: 'too-many-requests' });
});

test('without it a key may ask as often as it likes, and wrong keys are held to 60 a minute from one address', async () => {
  await api.restart(undefined, {});
  expect(await statuses(100, await api.keyOf('reporting'))).toEqual({ 200: 100 });
  expect(await statuses(62, `mcal_${'0'.repeat(12)}_wrong`)).toEqual({ 401: 60, 429: 2 });
  expect(await statuses(3, await api.keyOf('reporting'))).toEqual({ 200: 3 });
});
