import { EMPTY, Fields, bytes, message, varint } from './wire.js';

/**
 * The messages of the protocol (`event_store.client.*`: shared, streams, gossip and server_features), by field number:
 * requests as the double reads them, answers as the server writes them.
 */

/** The revision that an append expects its stream to be at. */
export type Expected = number | 'any' | 'no-stream' | 'stream-exists';

/** An event as a client proposes it. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  /** Content type `application/json`; otherwise `application/octet-stream`. */
  readonly isJson: boolean;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

/** An event as the log has it. */
export interface StoredRecord extends ProposedEvent {
  readonly stream: string;
  readonly revision: number;
  /** Where it stands in the log of all streams; commit and prepare position are the same. */
  readonly position: number;
  /** Milliseconds since 1970. */
  readonly created: number;
}

/** What a read or a subscription asks for. */
export interface ReadRequest {
  /** Undefined for `$all`. */
  readonly stream: string | undefined;
  readonly from: number | 'start' | 'end';
  readonly isBackwards: boolean;
  /** Undefined for a subscription. */
  readonly count: number | undefined;
  /** Event ids as two numbers rather than as a text. */
  readonly hasStructuredIds: boolean;
  /** From 1 on, a read tells the stream's last revision. */
  readonly compatibility: number;
}

/** A request for a stream, and not for `$all`. */
export type StreamRequest = ReadRequest & { readonly stream: string };

/** A stream and the revision it is expected at: the head of an append, and all of a delete. */
export interface WriteOptions {
  readonly stream: string;
  readonly expected: Expected;
}

/** One part of a batch append; the parts of one append share a correlation id. */
export interface BatchAppendRequest {
  /** The message of the id, given back as it came. */
  readonly correlationId: Buffer;
  readonly options: WriteOptions | undefined;
  readonly events: readonly ProposedEvent[];
  readonly isFinal: boolean;
}

/** The revision of the record that says a stream is gone for good: the largest int64. */
export const TOMBSTONE_REVISION = Number.MAX_SAFE_INTEGER;

const streamName = (identifier: Fields): string => identifier.text(3);
const streamIdentifier = (stream: string): Buffer => bytes(3, stream);
const toUint64 = (revision: number): bigint => (revision === TOMBSTONE_REVISION ? 2n ** 63n - 1n : BigInt(revision));

export function readRequest(encoded: Buffer): ReadRequest {
  const options = new Fields(encoded).message(1);
  const stream = options.message(1);
  return {
    stream: options.has(1) ? streamName(stream.message(1)) : undefined,
    from: stream.has(3) ? 'start' : stream.has(4) ? 'end' : stream.number(2),
    isBackwards: options.number(3) === 1,
    count: options.has(6) ? undefined : options.number(5),
    hasStructuredIds: !options.message(9).has(2),
    compatibility: options.message(10).number(1),
  };
}

/** One message of the single append: first its options, then an event each. */
export function appendRequest(encoded: Buffer): WriteOptions | ProposedEvent {
  const request = new Fields(encoded);
  return request.has(1) ? writeOptions(request.message(1)) : proposedEvent(request.message(2));
}

export const deleteRequest = (encoded: Buffer): WriteOptions => writeOptions(new Fields(encoded).message(1));

export function batchAppendRequest(encoded: Buffer): BatchAppendRequest {
  const request = new Fields(encoded);
  return {
    correlationId: request.bytes(1),
    options: request.has(2) ? writeOptions(request.message(2)) : undefined,
    events: request.all(3).map((event) => proposedEvent(new Fields(event))),
    isFinal: request.number(4) === 1,
  };
}

function writeOptions(options: Fields): WriteOptions {
  const expected = options.has(2)
    ? options.number(2)
    : options.has(3)
      ? 'no-stream'
      : options.has(5)
        ? 'stream-exists'
        : 'any';
  return { stream: streamName(options.message(1)), expected };
}

function proposedEvent(event: Fields): ProposedEvent {
  const metadata = new Map(
    event.all(2).map((pair) => {
      const entry = new Fields(pair);
      return [entry.text(1), entry.text(2)];
    }),
  );
  return {
    id: uuidText(event.message(1)),
    type: metadata.get('type') ?? '',
    isJson: metadata.get('content-type') === 'application/json',
    metadata: event.bytes(3),
    data: event.bytes(4),
  };
}

