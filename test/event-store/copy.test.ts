import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { clusterEnd } from '../../src/event-store/copy/cluster-end.js';
import {
  copyLog,
  type Copied,
  type CopyEnd,
  type CopyListener,
  type CopyTarget,
} from '../../src/event-store/copy/copy-log.js';
import { sqliteSource, sqliteTarget } from '../../src/event-store/copy/sqlite-end.js';
import type { EventStore, NewRecord } from '../../src/event-store/event-store.js';
import { FactCatalogue } from '../../src/event-store/facts.js';
import { dataFolderFiles, takeDataFolder } from '../../src/event-store/sqlite/data-folder.js';
import { UnusableLog } from '../../src/event-store/sqlite/open-database.js';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { newPrefix, openServer, SHORT } from '../support/cluster-server.js';
import { faultsOf } from '../support/hash-chain.js';
import { batch, claim, inventedFacts, inventedKinds, NoteWritten, record } from '../support/invented-facts.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

let double: KurrentDbDouble;
let prefix: string;
beforeAll(async () => {
  double = await KurrentDbDouble.start();
});
beforeEach(() => {
  prefix = newPrefix();
});
afterEach(() => double.liftFaults());
afterAll(async () => {
  await double.stop();
  removeTemporaryFolders();
});

const stream = (): string => `${prefix}maintenance-calendar`;
const open = (folder: string): EventStore =>
  openSqliteEventStore(dataFolderFiles(folder).log, inventedFacts, inventedKinds).store;

/** More than is read, written or sent at once. */
const MANY = 1_300;
const history: readonly NewRecord[] = [
  claim('slot-1', 'H1'),
  record('slot-1', { version: 1, data: { text: 'of an older version', tag: 'one' } }),
  record('month-1', {
    data: { text: 'ünïcödé \u2028 😀 "\\', tags: [], extra: { half: 0.5, large: 1e21, tiny: 5e-324 } },
  }),
  record('month-1', { data: { text: 'x'.repeat(600_000), tags: [] } }),
  ...Array.from({ length: MANY - 4 }, (_, index) => record(`slot-pattern-${index % 40}`)),
];

/** A data folder with these records on its log. */
async function folderOf(records: readonly NewRecord[]): Promise<string> {
  const folder = temporaryFolder();
  const store = open(folder);
  await store.append(batch(records));
  await store.close();
  return folder;
}

/** What a folder's log has, as it was written. */
async function written(folder: string): Promise<unknown[]> {
  const store = open(folder);
  const all = [...store.readWritten({})];
  expect(faultsOf(all.map(({ record: one }) => one))).toEqual([]);
  await store.close();
  return all;
}

/** By which the client does not wait half a second before its first call. */
const at = (cluster: KurrentDbDouble): string => cluster.connectionString({ parameters: { discoveryInterval: '10' } });
/** The cluster, opened once in a test. */
let opened: CopyTarget | undefined;
const cluster = async (): Promise<CopyTarget> => (opened ??= await clusterEnd({ url: at(double), prefix }, SHORT));
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function copy(
  source: CopyEnd | Promise<CopyEnd>,
  target: CopyTarget | Promise<CopyTarget>,
  progress: CopyListener['progress'] = () => undefined,
): Promise<Copied> {
  const ends = [await source, await target] as const;
  try {
    return await copyLog(...ends, { progress, verified: () => undefined, admitted: () => Promise.resolve() });
  } finally {
    for (const end of ends) if (end !== opened) await end.close();
  }
}
const toCluster = (folder: string, progress?: CopyListener['progress']): Promise<Copied> =>
  copy(sqliteSource(folder, inventedFacts), cluster(), progress);
const toFolder = (folder: string, progress?: CopyListener['progress']): Promise<Copied> =>
  copy(
    cluster(),
    Promise.resolve().then(() => sqliteTarget(folder, inventedFacts, inventedKinds)),
    progress,
  );

/** Stops a copy once so many records have been copied, as a kill would. */
const stopAfter =
  (records: number): CopyListener['progress'] =>
  (step, done) => {
    if (step === 'copying' && done >= records) throw new Error('killed');
  };

/** Does something once all records have been copied, before they are compared. */
const atTheEnd =
  (what: () => void): CopyListener['progress'] =>
  (step, done, all) => {
    if (step === 'copying' && done === all) what();
  };

