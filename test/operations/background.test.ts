import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino, type Logger } from 'pino';
import type { SealedRecord } from '../../src/event-store/event-store.js';
import { Projections } from '../../src/event-store/projections.js';
import { openSqliteEventStore, type SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { TableStore } from '../../src/event-store/sqlite/table-store.js';
import { Background } from '../../src/operations/background.js';
import { batch, claim, inventedFacts, inventedKinds, record } from '../support/invented-facts.js';
import { counts, notesAlone, notesByStream, readCounts } from '../support/projections-of-notes.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

afterAll(removeTemporaryFolders);

let folder: string;
let log: SqliteEventStore;
let tables: TableStore;
let projections: Projections;
let told: { level: number; msg: string; projection?: string }[];
const notes = notesByStream();

const open = (): SqliteEventStore => openSqliteEventStore(join(folder, 'log.sqlite'), inventedFacts, inventedKinds);

beforeEach(() => {
  folder = temporaryFolder();
  log = open();
  tables = new TableStore(join(folder, 'projections.sqlite'));
  told = [];
});

afterEach(async () => {
  await projections.close();
  await log.store.close();
});

/** Begins, does the slice of work that is done at once, and ends. */
function workOnce(): void {
  const logger: Logger = pino({ base: null }, { write: (line: string) => told.push(JSON.parse(line) as never) });
  projections = new Projections(log.store, tables, [notesAlone, notes]);
  const background = new Background(
    log.store,
    projections,
    log.scrub,
    { apply: () => undefined },
    logger,
    'restore it',
  );
  background.start();
  background.stop();
}

test('what cannot be taken in is told with the projection, the position and the type, and the others go on', async () => {
  await log.store.append(batch([record('slot-1'), claim('slot-1', 'H1'), record('slot-1')]));
  workOnce();
  expect(told).toMatchObject([
    {
      level: 50,
      projection: 'notes alone',
      msg: 'the projection notes alone stopped at position 2 (NameTaken): that is no note',
    },
  ]);
  expect(readCounts(projections.current(notes))).toEqual({ 'slot-1': 2 });
  expect(projections.asOf(notesAlone, 1).get(counts, 'all')).toBe(1);
});

test('a log that is not as it was written is told with what to do, and nothing is written to it any more', async () => {
  await log.store.append(batch(Array.from({ length: 600 }, () => record('slot-1'))));
  await log.store.close();
  const db = new DatabaseSync(join(folder, 'log.sqlite'));
  const { body } = db.prepare('SELECT body FROM record WHERE position = 40').get() as Pick<SealedRecord, 'body'>;
  db.prepare('UPDATE record SET body = ? WHERE position = 40').run(body.replace('on slot', 'at slot'));
  db.close();
  log = open();
  workOnce();
  const fatal = told.filter(({ level }) => level === 60);
  expect(fatal).toHaveLength(1);
  expect(fatal[0]?.msg).toMatch(/position 40 is not what its hash says\. Nothing is written any more: restore it$/);
  await expect(log.store.append(batch([record('slot-1')]))).rejects.toThrow('position 40 is not what its hash says');
});
