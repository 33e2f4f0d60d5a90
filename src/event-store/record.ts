import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { LogRecord, NewRecord, SealedRecord } from './event-store.js';

/** What the log adds to a new record. */
export type Place = Pick<LogRecord, 'position' | 'revision' | 'recordedAt' | 'previousHash'>;

/**
 * Gives a record its final form.
 * @throws TypeError where the data have no RFC 8785 form (a lone surrogate, a number that is not finite)
 */
export function seal(fresh: NewRecord, place: Place): SealedRecord {
  const { id, stream, type, version, data, occurredAt, actor, commandId, correlationId, causationId } = fresh;
  const { position, revision, recordedAt, previousHash } = place;
  const body = canonical({
    position,
    stream,
    revision,
    id,
    type,
    version,
    data,
    occurredAt,
    recordedAt,
    actor,
    commandId,
    correlationId,
    causationId,
    previousHash,
  });
  return { body, record: open(body, hashOf(body)) };
}

/** RFC 8785 text of a value. @throws TypeError where it has none */
export function canonical(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (error) {
    throw new TypeError(`the value has no canonical JSON form: ${(error as Error).message}`, { cause: error });
  }
  if (text === undefined) throw new TypeError('the value has no canonical JSON form');
  return text;
}

/** SHA-256 of a canonical text, hex. */
export const hashOf = (body: string): string => hash('sha256', body, 'hex');

/** The record that a canonical text and its hash stand for. */
export const open = (body: string, hash: string): LogRecord => ({
  ...(JSON.parse(body) as Omit<LogRecord, 'hash'>),
  hash,
});
