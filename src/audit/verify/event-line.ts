import { hash } from 'node:crypto';
import { AFTER_RECORD, BEFORE_HASH, BEFORE_RECORD } from '../export/export-format.js';

/** What checking a history needs of a record; the rest is in its hash. */
export interface ReadRecord {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly previousHash: string | null;
}

/** A record's line that is as its own hash says, or what is wrong with it. */
export type EventLine =
  { readonly hash: string; readonly record: ReadRecord; readonly text: () => string } | { readonly problem: string };

const HASH_DIGITS = 64;
const RECORD_AT = BEFORE_HASH.length + HASH_DIGITS + BEFORE_RECORD.length;
/** The fields at the end of a canonical text take no more than this, unless a name in them is very long. Bytes. */
const TAIL_BYTES = 640;

/**
 * The end of a record in canonical form, whose fields are in the order of their names: what comes after `data`. It
 * matches nothing but the fields of the record itself, for none that stands deeper can end the text with one brace.
 */
const TAIL =
  /,"id":"[^"\\]*","occurredAt":"[^"\\]*","position":(\d{1,15}),"previousHash":(?:null|"([0-9a-f]{64})"),"recordedAt":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)","revision":(\d{1,15}),"stream":"([^"\\]*)","type":"([^"\\]*)","version":(\d{1,9})\}$/;

/**
 * Reads a line, without its LF. The text of the record is hashed as it stands. Most records are read from the end of
 * their text, where everything is that is needed; parsing the whole would take longer than all other checks together.
 */
export function readEventLine(line: Buffer): EventLine {
  const framed =
    line.toString('latin1', 0, BEFORE_HASH.length) === BEFORE_HASH &&
    line.toString('latin1', RECORD_AT - BEFORE_RECORD.length, RECORD_AT) === BEFORE_RECORD &&
    line.toString('latin1', line.length - AFTER_RECORD.length) === AFTER_RECORD;
  if (!framed) return { problem: 'its line has not the form of an event' };
  const body = line.subarray(RECORD_AT, -AFTER_RECORD.length);
  const stated = line.toString('latin1', BEFORE_HASH.length, BEFORE_HASH.length + HASH_DIGITS);
  if (hash('sha256', body) !== stated) return { problem: 'it is not what its hash says' };
  const text = (): string => body.toString();
  const record = fromTail(body.toString('utf8', Math.max(0, body.length - TAIL_BYTES))) ?? parsed(text());
  return record ? { hash: stated, record, text } : { problem: 'it lacks a field that every event has' };
}

function fromTail(tail: string): ReadRecord | undefined {
  const found = TAIL.exec(tail);
  if (!found) return undefined;
  const [, position, previousHash, recordedAt = '', revision, stream = '', type = '', version] = found;
  return {
    position: Number(position),
    previousHash: previousHash ?? null,
    recordedAt,
    revision: Number(revision),
    stream,
    type,
    version: Number(version),
  };
}

const HASH = /^[0-9a-f]{64}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function parsed(text: string): ReadRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is ReadRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { position, stream, revision, type, version, recordedAt, previousHash } = value as Record<string, unknown>;
  return (
    isCount(position) &&
    typeof stream === 'string' &&
    isCount(revision) &&
    typeof type === 'string' &&
    isCount(version) &&
    typeof recordedAt === 'string' &&
    INSTANT.test(recordedAt) &&
    (previousHash === null || (typeof previousHash === 'string' && HASH.test(previousHash)))
  );
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
