import { readFileSync } from 'node:fs';
import { TestApi } from '../support/api.js';

const tutorial = readFileSync(new URL('../../docs/tutorial/first-month.md', import.meta.url), 'utf8');
const COMMAND = /^(?:send (\w+) '([^']+)'|look '?([^'\n]+)'?)$/gm;

test('the tutorial, followed from its first command to its last, comes to what it says', async () => {
  const api = await TestApi.start('2026-11-24T09:00:00Z');
  const seen: string[] = [];
  for (const [, name, body = '', path = ''] of tutorial.matchAll(COMMAND)) {
    const answer = name
      ? await api.command(name, JSON.parse(body), 'scheduler')
      : await api.get(path.trim(), 'scheduler');
    seen.push(`${name ?? path.trim()} ${String(answer.status)}`);
  }
  const { body: difference } = await api.get('/months/2027-06/diff?from=1&to=2');
  await api.stop();
  expect(seen).toEqual([
    'ScheduleMaintenance 201',
    'ScheduleMaintenance 422',
    'PublishMonthlySchedule 201',
    'AddLowImpactWindow 201',
    '/months/2027-06 200',
    '/months/2027-06/versions 200',
    '/months/2027-06/diff?from=1&to=2 200',
    '/maintenance/T1 200',
  ]);
  expect(difference).toMatchObject({ added: [{ maintenanceId: 'T2' }] });
});
