import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PersonKeys } from '../../src/event-store/personal-data.js';
import { UnusableLog } from '../../src/event-store/sqlite/open-database.js';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { openPersonKeys, refuseLostLog } from '../../src/event-store/sqlite/whole-folder.js';
import { batch, inventedFacts, inventedKinds, record } from '../support/invented-facts.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

const NAME = 'Aurelia Quillfeather';
const newFile = (): string => join(temporaryFolder(), 'persons.sqlite');

/** What doing it is refused with. */
function refusal(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
}

/** What opening the key file is refused with; the file must be left as it was. */
function opening(file: string): Error {
  const before = readFileSync(file);
  const error = refusal(() => new PersonKeys(file).close());
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(error).toBeInstanceOf(UnusableLog);
  expect(error.message).toContain(file);
  return error;
}

/** A key file with some hundred persons. */
function filledFile(): string {
  const file = newFile();
  const keys = new PersonKeys(file);
  keys.hold(
    Array.from({ length: 300 }, (_, person) => ({
      id: `person-${String(person)}`,
      key: randomBytes(32),
      lookup: null,
    })),
  );
  keys.close();
  return file;
}

const changed = (file: string, sql: string): string => {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
  return file;
};

afterAll(removeTemporaryFolders);

describe('a key file', () => {
  test('that an earlier version made, without a mark, is opened and marked', () => {
    const file = newFile();
    changed(
      file,
      `CREATE TABLE person (id TEXT PRIMARY KEY, key BLOB NOT NULL, lookup TEXT UNIQUE) STRICT;
       CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
       INSERT INTO secret (name, value) VALUES ('lookup', randomblob(32));
       INSERT INTO person (id, key) VALUES ('person-1', randomblob(32));`,
    );
    const first = new PersonKeys(file);
    const sealed = first.seal('person-1', NAME);
    const digest = first.digest(NAME);
    first.close();
    const second = new PersonKeys(file);
    expect(second.open(sealed)).toBe(NAME);
    expect(second.digest(NAME)).toBe(digest);
    second.close();
    const db = new DatabaseSync(file);
    expect(db.prepare('PRAGMA application_id').get()).toEqual({ application_id: 0x4d43504b });
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
    db.close();
  });

  test('with nothing in it is made anew', async () => {
    const file = newFile();
    writeFileSync(file, '');
    const keys = new PersonKeys(file);
    expect(keys.open(keys.seal(await keys.newPerson(), NAME))).toBe(NAME);
    keys.close();
  });

  test.each([
    ['another program’s database', 'CREATE TABLE address (name TEXT)'],
    [
      'a database with a table more',
      'CREATE TABLE person (id, key, lookup); CREATE TABLE secret (name, value); CREATE TABLE note (text)',
    ],
    ['a database with other columns', 'CREATE TABLE person (id, key); CREATE TABLE secret (name, value)'],
    ['another program’s database that has no table yet', 'PRAGMA application_id = 77'],
  ])('that is %s is refused', (_, sql) => {
    expect(opening(changed(newFile(), sql)).message).toContain('another program');
  });

  test('that is the log is refused', async () => {
    const file = newFile();
    await openSqliteEventStore(file, inventedFacts, inventedKinds).store.close();
    expect(opening(file).message).toContain('does not hold the keys of persons');
  });

  test('that is no database at all is refused', () => {
    const file = newFile();
    writeFileSync(file, 'person,key\n'.repeat(1000));
    expect(opening(file).message).toContain('restore it from its own backup');
  });

  test('of a newer version is refused', () => {
    expect(opening(changed(filledFile(), 'PRAGMA user_version = 2')).message).toContain('newer version');
  });

  test('without its secret, or without a table, is refused as damaged', () => {
    expect(opening(changed(filledFile(), 'DELETE FROM secret')).message).toContain('its secret is missing');
    expect(opening(changed(filledFile(), 'DROP TABLE person')).message).toContain('a table of it is missing');
  });

  test.each([0.9, 0.5, 0.1, 0.01])('of which only %d is left is refused', (part) => {
    const file = filledFile();
    truncateSync(file, Math.floor(readFileSync(file).length * part));
    expect(opening(file).message).toContain('restore it from its own backup');
  });

  test('whose pages are overwritten is refused', () => {
    const file = filledFile();
    writeFileSync(file, readFileSync(file).fill(0xff, 8192));
    expect(opening(file).message).toContain('restore it from its own backup');
  });
});

describe('a data folder that lost one of its files', () => {
  /** A folder with a log of one record and one person. */
  async function whole(): Promise<{ log: string; persons: string }> {
    const folder = temporaryFolder();
    const files = { log: join(folder, 'log.sqlite'), persons: join(folder, 'persons.sqlite') };
    const store = openSqliteEventStore(files.log, inventedFacts, inventedKinds).store;
    const keys = new PersonKeys(files.persons);
    await keys.newPerson();
    await store.append(batch([record('month-2026-12')]));
    await store.close();
    keys.close();
    return files;
  }

  test('is used as long as it has both', async () => {
    const files = await whole();
    refuseLostLog(files);
    openPersonKeys(files, 1).close();
  });

  test('the log: is refused, whether it is missing or empty', async () => {
    const files = await whole();
    rmSync(files.log);
    const missing = refusal(() => refuseLostLog(files));
    expect(missing).toBeInstanceOf(UnusableLog);
    expect(missing.message).toContain(`${files.log} is missing`);
    expect(existsSync(files.log)).toBe(false);
    writeFileSync(files.log, '');
    expect(refusal(() => refuseLostLog(files)).message).toContain(`${files.log} is empty`);
    expect(readFileSync(files.log)).toHaveLength(0);
  });

  test('the keys: is refused, unless an empty file says that they are lost for good', async () => {
    const files = await whole();
    rmSync(files.persons);
    const missing = refusal(() => openPersonKeys(files, 1));
    expect(missing).toBeInstanceOf(UnusableLog);
    expect(missing.message).toContain(`${files.persons} is missing`);
    expect(existsSync(files.persons)).toBe(false);
    writeFileSync(files.persons, '');
    const keys = openPersonKeys(files, 1);
    expect(keys.count()).toBe(0);
    keys.close();
  });

  test('is told apart from what a crash at the first start leaves behind', async () => {
    const folder = temporaryFolder();
    const files = { log: join(folder, 'log.sqlite'), persons: join(folder, 'persons.sqlite') };
    // The folder alone; the log's file without anything in it; a log without records; keys without persons; one person.
    refuseLostLog(files);
    writeFileSync(files.log, '');
    refuseLostLog(files);
    const store = openSqliteEventStore(files.log, inventedFacts, inventedKinds).store;
    await store.close();
    refuseLostLog(files);
    writeFileSync(files.persons, '');
    openPersonKeys(files, 0).close();
    refuseLostLog(files);
    rmSync(files.log);
    refuseLostLog(files);
    await openSqliteEventStore(files.log, inventedFacts, inventedKinds).store.close();
    const keys = openPersonKeys(files, 0);
    await keys.newPerson();
    keys.close();
    refuseLostLog(files);
    openPersonKeys(files, 0).close();
  });
});
