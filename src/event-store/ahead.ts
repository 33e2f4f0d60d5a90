import { hasOccurredBy, inMilliseconds, type Addition, type LogState } from './append.js';
import type { Claim, LogAhead, LogReader, LogRecord, RecordQuery, SealedRecord, StreamHead } from './event-store.js';

/** The log ahead: what is durable, and after it the additions that are under way, in their order. */
export class Ahead implements LogAhead, LogState {
  generation = 0;
  /** Additions under way, by position without gaps; the first follows the durable head. */
  #additions: Addition[] = [];
  readonly #byId = new Map<string, Addition>();
  readonly #byStream = new Map<string, Addition[]>();
  readonly #claims = new Map<string, Claim>();

  constructor(
    private readonly durable: LogReader & LogState,
    private readonly kindOf: (stream: string) => string,
  ) {}

  /** Takes in additions that follow all that is here. */
  add(additions: readonly Addition[]): void {
    for (const addition of additions) {
      const { record, claims } = addition;
      this.#additions.push(addition);
      this.#byId.set(record.id, addition);
      const stream = this.#byStream.get(record.stream);
      if (stream) stream.push(addition);
      else this.#byStream.set(record.stream, [addition]);
      for (const name of claims) this.#claims.set(name, record);
    }
  }

  /** The first additions have become durable. */
  settle(additions: readonly Addition[]): void {
    this.#additions = this.#additions.slice(additions.length);
    for (const { record, claims } of additions) {
      this.#byId.delete(record.id);
      const stream = this.#byStream.get(record.stream);
      stream?.shift();
      if (stream?.length === 0) this.#byStream.delete(record.stream);
      for (const name of claims) this.#claims.delete(name);
    }
  }

  /** None of it came to be. */
  reset(): void {
    this.generation += 1;
    this.#additions = [];
    this.#byId.clear();
    this.#byStream.clear();
    this.#claims.clear();
  }

  head(): number {
    return this.#additions.at(-1)?.record.position ?? this.durable.head();
  }

  newestRecordedAt(): string | null {
    return this.#additions.at(-1)?.record.recordedAt ?? this.durable.newestRecordedAt();
  }

  positionAt(instant: string): number {
    const stamp = inMilliseconds(instant);
    const newest = this.#additions.findLast(({ record }) => record.recordedAt <= stamp);
    return newest?.record.position ?? this.durable.positionAt(instant);
  }

  streamHead(stream: string): StreamHead {
    const newest = this.#byStream.get(stream)?.at(-1)?.record;
    return newest ?? this.durable.streamHead(stream);
  }

  revisionOf(stream: string, upTo = Infinity): number {
    const newest = this.#byStream.get(stream)?.findLast(({ record }) => record.position <= upTo);
    return newest?.record.revision ?? this.durable.revisionOf(stream, upTo === Infinity ? undefined : upTo);
  }

  readStream(stream: string, fromRevision = 0, upTo = Infinity): readonly LogRecord[] {
    const ahead = (this.#byStream.get(stream) ?? []).filter(
      ({ record: { revision, position } }) => revision >= fromRevision && position <= upTo,
    );
    const first = this.#byStream.get(stream)?.[0]?.record;
    if (first && first.revision <= fromRevision) return ahead.map(({ current }) => current);
    const durable = this.durable.readStream(stream, fromRevision, upTo === Infinity ? undefined : upTo);
    return ahead.length === 0 ? durable : [...durable, ...ahead.map(({ current }) => current)];
  }

  *read(query: RecordQuery): Iterable<LogRecord> {
    const { after = 0, upTo = Infinity, stream, type, actor, occurredBy, limit = Infinity } = query;
    const ahead = this.#additions.filter(
      ({ record }) =>
        record.position > after &&
        record.position <= upTo &&
        (stream === undefined || record.stream === stream) &&
        (type === undefined || record.type === type) &&
        (actor === undefined || record.actor.id === actor) &&
        hasOccurredBy(record, occurredBy),
    );
    let left = limit;
    for (const record of this.durable.read(query)) {
      left -= 1;
      yield record;
    }
    for (const { current } of ahead.slice(0, Math.max(0, left))) yield current;
  }

  *readWritten(query: Pick<RecordQuery, 'after' | 'upTo'>): Iterable<SealedRecord> {
    const { after = 0, upTo = Infinity } = query;
    const ahead = this.#additions.filter(({ record: { position } }) => position > after && position <= upTo);
    yield* this.durable.readWritten(query);
    yield* ahead;
  }

  find(id: string): LogRecord | undefined {
    return this.#byId.get(id)?.current ?? this.durable.find(id);
  }

  written(id: string): LogRecord | undefined {
    return this.#byId.get(id)?.record ?? this.durable.written(id);
  }

  streamsOf(kind: string, upTo = Infinity): readonly string[] {
    const begun = [...this.#byStream]
      .filter(
        ([name, [first]]) =>
          first?.record.revision === 0 && first.record.position <= upTo && this.kindOf(name) === kind,
      )
      .map(([name]) => name);
    const durable = this.durable.streamsOf(kind, upTo === Infinity ? undefined : upTo);
    return begun.length === 0 ? durable : [...durable, ...begun];
  }

  claimOf(name: string): Claim | undefined {
    return this.#claims.get(name) ?? this.durable.claimOf(name);
  }
}
