import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { adviceFor, inOneLine, refuseNoDatabase } from './failure.js';
import { UnusableLog } from './open-database.js';

/** Marks a database file as the keys of persons ("MCPK"). */
const APPLICATION_ID = 0x4d43504b;
const SCHEMA_VERSION = 1;
const SECRET_BYTES = 32;

const SCHEMA = `
  CREATE TABLE person (id TEXT PRIMARY KEY, key BLOB NOT NULL, lookup TEXT UNIQUE) STRICT;
  CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
`;

/** Columns of the tables: by them a file is known that was made before files were marked. */
const COLUMNS = ['person.id', 'person.key', 'person.lookup', 'secret.name', 'secret.value'];

/**
 * Opens the file of the persons' keys, or makes it where it is missing or has nothing in it.
 * @throws UnusableLog where the file is something else, of a newer version, or damaged; it is left as it is
 */
export function openKeyFile(file: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    refuseNoDatabase(file);
    db = new DatabaseSync(file, { timeout: 5_000 });
    const isNew = recognise(file, db);
    db.exec(`
      PRAGMA journal_mode = DELETE;
      -- FULL does not sync the folder after a commit: a power cut could bring back the journal, and lose a key
      -- under which the log already holds text, or return one that was erased.
      PRAGMA synchronous = EXTRA;
      PRAGMA secure_delete = ON;
    `);
    if (isNew) make(db);
    else mark(db);
    if (lookupSecret(db)?.length !== SECRET_BYTES) throw new Error('its secret is missing');
    return db;
  } catch (error) {
    if (db?.isOpen) db.close();
    if (error instanceof UnusableLog) throw error;
    throw new UnusableLog(
      `${file} cannot be opened as the keys of persons (${(error as Error).message}): ${adviceFor(error, 'restore it from its own backup')}`,
      { cause: error },
    );
  }
}

/** The secret under which names are looked up and texts digested; undefined where the file has none. */
export function lookupSecret(db: DatabaseSync): Uint8Array | undefined {
  return db.prepare("SELECT value FROM secret WHERE name = 'lookup'").get()?.value as Uint8Array | undefined;
}

/** Puts another secret in its place. */
export function keepLookupSecret(db: DatabaseSync, secret: Uint8Array): void {
  db.prepare("UPDATE secret SET value = ? WHERE name = 'lookup'").run(secret);
}

/** A record on the log for which a key was deleted. */
export interface Erasure {
  readonly position: number;
  readonly hash: string;
}

/** The last record that a key was deleted for; undefined where none was. */
export function lastErasure(db: DatabaseSync): Erasure | undefined {
  const kept = db.prepare("SELECT value FROM secret WHERE name = 'last-erasure'").get()?.value as
    Uint8Array | undefined;
  const [position, hash] = Buffer.from(kept ?? [])
    .toString()
    .split(' ');
  return hash === undefined ? undefined : { position: Number(position), hash };
}

/** Keeps it; within the transaction that deletes the key. */
export function keepLastErasure(db: DatabaseSync, { position, hash }: Erasure): void {
  db.prepare("INSERT OR REPLACE INTO secret (name, value) VALUES ('last-erasure', ?)").run(
    Buffer.from(`${String(position)} ${hash}`),
  );
}

/** True for a file with nothing in it, false for one of persons' keys. @throws UnusableLog for every other */
function recognise(file: string, db: DatabaseSync): boolean {
  const { application_id } = db.prepare('PRAGMA application_id').get() as { application_id: number };
  const { user_version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  const columns = db
    .prepare(
      "SELECT t.name || '.' || c.name AS name FROM pragma_table_list t, pragma_table_info(t.name) c WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1",
    )
    .all()
    .map(({ name }) => String(name));
  const isOurs = COLUMNS.every((column, index) => columns[index] === column) && columns.length === COLUMNS.length;
  if (application_id === 0 && columns.length === 0) return true;
  if (application_id !== APPLICATION_ID && !(application_id === 0 && isOurs))
    throw new UnusableLog(
      `${file} does not hold the keys of persons, but the data of another program: put the right file there, or point DATA_DIR at another folder`,
    );
  if (user_version > SCHEMA_VERSION)
    throw new UnusableLog(`${file} was written by a newer version of this program: start that version`);
  const { quick_check } = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
  if (quick_check !== 'ok') throw new Error(inOneLine(quick_check));
  if (!isOurs) throw new Error('a table of it is missing');
  return false;
}

function make(db: DatabaseSync): void {
  db.exec(`BEGIN IMMEDIATE; ${SCHEMA}`);
  db.prepare("INSERT INTO secret (name, value) VALUES ('lookup', ?)").run(randomBytes(SECRET_BYTES));
  db.exec(`${MARK} COMMIT`);
}

const MARK = `PRAGMA application_id = ${String(APPLICATION_ID)}; PRAGMA user_version = ${String(SCHEMA_VERSION)};`;

/** Marks a file that was made before files were marked. */
function mark(db: DatabaseSync): void {
  const { application_id } = db.prepare('PRAGMA application_id').get() as { application_id: number };
  if (application_id !== APPLICATION_ID) db.exec(`BEGIN IMMEDIATE; ${MARK} COMMIT`);
}
