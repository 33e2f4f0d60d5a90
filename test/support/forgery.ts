import type { SigningKey } from '../../src/audit/audit-key.js';
import { headText } from '../../src/audit/tree-head.js';
import { GrowingTree } from '../../src/audit/verify/growing-tree.js';
import type { LogReader, LogRecord, NewRecord, SealedRecord } from '../../src/event-store/event-store.js';
import { seal } from '../../src/event-store/record.js';
import { exportOf } from './histories.js';

/** What somebody does who can write every file of a calendar. */
export interface Forgery {
  /** The event that is to be another. */
  readonly position: number;
  /** The key under which the heads are signed again; undefined: they are left as they were. */
  readonly key?: SigningKey | undefined;
}

/** A log in which one event is another, and everything after it hashed, chained and, with a key, signed anew. */
export function forged(
  log: Pick<LogReader, 'readWritten'>,
  { position: at, key }: Forgery,
): Pick<LogReader, 'readWritten'> {
  const tree = new GrowingTree();
  const hashes = new Map<string, string>();
  const forgeries: SealedRecord[] = [];
  for (const { record } of log.readWritten({})) {
    const { position, stream, type } = record;
    const data =
      position === at
        ? { partyId: 'forged' }
        : key && type === 'AuditKeyIntroduced'
          ? { ...record.data, keyId: key.keyId, publicKey: key.publicKey }
          : key && type === 'TreeHeadSigned'
            ? signedAnew(record.data as unknown as Parameters<typeof headText>[0], tree, key)
            : record.data;
    const made = seal({ ...record, data }, { ...record, previousHash: hashes.get(stream) ?? null });
    hashes.set(stream, made.record.hash);
    tree.add(made.record.hash);
    forgeries.push(made);
  }
  return {
    *readWritten({ after = 0, upTo = forgeries.length }) {
      yield* forgeries.slice(after, upTo);
    },
  };
}

function signedAnew(
  data: Parameters<typeof headText>[0],
  tree: GrowingTree,
  { keyId, sign }: SigningKey,
): NewRecord['data'] {
  const head = { ...data, rootHash: tree.root(data.size), keyId };
  return { ...head, signature: sign(headText(head)) };
}

/**
 * An export in which one event is another, hashed anew and closed again as it should be, with nothing else changed: what
 * somebody does who knows the format and no more.
 */
export async function withForgedEvent(
  log: Pick<LogReader, 'readWritten'>,
  at: number,
  change: (record: LogRecord) => Partial<LogRecord>,
): Promise<Buffer> {
  const written = [...log.readWritten({})].map(({ record, body }) =>
    record.position === at
      ? seal({ ...record, ...change(record) }, { ...record, ...change(record) })
      : { record, body },
  );
  return exportOf(
    {
      *readWritten({ after = 0, upTo = written.length }) {
        yield* written.slice(after, upTo);
      },
    },
    written.length,
  );
}
