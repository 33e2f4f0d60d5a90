import { DatabaseSync } from 'node:sqlite';
import type { LogRecord, NewRecord } from '../../src/event-store/event-store.js';
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

/** Records of one new stream, one for each, in their final form, to follow a position: what another history went on with. */
export const followingOn = (after: number, records: readonly NewRecord[]): readonly LogRecord[] => {
  const sealed: LogRecord[] = [];
  for (const [revision, fresh] of records.entries()) {
    const previousHash = sealed.at(-1)?.hash ?? null;
    const place = { position: after + 1 + revision, revision, recordedAt: '2026-12-01T12:00:00.000Z', previousHash };
    sealed.push(seal(fresh, place).record);
  }
  return sealed;
};
