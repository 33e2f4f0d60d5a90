import { binaryEvent, jsonEvent, type EventData, type JSONType } from '@kurrent/kurrentdb-client';
import type { SealedRecord } from '../event-store.js';
import { canonical, hashOf, open } from '../record.js';

/** An event of the log's stream, as the client hands it over. */
export interface ClusterEvent {
  readonly id: string;
  readonly type: string;
  readonly revision: bigint;
  readonly isJson: boolean;
  readonly data: unknown;
  readonly metadata?: unknown;
  readonly created: Date;
}

/** What stands in the stream is not a record of this log. */
export class ForeignEvent extends Error {
  override readonly name = 'ForeignEvent';
}

/** The cluster's log and the replica have different records at a position: they have not had the same history. */
export class ForkedLog extends Error {
  override readonly name = 'ForkedLog';
  constructor(position: number) {
    super(
      `the record at position ${String(position)} of this server's replica is not the one on the cluster: the cluster was restored to an older or another state, or the replica is another calendar's`,
    );
  }
}

/** What it means that the stream of the log was deleted, other than softly: it can never be written again. */
export const DELETED = 'the stream was deleted for good';

/** A record for the cluster, and the last position of its append, if it is known. */
export type ClusterRecord = SealedRecord & { readonly endsAt?: number };

/**
 * A record as an event: the canonical text as JSON, where a JSON parser gives the same text again, and otherwise its
 * bytes; with the causation that KurrentDB's own tools show, and where its append ends: a subscription can stop in the
 * middle of one.
 */
export function asEvent({ record, body, endsAt }: ClusterRecord): EventData {
  const { id, type, correlationId, causationId } = record;
  const data = JSON.parse(body) as JSONType;
  const metadata = {
    $correlationId: correlationId,
    $causationId: causationId,
    ...(endsAt === undefined ? {} : { endsAt }),
  };
  return JSON.stringify(data) === body
    ? jsonEvent({ id, type, data, metadata })
    : binaryEvent({ id, type, data: Buffer.from(body, 'utf8'), metadata: Buffer.from(JSON.stringify(metadata)) });
}

/**
 * The record that an event holds. Its hash is worked out anew, so that what was changed on the way no longer fits the
 * chain.
 * @throws ForeignEvent for an event that this program did not write
 */
export function asRecord(event: ClusterEvent): SealedRecord {
  if (event.type === '$streamDeleted') throw new ForeignEvent(DELETED);
  const at = `the event ${String(event.revision)} of the stream`;
  let sealed: SealedRecord;
  try {
    const body = event.isJson ? canonical(event.data) : Buffer.from(event.data as Uint8Array).toString('utf8');
    sealed = { record: open(body, hashOf(body)), body };
  } catch (error) {
    throw new ForeignEvent(`${at} is no record of a calendar: ${(error as Error).message}`, { cause: error });
  }
  const { record } = sealed;
  if (record.position !== Number(event.revision) + 1 || record.id !== event.id || record.type !== event.type)
    throw new ForeignEvent(`${at} is no record of a calendar: its place, id or type is not what it says itself`);
  return sealed;
}

/** Records that one append has at most: far more than a server takes at once. */
const MOST_IN_AN_APPEND = 100_000;

/**
 * Position of the last record of the append that an event came with; undefined for an event that does not say it.
 * @throws ForeignEvent for a position that cannot be: what waits for it would wait for ever
 */
export function endOf({ metadata, revision }: ClusterEvent): number | undefined {
  const plain: unknown = metadata instanceof Uint8Array ? parsed(metadata) : metadata;
  const { endsAt } = (plain ?? {}) as { readonly endsAt?: unknown };
  if (endsAt === undefined) return undefined;
  const position = Number(revision) + 1;
  if (!Number.isSafeInteger(endsAt) || Number(endsAt) < position || Number(endsAt) >= position + MOST_IN_AN_APPEND)
    throw new ForeignEvent(`the event ${String(revision)} of the stream says of its append what cannot be`);
  return Number(endsAt);
}

/** The metadata of an event whose data are bytes; undefined for what is no JSON. */
function parsed(metadata: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(metadata).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Bytes that a record takes in an append, roughly: its text, its metadata and its frame. */
export const sizeOf = ({ body }: SealedRecord): number => Buffer.byteLength(body) + 512;
