import type { ServerDuplexStream, ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import { isRefusal, type Gate, type Outcome } from './gate.js';
import {
  appendRequest,
  appendSucceeded,
  appendWrongExpected,
  batchAppendFailed,
  batchAppendRequest,
  batchAppendSucceeded,
  type ProposedEvent,
  type WriteOptions,
} from './messages.js';
import { batchStatusOf, statusOf, type Refusal } from './refusals.js';
import type { Written } from './store.js';
import type { Caller } from './users.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** What is wrong with an event, whatever its stream is at. */
function faultOf({ id, type }: ProposedEvent): string | undefined {
  if (id === NO_ID) return "Empty eventId provided. (Parameter 'eventId')";
  if (!UUID.test(id)) return 'Unrecognized Guid format.';
  if (type === '') return "Empty eventType provided. (Parameter 'eventType')";
  return undefined;
}

/** The size of an append as the server counts it: the data of its events, and nothing else. */
const sizeOf = (events: readonly ProposedEvent[]): number => events.reduce((sum, { data }) => sum + data.length, 0);

/** What is wrong with the events of an append, whatever its stream is at. */
function unfit(gate: Gate, events: readonly ProposedEvent[]): Refusal | undefined {
  const limit = gate.shared.maxAppendSize;
  if (sizeOf(events) > limit) return { because: 'maximum-append-size-exceeded', limit };
  const reason = events.map(faultOf).find((fault) => fault !== undefined);
  return reason === undefined ? undefined : { because: 'bad-request', reason };
}

/** What a write came to, with a refusal where it was not kept. */
export function keptOr(
  written: Written,
  { stream, expected }: WriteOptions,
): (Written & { outcome: 'kept' }) | Refusal {
  switch (written.outcome) {
    case 'kept':
      return written;
    case 'stream-deleted':
      return { because: 'stream-deleted', stream };
    case 'wrong-expected-revision':
      return { because: 'wrong-expected-revision', stream, expected, current: written.current };
  }
}

/** `Streams/Append`: one append in a call of its own, as clients use it with credentials of their own for it. */
export function append(gate: Gate, call: ServerReadableStream<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void {
  const events: ProposedEvent[] = [];
  let options: WriteOptions | undefined;
  call.on('data', (encoded: Buffer) => {
    const part = appendRequest(encoded);
    if ('stream' in part) options = part;
    else events.push(part);
  });
  const serve = (): void => {
    // Its client is gone, and has not said that this was all: nothing of it is kept.
    if (call.cancelled) return;
    const asked = options;
    if (asked === undefined) {
      answer(statusOf({ because: 'bad-request', reason: 'An append without options' }));
      return;
    }
    const settle = (outcome: Outcome<Buffer>): void => {
      if (outcome.is === 'answered') answer(null, outcome.answer);
      else if (outcome.is === 'refused') answerRefusal(outcome.refusal, asked, answer);
      else if (outcome.is === 'ended') answer(statusOf({ because: 'ended' }));
    };
    void Promise.resolve(
      gate.serve(call, 'append', asked.stream, () => {
        const caller = gate.caller(call.metadata);
        if (isRefusal(caller)) return caller;
        const refusal = gate.refusal(caller, asked.stream, 'write', call.metadata) ?? unfit(gate, events);
        if (refusal) return refusal;
        const kept = keptOr(gate.shared.store.append(asked.stream, asked.expected, events), asked);
        return isRefusal(kept) ? kept : appendSucceeded(kept.revision, kept.position);
      }),
    ).then(settle);
  };
  // A connection that is lost ends the call too; that it was lost is known at the end of the turn.
  call.on('end', () => setImmediate(serve));
}

/** A single append tells of another revision in its answer, and of everything else in its status. */
function answerRefusal(refusal: Refusal, options: WriteOptions, answer: sendUnaryData<Buffer>): void {
  if (refusal.because === 'wrong-expected-revision')
    answer(null, appendWrongExpected(refusal.current, options.expected));
  else answer(statusOf(refusal));
}

/** An append whose parts are still coming in. */
interface Pending {
  readonly options: WriteOptions;
  readonly events: ProposedEvent[];
}

/** `Streams/BatchAppend`: appends one after another on one call that stays open, each under a correlation id. */
export function serveAppends(gate: Gate, call: ServerDuplexStream<Buffer, Buffer>): void {
  const caller = gate.caller(call.metadata);
  if (isRefusal(caller)) {
    call.emit('error', statusOf(caller));
    return;
  }
  const appends = new BatchAppend(gate, call, caller);
  call.on('data', (encoded: Buffer) => appends.receive(encoded));
  call.on('end', () => appends.end());
}

class BatchAppend {
  readonly #pending = new Map<string, Pending>();
  #turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly gate: Gate,
    private readonly call: ServerDuplexStream<Buffer, Buffer>,
    private readonly caller: Caller,
  ) {}

  /** Ends the call, once what came in is answered. */
  end(): void {
    void this.#turn.then(() => this.call.end());
  }

  /** Takes a part of an append; with its last part the append is served. */
  receive(encoded: Buffer): void {
    const { correlationId, options, events, isFinal } = batchAppendRequest(encoded);
    const key = correlationId.toString('hex');
    const pending = this.#pending.get(key) ?? (options ? { options, events: [] } : undefined);
    if (pending === undefined) return;
    this.#pending.set(key, pending);
    pending.events.push(...events);
    const { stream } = pending.options;
    if (!isFinal) return;
    this.#pending.delete(key);
    // Appends are served in the order in which they came, so one that a fault delays holds up those behind it.
    this.#turn = this.#turn.then(async () => {
      const outcome = await this.gate.serve(this.call, 'append', stream, () => this.#append(pending));
      this.#answer(correlationId, stream, outcome);
    });
  }

  #append({ options, events }: Pending): (Written & { outcome: 'kept' }) | Refusal {
    const refusal =
      this.gate.refusal(this.caller, options.stream, 'write', this.call.metadata) ?? unfit(this.gate, events);
    return refusal ?? keptOr(this.gate.shared.store.append(options.stream, options.expected, events), options);
  }

  #answer(correlationId: Buffer, stream: string, outcome: Outcome<Written & { outcome: 'kept' }>): void {
    if (outcome.is === 'answered') {
      const { revision, position } = outcome.answer;
      this.call.write(batchAppendSucceeded(correlationId, stream, revision, position));
    } else if (outcome.is === 'refused') {
      const failure = batchStatusOf(outcome.refusal);
      if (failure) this.call.write(batchAppendFailed(correlationId, stream, failure));
      else this.call.emit('error', statusOf(outcome.refusal));
    } else if (outcome.is === 'ended') this.call.end();
  }
}
