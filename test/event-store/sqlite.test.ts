import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CheckFailed, LogUnavailable, type EventStore } from '../../src/event-store/event-store.js';
import { FactCatalogue, UnknownEvent } from '../../src/event-store/facts.js';
import { takeDataFolder } from '../../src/event-store/sqlite/data-folder.js';
import { UnusableLog } from '../../src/event-store/sqlite/open-database.js';
import { SqliteLog } from '../../src/event-store/sqlite/sqlite-log.js';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { startChild } from '../support/child-process.js';
import { faultsOf } from '../support/hash-chain.js';
import {
  absent,
  asItStands,
  batch,
  claim,
  inventedFacts,
  inventedKinds,
  NameTaken,
  record,
} from '../support/invented-facts.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';
import { eventStoreContract } from './contract/contract.js';

const openFile = (file: string): EventStore => openSqliteEventStore(file, inventedFacts, inventedKinds).store;
const newFile = (): string => join(temporaryFolder(), 'log.sqlite');

/** What opening the file is refused with. */
function refusal(file: string): Error {
  try {
    void openFile(file).close();
  } catch (error) {
    return error as Error;
  }
  throw new Error(`${file} was opened`);
}

afterAll(removeTemporaryFolders);

eventStoreContract('in a SQLite file', () => openFile(newFile()));

describe('a SQLite file of an older version', () => {
  test('becomes one of this version, and knows when things occurred', async () => {
    const file = newFile();
    const made = openFile(file);
    await made.append(batch([record('slot-1', { occurredAt: '2026-11-30T22:15:00.5Z' }), claim('slot-1', 'H1')]));
    const before = [...made.read({})];
    await made.close();
    // As version 2 had it.
    const db = new DatabaseSync(file);
    db.exec('DROP INDEX record_late; ALTER TABLE record DROP COLUMN occurred_at; PRAGMA user_version = 2');
    db.close();
    const opened = openFile(file);
    expect([...opened.read({})]).toEqual(before);
    expect([...opened.read({ occurredBy: '2026-11-30T22:15:00.499Z' })].map(({ position }) => position)).toEqual([2]);
    expect([...opened.read({ occurredBy: '2026-11-30T22:15:00.5Z' })]).toHaveLength(2);
    await opened.append(batch([record('slot-1')]));
    await opened.close();
    const again = new DatabaseSync(file);
    expect(again.prepare('SELECT occurred_at FROM record WHERE position = 1').get()).toEqual({
      occurred_at: '2026-11-30T22:15:00.500Z',
    });
    again.close();
  });
});

test('what is in the file already is no part of the log before it is told', async () => {
  const file = newFile();
  const writing = openFile(file);
  const log = new SqliteLog(file, inventedFacts, () => 'slot');
  const added = [record('slot-1'), claim('slot-1', 'H1')];
  await writing.append(batch(added));
  // As a replica is between writing what others recorded and taking it in.
  expect([log.head(), log.revisionOf('slot-1'), log.streamHead('slot-1')]).toEqual([
    0,
    -1,
    { revision: -1, hash: null },
  ]);
  expect([log.readStream('slot-1'), log.claimOf('name/H1'), log.find(added[0]?.id ?? '')]).toEqual([
    [],
    undefined,
    undefined,
  ]);
  log.close();
  await writing.close();
});

