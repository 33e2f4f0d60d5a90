import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue, STREAM_KINDS } from '../../src/catalogue.js';
import { personStream } from '../../src/event-store/kurrentdb/address.js';
import { dataFolderFiles } from '../../src/event-store/sqlite/data-folder.js';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { TestApi } from '../support/api.js';
import { newPrefix } from '../support/cluster-server.js';
import { commandLine, startCommandLine } from '../support/command-line.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

const NOW = '2026-10-01T09:00:00Z';

let double: KurrentDbDouble;
let prefix: string;
let environment: Record<string, string>;
beforeAll(async () => {
  double = await KurrentDbDouble.start({ isSecure: true, users: { admin: 'pass/word' } });
});
beforeEach(() => {
  prefix = newPrefix();
  environment = { ...connection(), KURRENTDB_PREFIX: prefix };
});
afterAll(async () => {
  await double.stop();
  removeTemporaryFolders();
});

const connection = (): { readonly KURRENTDB_URL: string } => ({
  KURRENTDB_URL: double.connectionString({
    user: 'admin',
    password: 'pass/word',
    parameters: { discoveryInterval: '10' },
  }),
});
const stream = (): string => `${prefix}maintenance-calendar`;
const parties = async (api: TestApi): Promise<unknown> =>
  ((await api.get('/parties', 'admin')).body.items as { partyId: string; name: unknown }[]).map(({ partyId, name }) => [
    partyId,
    name,
  ]);

/** More facts than go into three appends. */
async function fill(folder: string): Promise<void> {
  const { store } = openSqliteEventStore(dataFolderFiles(folder).log, catalogue(), STREAM_KINDS);
  await store.append({
    records: Array.from({ length: 2_000 }, (_, index) => ({
      id: randomUUID(),
      stream: `party-x${index % 50}`,
      type: 'PartyRemoved',
      version: 1,
      data: { partyId: `x${index} ünïcödé` },
      occurredAt: NOW,
      actor: { id: 'key-admin', role: 'admin' },
      commandId: randomUUID(),
      correlationId: randomUUID(),
      causationId: randomUUID(),
    })),
    checks: [],
    now: NOW,
  });
  await store.close();
}

