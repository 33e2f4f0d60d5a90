import type { Reading } from '../commands/reading.js';
import type { Fold } from '../event-store/state.js';
import type { AuditEvent } from './events.js';
import type { KeyIntroduction, SignedTreeHead } from './tree-head.js';

/** A head where it stands on the log. */
export interface RecordedTreeHead extends SignedTreeHead {
  readonly because: 'interval' | 'request';
  readonly position: number;
}

/** A key where it was introduced. */
export interface RecordedKey extends KeyIntroduction {
  readonly position: number;
  readonly introducedAt: string;
}

/** What has been recorded of keys and heads. */
export interface AuditBook {
  /** In the order in which they were introduced; the last one signs. */
  readonly keys: readonly RecordedKey[];
  readonly newest: RecordedTreeHead | null;
  /** Positions, after what the newest head covers, of facts of the audit itself. */
  readonly uncovered: readonly number[];
}

const EMPTY: AuditBook = { keys: [], newest: null, uncovered: [] };

/** One year's part of it, from its stream `audit-<year>`. */
export const auditFold: Fold<AuditBook, AuditEvent> = {
  kind: 'audit',
  initial: () => EMPTY,
  evolve: ({ keys, newest, uncovered }, event) => {
    const { position } = event;
    switch (event.type) {
      case 'AuditKeyIntroduced':
        return {
          keys: [...keys, { ...event.data, position, introducedAt: event.occurredAt }],
          newest,
          uncovered: [...uncovered, position],
        };
      case 'TreeHeadSigned': {
        const { size } = event.data;
        return {
          keys,
          newest: { ...event.data, position },
          uncovered: [...uncovered.filter((one) => one > size), position],
        };
      }
    }
  },
};

/** The stream of the heads that are signed at an instant. */
export const auditYear = (instant: string): string => instant.slice(0, 4);

/** What has been recorded of keys and heads, over all years. */
export const readAuditBook = (reading: Reading): AuditBook =>
  reading.all(auditFold).reduce<AuditBook>((whole, year) => {
    const newest = year.newest ?? whole.newest;
    const covered = newest?.size ?? 0;
    return {
      keys: [...whole.keys, ...year.keys],
      newest,
      uncovered: [...whole.uncovered, ...year.uncovered].filter((position) => position > covered),
    };
  }, EMPTY);

/** How many records a head over so many would cover that the newest one does not, the audit's own facts apart. */
export function newlyCovered({ newest, uncovered }: AuditBook, size: number): number {
  const covered = newest?.size ?? 0;
  return Math.max(0, size - covered) - uncovered.filter((position) => position <= size).length;
}

/** A head as it is handed out: whoever keeps it needs nothing else to hold the log to it. */
export function headView(head: RecordedTreeHead, { keys }: AuditBook): object {
  const { size, rootHash, at, keyId, signature, position } = head;
  const publicKey = keys.find((key) => key.keyId === keyId)?.publicKey;
  return { size, rootHash, at, keyId, publicKey, signature, position: String(position) };
}

/** The newest head as it is handed out; undefined where none has been signed. */
export function newestHead(reading: Reading): object | undefined {
  const book = readAuditBook(reading);
  return book.newest ? headView(book.newest, book) : undefined;
}
