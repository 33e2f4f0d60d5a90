import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PersonKeys } from '../../src/event-store/personal-data.js';
import { backUpKeys, backUpLog, restoreLog, type BackedUp } from '../../src/event-store/sqlite/backup.js';
import { dataFolderFiles, takeDataFolder } from '../../src/event-store/sqlite/data-folder.js';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { UnusableLog } from '../../src/event-store/sqlite/open-database.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { batch, claim, inventedFacts, inventedKinds, record } from '../support/invented-facts.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

afterAll(removeTemporaryFolders);

const open = (folder: string): EventStore =>
  openSqliteEventStore(dataFolderFiles(folder).log, inventedFacts, inventedKinds).store;
const backUp = (folder: string, file: string): Promise<BackedUp> =>
  backUpLog(folder, file, inventedFacts, () => undefined);
const restore = (file: string, folder: string): Promise<BackedUp> =>
  restoreLog(file, folder, inventedFacts, () => undefined);

let folder: string;
let file: string;
let store: EventStore;
beforeEach(async () => {
  folder = temporaryFolder();
  file = join(temporaryFolder(), 'backups', 'monday.sqlite');
  store = open(folder);
  await store.append(batch([claim('slot-1', 'H1'), ...Array.from({ length: 40 }, () => record('month-1'))]));
});
afterEach(() => store.close());

describe('a backup of the log', () => {
  test('is one file, that restored is the same log and goes on', async () => {
    expect(await backUp(folder, file)).toEqual({ records: 41, hash: [...store.read({ after: 40 })][0]?.hash });
    expect(readdirSync(join(file, '..'))).toEqual(['monday.sqlite']);
    const elsewhere = temporaryFolder();
    writeFileSync(dataFolderFiles(elsewhere).projections, 'made from another log');
    expect(await restore(file, elsewhere)).toMatchObject({ records: 41 });
    expect(existsSync(dataFolderFiles(elsewhere).projections)).toBe(false);
    const restored = open(elsewhere);
    expect([...restored.read({})]).toEqual([...store.read({})]);
    expect(restored.claimOf('name/H1')?.position).toBe(1);
    expect(await restored.append(batch([record('month-1')]))).toMatchObject([{ position: 42, revision: 40 }]);
    await restored.close();
  });

  test('is made while the log is written, and is one state of it', async () => {
    const made = new AbortController();
    const writer = (async () => {
      while (!made.signal.aborted) await store.append(batch([record('month-1'), record('slot-1')]));
    })();
    const { records } = await backUp(folder, file);
    made.abort();
    await writer;
    expect(records).toBeGreaterThanOrEqual(41);
    // Appends are of two records: none is there by half.
    expect((records - 41) % 2).toBe(0);
    const elsewhere = temporaryFolder();
    await restore(file, elsewhere);
    const restored = open(elsewhere);
    expect([...restored.read({})]).toEqual([...store.read({ upTo: records })]);
    await restored.close();
  });

  test('tells its progress', async () => {
    const told: [number, number][] = [];
    await backUpLog(folder, file, inventedFacts, (done, all) => told.push([done, all]));
    expect(told.at(-1)).toEqual([41, 41]);
  });

  test('overwrites nothing, neither when it is made nor when it is restored', async () => {
    await backUp(folder, file);
    const before = readFileSync(file);
    await expect(backUp(folder, file)).rejects.toThrow('exists already');
    expect(readFileSync(file).equals(before)).toBe(true);
    await store.close();
    await expect(restore(file, folder)).rejects.toThrow('exists already');
  });

  test('is refused where there is no log', async () => {
    await expect(backUp(temporaryFolder(), file)).rejects.toThrow(UnusableLog);
    expect(existsSync(file)).toBe(false);
  });

  test('of a log that is damaged is refused, and leaves nothing', async () => {
    const db = new DatabaseSync(dataFolderFiles(folder).log);
    db.exec("UPDATE record SET body = replace(body, 'on month', 'at month') WHERE position = 20");
    db.close();
    await expect(backUp(folder, file)).rejects.toThrow('the record at position 20 is not what its hash says');
    expect(readdirSync(join(file, '..'))).toEqual([]);
  });

  test('that has been damaged is not restored', async () => {
    await backUp(folder, file);
    const db = new DatabaseSync(file);
    db.exec("UPDATE record SET body = replace(body, 'on month', 'at month') WHERE position = 20");
    db.close();
    const elsewhere = temporaryFolder();
    await expect(restore(file, elsewhere)).rejects.toThrow('the record at position 20 is not what its hash says');
    expect(existsSync(dataFolderFiles(elsewhere).log)).toBe(false);
    writeFileSync(file, 'no database');
    await expect(restore(file, elsewhere)).rejects.toThrow();
    expect(existsSync(dataFolderFiles(elsewhere).log)).toBe(false);
  });

  test('is not restored into a folder that a server holds', async () => {
    await backUp(folder, file);
    const held = takeDataFolder(temporaryFolder());
    await expect(restore(file, join(held.log, '..'))).rejects.toThrow('in use');
    held.release();
  });
});

test('the keys of persons are backed up apart from the log', async () => {
  const keys = new PersonKeys(dataFolderFiles(folder).persons);
  const person = await keys.newPerson();
  const sealed = keys.seal(person, 'Jane Planner');
  await backUpKeys(folder, file);
  keys.close();
  const copied = new PersonKeys(file);
  expect(copied.open(sealed)).toBe('Jane Planner');
  copied.close();
  await expect(backUpKeys(folder, file)).rejects.toThrow('exists already');
  await expect(backUpKeys(temporaryFolder(), join(temporaryFolder(), 'keys'))).rejects.toThrow('holds no keys');
});
