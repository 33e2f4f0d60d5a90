import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { LogRecord } from '../../src/event-store/event-store.js';

/** SHA-256 of a record's RFC 8785 form without `hash`, worked out from the description alone. */
export function recomputedHash(record: LogRecord): string {
  const text = canonicalize(Object.fromEntries(Object.entries(record).filter(([field]) => field !== 'hash')));
  return createHash('sha256')
    .update(text ?? '')
    .digest('hex');
}

/** What is wrong with a whole log: gaps, broken chains, hashes that do not fit, times that go back. Empty if nothing is. */
export function faultsOf(log: readonly LogRecord[]): string[] {
  const newest = new Map<string, LogRecord>();
  return log.flatMap((record, index) => {
    const before = newest.get(record.stream);
    newest.set(record.stream, record);
    const at = `position ${record.position}: `;
    const faults: string[] = [];
    if (record.position !== index + 1) faults.push(`${at}expected position ${index + 1}`);
    if (record.revision !== (before?.revision ?? -1) + 1) faults.push(`${at}revision ${record.revision} leaves a gap`);
    if (record.previousHash !== (before?.hash ?? null)) faults.push(`${at}not chained to the record before it`);
    if (record.hash !== recomputedHash(record)) faults.push(`${at}the hash is of something else`);
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(record.recordedAt)) faults.push(`${at}${record.recordedAt}`);
    if (record.recordedAt < (log[index - 1]?.recordedAt ?? '')) faults.push(`${at}recordedAt goes back`);
    return faults;
  });
}