test('a history goes to a cluster and back through a kill, with its names, and is the very one that was signed', async () => {
  const api = await TestApi.start(NOW);
  for (const partyId of ['a', 'b'])
    await api.command('RegisterParty', { partyId, name: `Name of ${partyId}`, category: 'rdp', emails: [] }, 'admin');
  const [, { person }] = (await api.get('/parties', 'admin')).body.items as [unknown, { person: string }];
  await api.command('ErasePerson', { person }, 'admin');
  await api.server.close();
  await fill(api.folder);
  const folder = temporaryFolder();
  const [head, one, other, back] = ['head', 'one', 'other', 'back'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  const signed = await commandLine(['sign-head'], { DATA_DIR: api.folder, TEST_CLOCK: NOW });
  writeFileSync(head, signed.stdout);

  const toCluster = ['copy', '--from', `sqlite:${api.folder}`, '--to', 'kurrentdb'];
  double.fault({ on: 'append', how: 'delay', milliseconds: 1, times: 2, stream: stream() });
  const third = double.fault({ on: 'append', how: 'silence', kept: true, stream: stream() });
  const killed = startCommandLine(toCluster, environment);
  await third.befallen;
  killed.kill();
  expect((await killed.ran).code).toBeNull();
  const there = double.stream(stream()).length;
  expect(there).toBeGreaterThan(500);

  const copied = await commandLine(toCluster, environment);
  expect(copied).toMatchObject({ code: 0 });
  expect(copied.stdout).toContain(`2,005 records of ${dataFolderFiles(api.folder).log} are in kurrentdb://`);
  expect(copied.stdout).toMatch(/, [12],\d{3} of which were there already\.\nEvery record is the same at both ends/);
  expect(copied.stdout).not.toContain('pass');
  expect(double.stream(personStream({ url: '', prefix }, person))).toHaveLength(0);

  const returned = await commandLine(['copy', '--from', 'kurrentdb', '--to', `sqlite:${back}`], environment);
  expect(returned).toMatchObject({ code: 0 });
  const sayRoot = /newest hash \w+, Merkle root \w+/;
  expect(sayRoot.exec(returned.stdout)?.[0]).toBe(sayRoot.exec(copied.stdout)?.[0]);
  await Promise.all([
    commandLine(['export', one], { DATA_DIR: api.folder }),
    commandLine(['export', other], { DATA_DIR: back }),
  ]);
  expect(readFileSync(other).equals(readFileSync(one))).toBe(true);
  const verified = await commandLine(['verify', other, '--head', head]);
  expect(verified).toMatchObject({ code: 0 });
  expect(verified.stdout).toContain('that you kept fits');

  const again = new TestApi(back);
  await again.restart(NOW);
  expect(await parties(again)).toEqual([
    ['a', 'Name of a'],
    ['b', null],
  ]);
  await Promise.all([again.stop(), api.stop()]);
}, 30_000);

test('a place that is none is refused by name, without a word of a password', async () => {
  const run = (from: string, to: string): ReturnType<typeof commandLine> =>
    commandLine(['copy', '--from', from, '--to', to]);
  const [neither, noFolder, unset, wrong] = await Promise.all([
    run('sqlite:x', 'sqlite:y'),
    run('sqlite:', 'kurrentdb://node1'),
    run('kurrentdb', 'sqlite:y'),
    run('sqlite:x', 'postgres://me:hunter2@node1'),
  ]);
  expect(neither).toMatchObject({ code: 1, stdout: '' });
  expect(neither.stderr).toContain('use backup and restore');
  expect(noFolder.stderr).toContain('--from names no folder');
  expect(unset.stderr).toContain('--from is neither sqlite:FOLDER nor a cluster that can be used: KURRENTDB_URL');
  expect(wrong.stderr).toContain('--to is neither');
  expect(wrong.stderr).not.toContain('hunter2');
  expect(existsSync('y')).toBe(false);
});

describe('a replica', () => {
  let api: TestApi;
  let server: Record<string, string>;
  const mine = newPrefix();
  beforeAll(async () => {
    server = { ...connection(), EVENT_STORE: 'kurrentdb', KURRENTDB_PREFIX: mine };
    api = new TestApi();
    await api.restart(NOW, server);
    await api.command('RegisterParty', { partyId: 'a', name: 'Name of a', category: 'rdp', emails: [] }, 'admin');
  });
  afterAll(() => api.stop());

  test('is thrown away and filled again, with the names in it; not while a server holds it', async () => {
    const rebuild = ['replica', 'rebuild'];
    const { log } = dataFolderFiles(api.folder);
    const held = await commandLine(rebuild, { DATA_DIR: api.folder });
    expect(held).toMatchObject({ code: 1 });
    expect(held.stderr).toContain('is in use by the process');
    expect(existsSync(log)).toBe(true);
    await api.server.close();
    const rebuilt = await commandLine(rebuild, { DATA_DIR: api.folder });
    expect(rebuilt).toMatchObject({ code: 0 });
    expect(rebuilt.stdout).toContain(`${mine}maintenance-calendar`);
    expect(existsSync(log)).toBe(false);
    expect(existsSync(dataFolderFiles(api.folder).persons)).toBe(true);
    await api.restart(NOW, server);
    await api.server.pipeline.store.reaches(1, 30_000);
    expect(await parties(api)).toEqual([['a', 'Name of a']]);
  });

  test('is no target of a copy, and a log of its own is no replica', async () => {
    await api.server.close();
    const target = await commandLine(['copy', '--from', 'kurrentdb', '--to', `sqlite:${api.folder}`], environment);
    expect(target).toMatchObject({ code: 1 });
    expect(target.stderr).toContain('holds a replica of the stream');
    const folder = temporaryFolder();
    await fill(folder);
    const before = readFileSync(dataFolderFiles(folder).log);
    const own = await commandLine(['replica', 'rebuild'], { DATA_DIR: folder });
    expect(own).toMatchObject({ code: 1 });
    expect(own.stderr).toContain('there is no other copy of it, so nothing was deleted');
    expect(readFileSync(dataFolderFiles(folder).log).equals(before)).toBe(true);
    const none = join(folder, 'nowhere');
    expect((await commandLine(['replica', 'rebuild'], { DATA_DIR: none })).stderr).toContain('holds no replica');
    expect(existsSync(none)).toBe(false);
  });
});