describe('a copy from a data folder to a cluster and back', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await folderOf(history);
  });

  test('is the same log, record by record, and a server goes on with it', async () => {
    const steps = new Map<string, number>();
    const copied = await toCluster(folder, (step, done) => steps.set(step, done));
    expect(copied).toMatchObject({ records: MANY, resumedAfter: 0 });
    expect([...steps]).toEqual([
      ['copying', MANY],
      ['verifying', MANY],
    ]);
    const back = join(temporaryFolder(), 'new');
    expect(await toFolder(back)).toEqual(copied);
    expect(await written(back)).toEqual(await written(folder));
    const store = open(back);
    expect(store.claimOf('name/H1')?.position).toBe(1);
    expect(store.streamsOf('slot-pattern')).toHaveLength(40);
    await store.close();
    const server = await openServer(at(double), prefix);
    expect(await server.store.reaches(MANY, 30_000)).toBe(true);
    expect(await server.store.append(batch([record('month-1')]))).toMatchObject([{ position: MANY + 1, revision: 2 }]);
    await server.store.close();
    // And what it recorded comes along with the next copy.
    expect(await toFolder(back)).toMatchObject({ records: MANY + 1, resumedAfter: MANY });
  });

  test('is gone on with where it was interrupted', async () => {
    await expect(toCluster(folder, stopAfter(600))).rejects.toThrow('killed');
    const there = double.stream(stream()).length;
    expect(there).toBeGreaterThanOrEqual(600);
    expect(there).toBeLessThan(MANY);
    expect(await toCluster(folder)).toMatchObject({ records: MANY, resumedAfter: there });
    const back = temporaryFolder();
    await expect(toFolder(back, stopAfter(600))).rejects.toThrow('killed');
    expect(await toFolder(back)).toMatchObject({ records: MANY });
    expect(await written(back)).toEqual(await written(folder));
  });

  test('records once what the cluster leaves open or refuses for now; run again, it writes nothing', async () => {
    const faults = [
      double.fault({ on: 'append', how: 'timeout', kept: true, stream: stream() }),
      double.fault({ on: 'append', how: 'reset', kept: true, stream: stream() }),
      double.fault({ on: 'append', how: 'not-ready', stream: stream() }),
    ];
    expect(await toCluster(folder)).toMatchObject({ records: MANY });
    expect(faults.map(({ met }) => met)).toEqual([1, 1, 1]);
    expect(double.stream(stream())).toHaveLength(MANY);
    const append = double.fault({ on: 'append', how: 'reset', stream: stream() });
    expect(await toCluster(folder)).toMatchObject({ records: MANY, resumedAfter: MANY });
    expect(append.met).toBe(0);
  });

  test('of an empty log is an empty log', async () => {
    const empty = await folderOf([]);
    expect(await toCluster(empty)).toEqual({ records: 0, resumedAfter: 0, hash: null });
  });
});