function uuidText(id: Fields): string {
  if (id.has(2)) return id.text(2).toLowerCase();
  const halves = id.message(1);
  const digits = [1, 2].map((half) => BigInt.asUintN(64, halves.integer(half)).toString(16).padStart(16, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** An id as two signed numbers. */
export function structuredUuid(id: string): Buffer {
  const digits = id.replaceAll('-', '');
  const half = (at: number): bigint => BigInt.asIntN(64, BigInt(`0x${digits.slice(at, at + 16)}`));
  return bytes(1, message(varint(1, half(0)), varint(2, half(16))));
}

/** A record that a read or a subscription sends. */
export function eventRead(record: StoredRecord, hasStructuredIds: boolean): Buffer {
  const entry = (key: string, value: string): Buffer => bytes(6, message(bytes(1, key), bytes(2, value)));
  const recorded = message(
    bytes(1, hasStructuredIds ? structuredUuid(record.id) : bytes(2, record.id)),
    bytes(2, streamIdentifier(record.stream)),
    varint(3, toUint64(record.revision)),
    varint(4, record.position),
    varint(5, record.position),
    entry('type', record.type),
    entry('created', `${BigInt(record.created) * 10_000n}`),
    entry('content-type', record.isJson ? 'application/json' : 'application/octet-stream'),
    bytes(7, record.metadata),
    bytes(8, record.data),
  );
  return bytes(1, message(bytes(1, recorded), varint(3, record.position)));
}

export const confirmation = (subscriptionId: string): Buffer => bytes(2, bytes(1, subscriptionId));
export const streamNotFound = (stream: string): Buffer => bytes(4, bytes(1, streamIdentifier(stream)));
export const lastStreamPosition = (revision: number): Buffer => varint(6, revision);

/** Where a subscription is, for servers that say so: the time (milliseconds since 1970) and the last revision, if any. */
export interface Checkpoint {
  readonly at: number;
  readonly revision: number;
}

export const caughtUp = (checkpoint?: Checkpoint): Buffer => bytes(8, checkpointOf(checkpoint));
export const fellBehind = (checkpoint?: Checkpoint): Buffer => bytes(9, checkpointOf(checkpoint));

function checkpointOf(checkpoint: Checkpoint | undefined): Buffer {
  if (checkpoint === undefined) return EMPTY;
  const { at, revision } = checkpoint;
  const timestamp = message(varint(1, Math.floor(at / 1000)), varint(2, (at % 1000) * 1_000_000));
  return message(bytes(1, timestamp), ...(revision < 0 ? [] : [varint(2, revision)]));
}

const position = (at: number): Buffer => message(varint(1, at), varint(2, at));

/** The answer to an append that is kept: the revision of its last event (-1: none), and its position. */
const success = (revision: number, at: number): Buffer =>
  message(revision < 0 ? bytes(2, EMPTY) : varint(1, revision), bytes(3, position(at)));

export const appendSucceeded = (revision: number, at: number): Buffer => bytes(1, success(revision, at));

/** The answer to a single append that expected another revision; `current` is -1 where there is no stream. */
export function appendWrongExpected(current: number, expected: Expected): Buffer {
  const expectation = {
    any: [bytes(4, EMPTY), bytes(9, EMPTY)],
    'stream-exists': [bytes(5, EMPTY), bytes(10, EMPTY)],
    'no-stream': [varint(3, 2n ** 64n - 1n), bytes(11, EMPTY)],
  };
  return bytes(
    2,
    message(
      ...(current < 0 ? [bytes(2, EMPTY), bytes(7, EMPTY)] : [varint(1, current), varint(6, current)]),
      ...(typeof expected === 'number' ? [varint(3, expected), varint(8, expected)] : expectation[expected]),
    ),
  );
}

export const batchAppendSucceeded = (correlationId: Buffer, stream: string, revision: number, at: number): Buffer =>
  message(bytes(1, correlationId), bytes(3, success(revision, at)), bytes(4, streamIdentifier(stream)));

/** A failed append inside a batch append: `google.rpc.Status` with one detail. */
export interface BatchStatus {
  readonly code: number;
  readonly message: string;
  readonly detail: { readonly type: string; readonly content: Buffer };
}

export function batchAppendFailed(correlationId: Buffer, stream: string, status: BatchStatus): Buffer {
  const detail = message(bytes(1, `type.googleapis.com/${status.detail.type}`), bytes(2, status.detail.content));
  const error = message(varint(1, status.code), bytes(2, status.message), bytes(3, detail));
  return message(bytes(1, correlationId), bytes(2, error), bytes(4, streamIdentifier(stream)));
}

/** The detail of an append in a batch that expected another revision; `current` is -1 where there is no stream. */
export function wrongExpectedVersion(current: number, expected: Expected): Buffer {
  const flags = { any: 4, 'stream-exists': 5, 'no-stream': 6 };
  return message(
    current < 0 ? bytes(2, EMPTY) : varint(1, current),
    typeof expected === 'number' ? varint(3, expected) : bytes(flags[expected], EMPTY),
  );
}

export const streamDeleted = (stream: string): Buffer => bytes(1, streamIdentifier(stream));
export const maximumAppendSizeExceeded = (limit: number): Buffer => varint(1, limit);
export const badRequest = (reason: string): Buffer => bytes(1, reason);

/** The answer to a delete or a tombstone. */
export const deleteSucceeded = (at: number): Buffer => bytes(1, position(at));

/** A node as gossip tells it. */
export interface Member {
  readonly instanceId: string;
  readonly state: 'Unknown' | 'Follower' | 'Leader';
  readonly isAlive: boolean;
  readonly host: string;
  readonly port: number;
}

const STATES = { Unknown: 2, Follower: 6, Leader: 8 };

/** The answer to a gossip read; `now` in milliseconds since 1970. */
export const clusterInfo = (members: readonly Member[], now: number): Buffer =>
  message(
    ...members.map(({ instanceId, state, isAlive, host, port }) =>
      bytes(
        1,
        message(
          bytes(1, structuredUuid(instanceId)),
          varint(2, BigInt(now) * 10_000n),
          varint(3, STATES[state]),
          varint(4, isAlive ? 1 : 0),
          bytes(5, message(bytes(1, host), varint(2, port))),
        ),
      ),
    ),
  );

/** A method that a server says it has, with the features of it. */
export interface SupportedMethod {
  readonly service: string;
  readonly method: string;
  readonly features: readonly string[];
}

export const supportedMethods = (methods: readonly SupportedMethod[], version: string): Buffer =>
  message(
    ...methods.map(({ service, method, features }) =>
      bytes(1, message(bytes(1, method), bytes(2, service), ...features.map((feature) => bytes(3, feature)))),
    ),
    bytes(2, version),
  );
