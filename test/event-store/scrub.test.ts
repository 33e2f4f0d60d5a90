import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LogUnavailable } from '../../src/event-store/event-store.js';
import { UnusableLog } from '../../src/event-store/sqlite/open-database.js';
import { openSqliteEventStore, type SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { batch, claim, inventedFacts, inventedKinds, record } from '../support/invented-facts.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

const open = (file: string): SqliteEventStore => openSqliteEventStore(file, inventedFacts, inventedKinds);
afterAll(removeTemporaryFolders);

/** A log of 600 notes and two claims, closed; the damage is done to its file. */
async function damaged(sql: string, ...values: (string | number)[]): Promise<string> {
  const file = join(temporaryFolder(), 'log.sqlite');
  const { store } = open(file);
  await store.append(batch([claim('slot-1', 'H1'), claim('slot-1', 'H2')]));
  await store.append(batch(Array.from({ length: 600 }, (_, index) => record(`month-${String(index % 7)}`))));
  await store.close();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA foreign_keys = OFF');
  db.prepare(sql).run(...values);
  db.close();
  return file;
}

/** Opens the log, reads it all again, and tells what was found. */
async function scrubbed(file: string): Promise<string | undefined> {
  const { store, scrub } = open(file);
  while (scrub.work());
  const { fault, position } = scrub.status;
  if (fault === undefined) expect(position).toBe(store.head());
  await store.close();
  return fault;
}

/** Something that has gone wrong in a record that nobody has asked for. */
const FAULTS: [string, string, (string | number)[], RegExp][] = [
  [
    'a changed body',
    "UPDATE record SET body = replace(body, 'on month', 'at month') WHERE position = ?",
    [40],
    /40 is not what its hash says/,
  ],
  [
    'a changed hash',
    "UPDATE record SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE position = ?",
    [40],
    /40 is not what its hash says/,
  ],
  [
    'another stream',
    "UPDATE record SET stream = 'slot-9' WHERE position = ?",
    [40],
    /33 is followed in month-2 by one that is missing/,
  ],
  [
    'another time',
    "UPDATE record SET recorded_at = '2026-12-01T12:00:00.001Z' WHERE position = ?",
    [40],
    /40 stands under columns/,
  ],
  [
    'a missing record',
    'DELETE FROM record WHERE position = ?',
    [40],
    /33 is followed in month-2 by one that is missing/,
  ],
  ['a lost claim', 'DELETE FROM claim WHERE name = ?', ['name/H2'], /2 has lost its claim of name\/H2/],
  ['a claim elsewhere', 'UPDATE claim SET position = 7 WHERE name = ?', ['name/H1'], /1 has lost its claim/],
  [
    'a stream that ends elsewhere',
    'UPDATE stream SET revision = 3 WHERE name = ?',
    ['month-2'],
    /is not as the stream month-2 has it/,
  ],
  [
    'a stream that begins elsewhere',
    'UPDATE stream SET first = 3 WHERE name = ?',
    ['month-2'],
    /is not as the stream month-2 has it/,
  ],
];

describe('the check of the whole log', () => {
  test('finds nothing where nothing is wrong, and goes on with what is appended', async () => {
    const file = await damaged('SELECT ?', 1);
    const { store, scrub } = open(file);
    expect(scrub.status).toEqual({ position: 0, fault: undefined });
    expect(scrub.work()).toBe(true);
    expect(scrub.status.position).toBe(200);
    while (scrub.work());
    expect(scrub.status).toEqual({ position: 602, fault: undefined });
    await store.append(batch([record('slot-1')]));
    expect(scrub.work()).toBe(false);
    expect(scrub.status).toEqual({ position: 603, fault: undefined });
    await scrub.checkStructure();
    expect(scrub.status.fault).toBeUndefined();
    await store.close();
  });

  test.each(FAULTS)('finds %s, and names the record', async (_, sql, values, found) => {
    const file = await damaged(sql, ...values);
    const fault = await scrubbed(file).catch((error: unknown) => (error as Error).message);
    expect(fault).toMatch(found);
    expect(fault).toContain(file);
  });

  test('finds a record that is chained to another than the one before it', async () => {
    // The records at 40 and 47 are of one stream; the later one is made anew on a changed earlier one.
    const file = await damaged('SELECT ?', 1);
    const db = new DatabaseSync(file);
    const { body } = db.prepare('SELECT body FROM record WHERE position = 40').get() as { body: string };
    const { createHash } = await import('node:crypto');
    const changed = body.replace('on month', 'at month');
    db.prepare('UPDATE record SET body = ?, hash = ? WHERE position = 40').run(
      changed,
      createHash('sha256').update(changed).digest('hex'),
    );
    db.close();
    expect(await scrubbed(file)).toMatch(/47 is not chained to the record before it in month-/);
  });
});

describe('a log whose newest records are damaged', () => {
  test.each([
    ['changed', "UPDATE record SET body = replace(body, 'on month', 'at month') WHERE position = 602"],
    ['missing in the middle', 'DELETE FROM record WHERE position = 598'],
    ['under another stream', "UPDATE record SET stream = 'slot-9' WHERE position = 602"],
    ['not at the end of their stream', "UPDATE stream SET revision = 1 WHERE name = 'month-1'"],
  ])('because one is %s is not opened', async (_, sql) => {
    const file = await damaged(sql);
    expect(() => open(file)).toThrow(UnusableLog);
    expect(() => open(file)).toThrow(/Restore it from a backup/);
    expect(() => open(file)).toThrow(file);
  });
});

test('a log that is halted takes no append, says why, and is read as before', async () => {
  const { store } = open(await damaged('SELECT ?', 1));
  store.halt('the record at position 40 is missing');
  store.halt('something else');
  await expect(store.append(batch([record('slot-1')]))).rejects.toThrow(LogUnavailable);
  await expect(store.append(batch([record('slot-1')]))).rejects.toThrow('the record at position 40 is missing');
  expect(store.halted).toBe('the record at position 40 is missing');
  expect([...store.read({ after: 600 })]).toHaveLength(2);
  await store.close();
});