describe('a SQLite file that was closed', () => {
  test('is opened again as it was, and goes on', async () => {
    const file = newFile();
    const first = openFile(file);
    const attempt = batch([record('month-2026-12'), claim('slot-pattern-a', 'H1')], [absent('slot-1')]);
    const recorded = await first.append(attempt);
    await first.close();

    const second = openFile(file);
    expect([...second.read({})]).toEqual(recorded);
    expect(second.head()).toBe(2);
    expect(second.newestRecordedAt()).toBe(recorded[1]?.recordedAt);
    expect(second.claimOf('name/H1')?.position).toBe(2);
    expect(second.streamsOf('slot-pattern')).toEqual(['slot-pattern-a']);
    expect(await second.append(attempt)).toEqual(recorded);
    await second.append(
      batch([record('month-2026-12')], [asItStands(second, 'month-2026-12')], '2020-01-01T00:00:00Z'),
    );
    expect(faultsOf([...second.read({})])).toEqual([]);
    expect(second.head()).toBe(3);
    await second.close();
  });

  test('may be closed twice, and takes no append afterwards', async () => {
    const store = openFile(newFile());
    await store.close();
    await store.close();
    await expect(store.append(batch([record('month-2026-12')]))).rejects.toThrow(/open|closed/);
  });

  test('is not read past a type that the program no longer knows', async () => {
    const file = newFile();
    const first = openFile(file);
    await first.append(batch([claim('month-2026-12', 'H1'), record('month-2026-12')]));
    await first.close();
    const second = openSqliteEventStore(file, new FactCatalogue([NameTaken]), inventedKinds).store;
    expect([...second.read({ upTo: 1 })]).toHaveLength(1);
    expect(() => [...second.read({})]).toThrow(UnknownEvent);
    expect(() => [...second.read({})]).toThrow('NoteWritten');
    await second.close();
  });
});

describe('a program that is killed with kill -9 while it appends', () => {
  test.each([1, 40, 333])(
    'loses nothing of %i appends that were acknowledged, and leaves no half append',
    async (enough) => {
      const folder = temporaryFolder();
      const child = startChild('appending-program.ts', folder);
      const acknowledged: string[] = [];
      let killed: Promise<void> | undefined;
      for await (const line of child.lines) {
        acknowledged.push(...line.split(' '));
        if (acknowledged.length >= enough * 2) killed ??= child.kill();
      }
      await killed;

      const reopened = takeDataFolder(folder);
      const store = openFile(reopened.log);
      const ids = [...store.read({})].map(({ id }) => id);
      expect(ids.slice(0, acknowledged.length)).toEqual(acknowledged);
      // The last append may have been recorded without our having heard of it.
      expect([0, 2]).toContain(ids.length - acknowledged.length);
      expect(faultsOf([...store.read({})])).toEqual([]);
      expect(await store.append(batch([record('month-2026-12', { id: 'after' })]))).toMatchObject([
        { position: ids.length + 1 },
      ]);
      await store.close();
      reopened.release();
    },
  );
});

