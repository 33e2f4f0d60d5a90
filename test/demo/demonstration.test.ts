import { hash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROLES } from '../../src/access/roles.js';
import { catalogue, STREAM_KINDS } from '../../src/catalogue.js';
import { prepareDemonstration } from '../../src/demo/prepare.js';
import { UnusableLog } from '../../src/event-store/sqlite/open-database.js';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { TestApi } from '../support/api.js';
import { startChild } from '../support/child-process.js';
import { filesIn, removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

const NOW = '2026-12-15T10:00:00Z';
const prepare = (folder: string): ReturnType<typeof prepareDemonstration> =>
  prepareDemonstration({ DATA_DIR: folder, TEST_CLOCK: NOW });

/** Stream and type of every record, in order; requests and keys have ids that differ from run to run. */
async function story(folder: string): Promise<string[]> {
  const { store } = openSqliteEventStore(join(folder, 'log.sqlite'), catalogue(), STREAM_KINDS);
  const records = [...store.read({})].map(({ stream, type }) => `${stream.replace(/(request|key)-.*/, '$1')} ${type}`);
  await store.close();
  return records;
}

const hashesIn = (folder: string): [name: string, hash: string][] =>
  [...filesIn(folder)].map(([name, bytes]) => [name, hash('sha256', bytes)]);

let whole: string;
let keys: Awaited<ReturnType<typeof prepare>>;
beforeAll(async () => {
  whole = temporaryFolder();
  keys = await prepare(whole);
});
afterAll(removeTemporaryFolders);

test('a demonstration tells of publication, an additional window, a Panel move, a derogation, and work done', async () => {
  const types = new Set((await story(whole)).map((entry) => entry.split(' ')[1]));
  for (const type of [
    'MonthlySchedulePublished',
    'ScheduleReissued',
    'PanelRequestAccommodated',
    'DerogationGranted',
    'MaintenanceCompleted',
  ])
    expect(types).toContain(type);
  expect(Object.keys(keys)).toEqual([...ROLES]);
});

test.each(['2026-01-31', '2026-03-29', '2026-10-25', '2026-12-31', '2028-02-29'])(
  'on %s it is told whole, and breaks no rule',
  async (day) => {
    const folder = temporaryFolder();
    await prepareDemonstration({ DATA_DIR: folder, TEST_CLOCK: `${day}T10:00:00Z` });
    const store = openSqliteEventStore(join(folder, 'log.sqlite'), catalogue(), STREAM_KINDS).store;
    const records = [...store.read({})];
    await store.close();
    expect(records.filter(({ type }) => type === 'MonthlySchedulePublished')).toHaveLength(3);
    expect(records.filter(({ type }) => type === 'PanelRequestAccommodated')).toHaveLength(1);
    const started = records.filter(({ type }) => type === 'MaintenanceStarted').length;
    expect(records.filter(({ type }) => type === 'MaintenanceCompleted')).toHaveLength(started);
    expect(JSON.stringify(records)).not.toContain('"breach"');
  },
);

test('a second run keeps the data and the keys', async () => {
  const before = hashesIn(whole);
  expect(await prepare(whole)).toEqual(keys);
  expect(hashesIn(whole)).toEqual(before);
});

test.each([0, 1, 7, 40])('one that is killed after %i appends is begun again, and comes out whole', async (appends) => {
  const folder = temporaryFolder();
  const child = startChild('dying-demonstration.ts', folder, String(appends));
  for await (const line of child.lines) throw new Error(line);
  expect(existsSync(join(folder, 'log.sqlite'))).toBe(true);
  expect(Object.keys(await prepare(folder))).toEqual([...ROLES]);
  expect(await story(folder)).toEqual(await story(whole));
});

test('one that is killed before its keys are written is begun again', async () => {
  const folder = temporaryFolder();
  await prepare(folder);
  rmSync(join(folder, 'demo-keys.json'));
  writeFileSync(join(folder, 'demo-keys.json.new'), '{ "admin": "mcal_');
  const again = await prepare(folder);
  expect(JSON.parse(readFileSync(join(folder, 'demo-keys.json'), 'utf8'))).toEqual(again);
  expect(await story(folder)).toEqual(await story(whole));
});

test('a calendar in use is left as it is, though it has no keys of a demonstration', async () => {
  const api = await TestApi.start(NOW);
  await api.keyOf('scheduler');
  await api.server.close();
  const before = filesIn(api.folder);
  await expect(prepare(api.folder)).rejects.toThrow(UnusableLog);
  await expect(prepare(api.folder)).rejects.toThrow('no demonstration');
  const after = filesIn(api.folder);
  for (const name of ['log.sqlite', 'persons.sqlite']) expect(after.get(name)).toEqual(before.get(name));
  await api.stop();
});

test('an unfinished demonstration that somebody has used is a calendar in use', async () => {
  const folder = temporaryFolder();
  const child = startChild('dying-demonstration.ts', folder, '20');
  for await (const line of child.lines) throw new Error(line);
  const api = new TestApi(folder);
  await api.restart(NOW);
  await api.keyOf('scheduler');
  await api.server.close();
  const before = await story(folder);
  await expect(prepare(folder)).rejects.toThrow('no demonstration');
  expect(await story(folder)).toEqual(before);
});
