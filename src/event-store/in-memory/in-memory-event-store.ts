import { hasOccurredBy, inMilliseconds, kindsOf, type Addition, type LogState } from '../append.js';
import type { Claim, EventStore, LogReader, LogRecord, RecordQuery, SealedRecord, StreamHead } from '../event-store.js';
import type { FactCatalogue } from '../facts.js';
import { GroupedStore } from '../grouped-store.js';
import { open } from '../record.js';

/** The log in memory, for tests: the same decisions as every adapter, kept in plain lists. */
export function inMemoryEventStore(catalogue: FactCatalogue, kinds: readonly string[]): EventStore {
  const log = new MemoryLog(catalogue, kindsOf(kinds));
  return new GroupedStore(
    {
      log,
      commit: (additions) => {
        log.advance(additions);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    },
    catalogue,
    kinds,
  );
}

/** What is durable, where that is memory. */
export class MemoryLog implements LogReader, LogState {
  readonly #records: { readonly body: string; readonly hash: string; readonly recordedAt: string }[] = [];
  readonly #streams = new Map<string, { readonly kind: string; readonly positions: number[] }>();
  readonly #claims = new Map<string, number>();
  readonly #ids = new Map<string, number>();

  constructor(
    private readonly catalogue: FactCatalogue,
    private readonly kindOf: (stream: string) => string,
  ) {}

  /** These follow the head. */
  advance(additions: readonly Addition[]): void {
    for (const { record, body, claims } of additions) {
      this.#records.push({ body, hash: record.hash, recordedAt: record.recordedAt });
      const stream = this.#streams.get(record.stream) ?? { kind: this.kindOf(record.stream), positions: [] };
      stream.positions.push(record.position);
      this.#streams.set(record.stream, stream);
      this.#ids.set(record.id, record.position);
      for (const name of claims) this.#claims.set(name, record.position);
    }
  }

  head(): number {
    return this.#records.length;
  }

  newestRecordedAt(): string | null {
    return this.#records.at(-1)?.recordedAt ?? null;
  }

  positionAt(instant: string): number {
    const stamp = inMilliseconds(instant);
    return this.#records.filter(({ recordedAt }) => recordedAt <= stamp).length;
  }

  streamHead(stream: string): StreamHead {
    const positions = this.#streams.get(stream)?.positions ?? [];
    const newest = positions.at(-1);
    return {
      revision: positions.length - 1,
      hash: newest === undefined ? null : (this.#records[newest - 1]?.hash ?? null),
    };
  }

  revisionOf(stream: string, upTo = Infinity): number {
    return (this.#streams.get(stream)?.positions ?? []).filter((position) => position <= upTo).length - 1;
  }

  readStream(stream: string, fromRevision = 0, upTo = Infinity): readonly LogRecord[] {
    return (this.#streams.get(stream)?.positions ?? [])
      .slice(fromRevision)
      .filter((position) => position <= upTo)
      .flatMap((position) => this.#at(position) ?? []);
  }

  *read(query: RecordQuery): Iterable<LogRecord> {
    let left = query.limit ?? Infinity;
    const end = Math.min(this.head(), query.upTo ?? Infinity);
    for (let position = (query.after ?? 0) + 1; position <= end; position += 1) {
      const record = this.#at(position);
      if (!record || left <= 0) return;
      if (
        (query.stream === undefined || query.stream === record.stream) &&
        (query.type === undefined || query.type === record.type) &&
        (query.actor === undefined || query.actor === record.actor.id) &&
        hasOccurredBy(record, query.occurredBy)
      ) {
        left -= 1;
        yield record;
      }
    }
  }

  *readWritten({ after = 0, upTo = Infinity }: Pick<RecordQuery, 'after' | 'upTo'>): Iterable<SealedRecord> {
    const end = Math.min(this.head(), upTo);
    for (let position = after + 1; position <= end; position += 1) {
      const stored = this.#records[position - 1];
      if (stored) yield { record: open(stored.body, stored.hash), body: stored.body };
    }
  }

  find(id: string): LogRecord | undefined {
    const record = this.written(id);
    return record && this.catalogue.current(record);
  }

  written(id: string): LogRecord | undefined {
    const position = this.#ids.get(id);
    return position === undefined ? undefined : this.#writtenAt(position);
  }

  streamsOf(kind: string, upTo = Infinity): readonly string[] {
    return [...this.#streams]
      .filter(([, stream]) => stream.kind === kind && (stream.positions[0] ?? Infinity) <= upTo)
      .map(([name]) => name);
  }

  claimOf(name: string): Claim | undefined {
    const position = this.#claims.get(name);
    const stored = this.#records[(position ?? 0) - 1];
    return position === undefined || !stored ? undefined : { position, hash: stored.hash };
  }

  #at(position: number): LogRecord | undefined {
    const record = this.#writtenAt(position);
    return record && this.catalogue.current(record);
  }

  #writtenAt(position: number): LogRecord | undefined {
    const stored = this.#records[position - 1];
    return stored && open(stored.body, stored.hash);
  }
}