describe('a file that cannot be the log', () => {
  /** A log of some hundred records, closed. */
  async function filledFile(): Promise<string> {
    const file = newFile();
    const store = openFile(file);
    await store.append(batch(Array.from({ length: 300 }, () => record('month-2026-12'))));
    await store.close();
    return file;
  }

  test('because it is the database of another program is refused, and left as it is', () => {
    const file = newFile();
    const foreign = new DatabaseSync(file);
    foreign.exec('CREATE TABLE address (name TEXT); INSERT INTO address VALUES (1)');
    foreign.close();
    const before = readFileSync(file);
    expect(refusal(file)).toBeInstanceOf(UnusableLog);
    expect(refusal(file).message).toContain(file);
    expect(refusal(file).message).toContain('another program');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('because it is no database at all is refused, and left as it is', () => {
    const file = newFile();
    writeFileSync(file, 'position,stream,type\n'.repeat(100));
    const before = readFileSync(file);
    expect(refusal(file)).toBeInstanceOf(UnusableLog);
    expect(refusal(file).message).toContain(file);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('because a newer version of this program wrote it is refused', async () => {
    const file = await filledFile();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(refusal(file)).toBeInstanceOf(UnusableLog);
    expect(refusal(file).message).toContain(file);
    expect(refusal(file).message).toContain('newer version');
  });

  test.each([0.9, 0.5, 0.1, 0.01])('because only %d of it is left is refused', async (part) => {
    const file = await filledFile();
    truncateSync(file, Math.floor(readFileSync(file).length * part));
    expect(refusal(file)).toBeInstanceOf(UnusableLog);
    expect(refusal(file).message).toContain(file);
  });

  test('because its records are overwritten is refused', async () => {
    const file = await filledFile();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0xff, 4096));
    expect(refusal(file)).toBeInstanceOf(UnusableLog);
    expect(refusal(file).message).toContain(file);
  });

  test('because its folder is missing is refused', () => {
    const file = join(temporaryFolder(), 'missing', 'log.sqlite');
    expect(refusal(file)).toBeInstanceOf(UnusableLog);
    expect(refusal(file).message).toContain(file);
  });
});

describe('a disk that refuses an append half way', () => {
  test('leaves the log as it was; later appends go on without a gap', async () => {
    const file = newFile();
    const store = openFile(file);
    await store.append(batch([record('month-2026-12')]));
    const disk = new DatabaseSync(file);
    disk.exec(
      "CREATE TRIGGER full BEFORE INSERT ON record WHEN new.position > 2 BEGIN SELECT raise(FAIL, 'the disk is full'); END",
    );
    const attempt = batch([claim('month-2026-12', 'H1'), record('slot-1')]);
    await expect(store.append(attempt)).rejects.toThrow(LogUnavailable);
    await expect(store.append(attempt)).rejects.toThrow('the disk is full');
    expect(store.head()).toBe(1);
    expect([...store.read({})]).toHaveLength(1);
    expect(store.revisionOf('month-2026-12')).toBe(0);
    expect(store.claimOf('name/H1')).toBeUndefined();
    disk.exec('DROP TRIGGER full');
    disk.close();
    expect(await store.append(attempt)).toMatchObject([{ position: 2 }, { position: 3 }]);
    expect(faultsOf([...store.read({})])).toEqual([]);
    await store.close();
  });
});

describe('a database that fails while an append is checked', () => {
  test('records nothing, says that the log is unavailable, and goes on once it works again', async () => {
    const file = newFile();
    const store = openFile(file);
    await store.append(batch([record('slot-1')]));
    const attempt = batch([record('slot-1')], [asItStands(store, 'slot-1')]);
    const other = new DatabaseSync(file);
    other.exec('ALTER TABLE stream RENAME TO elsewhere');
    await expect(store.append(attempt)).rejects.toThrow(LogUnavailable);
    expect(store.head()).toBe(1);
    other.exec('ALTER TABLE elsewhere RENAME TO stream');
    other.close();
    expect(await store.append(attempt)).toMatchObject([{ position: 2, revision: 1 }]);
    await store.close();
  });

  test('is told apart from an append that is refused', async () => {
    const store = openFile(newFile());
    const attempt = batch([record('slot-1')], [{ stream: 'slot-1', newest: 'another' }]);
    await expect(store.append(attempt)).rejects.toThrow(CheckFailed);
    expect(await store.append(batch([record('slot-1')]))).toMatchObject([{ position: 1 }]);
    await store.close();
  });
});

describe('a data folder', () => {
  /** What taking the folder is refused with. */
  function takingFails(folder: string): Error {
    try {
      takeDataFolder(folder).release();
    } catch (error) {
      return error as Error;
    }
    throw new Error(`${folder} was taken`);
  }

  test('that another process holds is refused with its pid, until that process is gone', async () => {
    const folder = temporaryFolder();
    const holder = startChild('holding-program.ts', folder);
    for await (const line of holder.lines) if (line === 'held') break;
    for (const attempt of [takingFails(folder), takingFails(folder)]) {
      expect(attempt).toBeInstanceOf(UnusableLog);
      expect(attempt.message).toContain(folder);
      expect(attempt.message).toMatch(new RegExp(`\\b${holder.pid}\\b`));
    }
    await holder.kill();
    takeDataFolder(folder).release();
  });

  test('that this process holds already is refused, and free again once it is released', () => {
    const folder = join(temporaryFolder(), 'made', 'here');
    const taken = takeDataFolder(folder);
    expect(takingFails(folder).message).toMatch(new RegExp(`\\b${process.pid}\\b`));
    taken.release();
    taken.release();
    takeDataFolder(folder).release();
  });

  test.each(['plain', 'locked', 'busy'])('that is a file ("%s") is refused by its name, not as in use', (name) => {
    const file = join(temporaryFolder(), name);
    writeFileSync(file, '');
    expect(takingFails(file)).toBeInstanceOf(UnusableLog);
    expect(takingFails(file).message).toContain(file);
    expect(takingFails(file).message).not.toContain('in use');
  });
});