describe('a copy is refused', () => {
  const small = history.slice(0, 3);
  const other = (): NewRecord[] => [record('slot-1'), record('slot-2')];

  test('into another history, and nothing is written', async () => {
    await toCluster(await folderOf(other()));
    const folder = await folderOf(small);
    await expect(toCluster(folder)).rejects.toThrow(/another history .* from position 1 on.*KURRENTDB_PREFIX/s);
    expect(double.stream(stream())).toHaveLength(2);
    await expect(toFolder(folder)).rejects.toThrow(/has 3 records.* only 2/s);
    const asLong = await folderOf(other());
    await expect(toFolder(asLong)).rejects.toThrow(/another history .* at position 1\. Nothing.*name a folder/s);
  });

  test('into or from a stream of another program', async () => {
    double.inject(stream(), { type: 'OrderPlaced', data: { total: 12 } });
    await expect(toCluster(await folderOf(small))).rejects.toThrow(/not a calendar's log.*KURRENTDB_PREFIX/s);
  });

  test('with a stream that forgets', async () => {
    double.inject(`$$${stream()}`, { type: '$metadata', data: { $maxCount: 5 } });
    await expect(toCluster(await folderOf(small))).rejects.toThrow(/forget records.*maxCount 5/s);
  });

  test('into a folder that a server holds, and it can be had afterwards', async () => {
    const folder = temporaryFolder();
    const held = takeDataFolder(folder);
    expect(() => sqliteTarget(folder, inventedFacts, inventedKinds)).toThrow('in use by the process');
    held.release();
    await sqliteTarget(folder, inventedFacts, inventedKinds).close();
  });

  test('from a log that is not as it was written, before the record that shows it', async () => {
    const folder = await folderOf(small);
    const db = new DatabaseSync(dataFolderFiles(folder).log);
    db.exec(`UPDATE record SET body = replace(body, '"one"', '"two"') WHERE position = 2`);
    db.close();
    await expect(toCluster(folder)).rejects.toThrow(/position 2 is not what its hash says/);
    expect(double.stream(stream())).toHaveLength(0);
  });

  test('where a record is not chained to the one before it', async () => {
    const folder = await folderOf([record('slot-1'), record('slot-1')]);
    const source = sqliteSource(folder, inventedFacts);
    const page = await source.page(0, 2);
    await source.close();
    for (const { record: one } of page)
      double.inject(stream(), {
        type: 'NoteWritten',
        id: one.id,
        data: { ...one, hash: undefined, occurredAt: '2026-11-30T22:14:00Z' },
      });
    await expect(toFolder(temporaryFolder())).rejects.toThrow(/position 2 is not chained/);
  });

  test('where this program is older than what it would copy into a folder', async () => {
    await toCluster(await folderOf(small));
    const older = new FactCatalogue([NoteWritten]);
    await expect(
      copy(
        cluster(),
        Promise.resolve().then(() => sqliteTarget(temporaryFolder(), older, inventedKinds)),
      ),
    ).rejects.toThrow(/NameTaken version 1.*start a newer version/s);
  });

  test('where the cluster is away, or lets nobody in, without a word of the password', async () => {
    const secure = await KurrentDbDouble.start({ isSecure: true });
    const folder = await folderOf(small);
    const soon = { ...SHORT, startWithin: 200 };
    const to = (url: string): Promise<Copied> =>
      copy(sqliteSource(folder, inventedFacts), clusterEnd({ url, prefix }, soon));
    const error = await to(secure.connectionString({ user: 'admin', password: 'hunter2' })).catch((e: unknown) => e);
    await secure.stop();
    expect(error).toBeInstanceOf(UnusableLog);
    expect(String(error)).toContain('user name and password');
    expect(String(error)).not.toContain('hunter2');
    await expect(to('kurrentdb://127.0.0.1:9?tls=false')).rejects.toThrow(/cannot be reached.*check the hosts/s);
  });

  test('where something else writes to the stream meanwhile', async () => {
    const folder = await folderOf(history);
    let intruded = false;
    const intrude: CopyListener['progress'] = (step) => {
      if (step !== 'copying' || intruded) return;
      intruded = true;
      double.inject(stream(), { type: 'OrderPlaced', data: {} });
    };
    await expect(toCluster(folder, intrude)).rejects.toThrow(/something else has written/);
  });
});

describe('a target that is not what was copied is found at the end', () => {
  const small = history.slice(0, 3);

  test('on the cluster', async () => {
    const mark = double.backup();
    const tamper = atTheEnd(() => {
      const [first, second, third] = double.stream(stream());
      double.restore(mark);
      for (const event of [first, second, third])
        double.inject(stream(), {
          type: event?.type ?? '',
          id: event?.id ?? '',
          data: event === third ? { ...(event?.data as object), occurredAt: '2026-11-30T22:14:00Z' } : event?.data,
        });
    });
    await expect(toCluster(await folderOf(small), tamper)).rejects.toThrow(
      /not the same: .* at position 3\. Do not use/s,
    );
  });

  test('on the cluster, where it is longer', async () => {
    const more = atTheEnd(() => double.inject(stream(), { type: 'OrderPlaced', data: {} }));
    await expect(toCluster(await folderOf(small), more)).rejects.toThrow(/has 4 records where 3 were copied/);
  });

  test('in the folder', async () => {
    await toCluster(await folderOf(small));
    const folder = temporaryFolder();
    const tamper = atTheEnd(() => {
      const db = new DatabaseSync(dataFolderFiles(folder).log);
      db.exec('DELETE FROM claim');
      db.close();
    });
    await expect(toFolder(folder, tamper)).rejects.toThrow(/position 1 has lost its claim/);
  });
});
