import { DatabaseSync } from 'node:sqlite';
import type { LogRecord, NewRecord, SealedRecord } from '../../src/event-store/event-store.js';
import { canonical, hashOf, seal } from '../../src/event-store/record.js';

/**
 * Puts another record, whole and well chained, into a log's file in the place of one that is the newest of its stream: as
 * if the file had had another history.
 */
export function exchangeRecord(file: string, position: number, change: Partial<LogRecord>): void {
  const db = new DatabaseSync(file);
  const { body } = db.prepare('SELECT body FROM record WHERE position = ?').get(position) as { body: string };
  const record = { ...(JSON.parse(body) as LogRecord), ...change };
  const other = canonical(record);
  db.prepare('UPDATE record SET id = ?, body = ?, hash = ? WHERE position = ?').run(
    record.id,
    other,
    hashOf(other),
    position,
  );
  db.prepare('UPDATE stream SET hash = ? WHERE name = ?').run(hashOf(other), record.stream);
  db.close();
}

/** Records of one new stream in their final form, to follow a position: what another history went on with. */
export function followingOn(
  after: number,
  records: readonly NewRecord[],
): readonly (Pick<LogRecord, 'id' | 'type'> & Pick<SealedRecord, 'body'>)[] {
  let previousHash: string | null = null;
  return records.map((fresh, revision) => {
    const place = { position: after + 1 + revision, revision, recordedAt: '2026-12-01T12:00:00.000Z', previousHash };
    const { record, body } = seal(fresh, place);
    previousHash = record.hash;
    return { id: record.id, type: record.type, body };
  });
}
