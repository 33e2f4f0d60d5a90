/** Marks a database file as this program's log ("MCAL"). */
export const APPLICATION_ID = 0x4d43414c;
/** Raised with every change of the tables; each has its step in `MIGRATIONS`. */
export const SCHEMA_VERSION = 3;

/**
 * The log. `body` is the record's canonical text, which everything else here is derived from; `stream` and `claim` are
 * indexes that a decision needs at once. Instants of recording are found by position, along which they never go back;
 * so what was true by an instant is all that was recorded by then, and of what came later only what was recorded late.
 */
export const SCHEMA = `
  CREATE TABLE record (
    position    INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    stream      TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    type        TEXT NOT NULL,
    actor       TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    body        TEXT NOT NULL,
    hash        TEXT NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE INDEX record_type ON record (type, position);
  CREATE INDEX record_actor ON record (actor, position);
  CREATE INDEX record_late ON record (position) WHERE occurred_at < recorded_at;
  CREATE TABLE stream (
    name     TEXT PRIMARY KEY,
    kind     TEXT NOT NULL,
    first    INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    hash     TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX stream_kind ON stream (kind, first);
  CREATE TABLE claim (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** How a file of an older version becomes one of the next. */
export const MIGRATIONS: Readonly<Record<number, string>> = {
  1: `
    DROP INDEX record_command;
    DROP INDEX record_recorded_at;
    ALTER TABLE record DROP COLUMN command_id;
  `,
  2: `
    ALTER TABLE record ADD COLUMN occurred_at TEXT NOT NULL DEFAULT '';
    UPDATE record SET occurred_at = strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(body, '$.occurredAt'));
    CREATE INDEX record_late ON record (position) WHERE occurred_at < recorded_at;
  `,
};
