import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { LogReader } from '../../event-store/event-store.js';
import { hashOf } from '../../event-store/record.js';
import { closingLine, headerLine, recordLine, TypesSeen } from './export-format.js';

/** What is read at once; in between, others are served. */
const RECORDS_AT_ONCE = 250;

/** A record of the log that is not what its hash says, or is missing. */
export class DamagedLog extends Error {
  override readonly name = 'DamagedLog';
}

/** Which part of which export. */
export interface ExportPart {
  /** Records of the whole export: those at the positions 1 to this. */
  readonly records: number;
  /** Leaves out the beginning up to the line of the record at this position: what an interrupted export has already. */
  readonly after?: number | undefined;
}

/**
 * An export as bytes, some hundred records at a time, so that memory and the time between requests stay bounded however
 * long the log is. The same log and the same number of records give the same bytes, to whoever asks and whenever.
 * @throws DamagedLog at the first record that is not as it was written
 */
export async function* exportBytes(
  log: Pick<LogReader, 'readWritten'>,
  { records, after }: ExportPart,
): AsyncGenerator<Buffer> {
  const sum = createHash('sha256');
  const types = new TypesSeen();
  let newestHash: string | null = null;
  const header = Buffer.from(`${headerLine(records)}\n`);
  sum.update(header);
  if (after === undefined) yield header;
  for (let position = 0; position < records;) {
    const upTo = Math.min(records, position + RECORDS_AT_ONCE);
    const lines: string[] = [];
    const unsent: string[] = [];
    for (const { record, body } of log.readWritten({ after: position, upTo })) {
      position += 1;
      if (record.position !== position || hashOf(body) !== record.hash)
        throw new DamagedLog(`the record at position ${String(position)} is not as it was written`);
      types.see(record.type, record.version);
      newestHash = record.hash;
      (position > (after ?? 0) ? unsent : lines).push(`${recordLine(record.hash, body)}\n`);
    }
    if (position < upTo) throw new DamagedLog(`the record at position ${String(position + 1)} is missing`);
    sum.update(lines.join(''));
    const bytes = Buffer.from(unsent.join(''));
    sum.update(bytes);
    if (bytes.length > 0) yield bytes;
    await setImmediate();
  }
  yield Buffer.from(`${closingLine({ newestHash, records, sha256: sum.digest('hex'), types: types.all() })}\n`);
}
