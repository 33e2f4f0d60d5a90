import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import type { LogReader } from '../../event-store/event-store.js';
import { ExportCheck } from '../verify/export-check.js';
import { judge, type Judgement } from '../verify/judgement.js';
import { CLOSING_BEGINS } from './export-format.js';
import { DamagedLog, exportBytes } from './export-lines.js';

/** An export cannot be written where it was asked for; the message says what to do. */
export class UnusableExport extends Error {
  override readonly name = 'UnusableExport';
}

/** Told how many events have been written, of all. */
export type ExportProgress = (done: number, all: number) => void;

/** What was written. */
export interface Exported extends Judgement {
  readonly records: number;
  /** Events that an interrupted export had written before. */
  readonly resumedAfter: number;
}

const PIECE = 1024 * 1024;
const LF = 10;

/**
 * Writes an export of a log into a file, and checks it on the way as a verifier will: a history that is not whole makes no
 * file. Until it is, the file is named `<file>.partial`; one that an interruption left is gone on with.
 * @throws UnusableExport, DamagedLog
 */
export async function exportToFile(log: LogReader, file: string, progress: ExportProgress): Promise<Exported> {
  if (existsSync(file)) throw new UnusableExport(`${file} exists already: move it away first, nothing is overwritten`);
  const partial = `${file}.partial`;
  const handle = openSync(partial, existsSync(partial) ? 'r+' : 'wx+', 0o600);
  try {
    const check = new ExportCheck();
    const begun = goOnWith(handle, partial, log, check);
    const { records } = begun ?? { records: log.head() };
    let size = begun?.size ?? 0;
    for await (const bytes of exportBytes(log, { records, after: begun?.after })) {
      check.push(bytes);
      for (let written = 0; written < bytes.length;)
        written += writeSync(handle, bytes, written, bytes.length - written, size + written);
      size += bytes.length;
      progress(check.progress.events, records);
    }
    const judged = judge(check.finish(), { heads: [], keys: [] });
    const [fault] = judged.faults;
    if (fault) throw new DamagedLog(`the log is not as it was written: ${fault.detail}`);
    fsyncSync(handle);
    renameSync(partial, file);
    return { ...judged, records, resumedAfter: begun?.after ?? 0 };
  } finally {
    closeSync(handle);
  }
}

/** What an interrupted export has: whole lines up to an event, of an export of so many. */
interface Begun {
  readonly records: number;
  readonly after: number;
  readonly size: number;
}

/** Takes in what is there, and makes sure that it is of this log. Undefined where that is not even a whole header. */
function goOnWith(handle: number, partial: string, log: LogReader, check: ExportCheck): Begun | undefined {
  const size = wholeLines(handle);
  for (let start = 0; start < size;) {
    const piece = pieceAt(handle, start, Math.min(PIECE, size - start));
    check.push(piece);
    start += piece.length;
  }
  ftruncateSync(handle, size);
  if (size === 0) return undefined;
  const { events: after, newestHash, isWhole } = check.soFar;
  const { all: records } = check.progress;
  const [written] = after === 0 ? [] : log.readWritten({ after: after - 1, upTo: after });
  if (!isWhole || records === undefined || records > log.head() || (written?.record.hash ?? null) !== newestHash)
    throw new UnusableExport(`${partial} is not the beginning of an export of this log: delete it to begin anew`);
  return { records, after, size };
}

/** Bytes up to the end of the last whole line that is no closing line; that is written anew. */
function wholeLines(handle: number): number {
  const all = fstatSync(handle).size;
  const end = all - tailFrom(handle, all).length;
  const last = tailFrom(handle, end - 1);
  return last.toString('latin1').startsWith(CLOSING_BEGINS) ? end - 1 - last.length : end;
}

/** The bytes before `end` that come after the last LF. */
function tailFrom(handle: number, end: number): Buffer {
  let tail: Buffer = Buffer.alloc(0);
  for (let start = end; start > 0;) {
    const from = Math.max(0, start - PIECE);
    tail = Buffer.concat([pieceAt(handle, from, start - from), tail]);
    const at = tail.lastIndexOf(LF);
    if (at >= 0) return tail.subarray(at + 1);
    start = from;
  }
  return tail;
}

/** @throws UnusableExport where the file has become shorter meanwhile */
function pieceAt(handle: number, start: number, length: number): Buffer {
  const piece = Buffer.allocUnsafe(length);
  for (let read = 0; read < length;) {
    const more = readSync(handle, piece, read, length - read, start + read);
    if (more === 0) throw new UnusableExport('the interrupted export was changed while it was read');
    read += more;
  }
  return piece;
}
