import type { LogReader, LogRecord } from './event-store.js';

/** A fact as a fold sees it: its typed data, and the rest of its record. */
export type Recorded<E> = E & Omit<LogRecord, 'type' | 'data'>;

/** How the state of one kind of thing is made from its stream. Pure. */
export interface Fold<S, E> {
  /** Kind of its streams: `<kind>-<id>`. */
  readonly kind: string;
  initial(id: string): S;
  evolve(state: S, event: Recorded<E>): S;
}

/** The state of a stream, and the record that it was folded up to. */
export interface Folded<S> {
  readonly state: S;
  /** Revision of the newest record that is in the state; -1: none is. */
  readonly revision: number;
  /** Hash of that record; null: none. */
  readonly newest: string | null;
}

/** How many streams' states are kept in memory. */
const CACHED_STATES = 5_000;

/**
 * States of streams, kept current from the log: a cached state is brought forward by the records that have come since,
 * so it is never stale. Bounded: the states least recently used are folded again when they are needed.
 */
export class States {
  readonly #cache = new Map<Fold<unknown, never>, Map<string, Folded<unknown>>>();
  #size = 0;
  #generation: number | undefined;

  /** @param log what is durable, or the log ahead, whose states are void when its generation changes */
  constructor(
    private readonly log: LogReader & { readonly generation?: number },
    private readonly capacity = CACHED_STATES,
  ) {
    this.#generation = log.generation;
  }

  /**
   * The state of a stream and the record that it was folded up to, at the head or as of a position; of all of it, or of
   * what was true by an instant.
   */
  at<S, E>(fold: Fold<S, E>, stream: string, upTo?: number, occurredBy?: string): Folded<S> {
    if (this.#generation !== this.log.generation) this.#forget();
    const id = stream.slice(fold.kind.length + 1);
    if (occurredBy !== undefined) {
      const records = [...this.log.read({ stream, upTo, occurredBy })];
      return advance(fold, initial(fold, id), records);
    }
    if (upTo !== undefined && upTo < this.log.head())
      return advance(fold, initial(fold, id), this.log.readStream(stream, 0, upTo));
    const cache = this.#cacheOf(fold);
    const cached = cache.get(stream) as Folded<S> | undefined;
    if (cached?.newest === this.log.streamHead(stream).hash) {
      cache.delete(stream);
      cache.set(stream, cached);
      return cached;
    }
    const current =
      this.#broughtForward(fold, stream, cached) ?? advance(fold, initial(fold, id), this.log.readStream(stream));
    // Names that nobody has used push nothing out of the cache.
    if (current.revision < 0) return current;
    if (cache.delete(stream)) this.#size -= 1;
    cache.set(stream, current);
    this.#size += 1;
    this.#shrink();
    return current;
  }

  /** A cached state with the records that have come since; undefined if they do not follow what it was folded from. */
  #broughtForward<S, E>(fold: Fold<S, E>, stream: string, cached: Folded<S> | undefined): Folded<S> | undefined {
    if (!cached) return undefined;
    const records = this.log.readStream(stream, cached.revision + 1);
    return records[0]?.previousHash === cached.newest ? advance(fold, cached, records) : undefined;
  }

  #forget(): void {
    this.#cache.clear();
    this.#size = 0;
    this.#generation = this.log.generation;
  }

  #cacheOf<S, E>(fold: Fold<S, E>): Map<string, Folded<unknown>> {
    const key = fold as Fold<unknown, never>;
    const cache = this.#cache.get(key) ?? new Map<string, Folded<unknown>>();
    this.#cache.set(key, cache);
    return cache;
  }

  /** Forgets the oldest of the fullest cache until the bound holds. */
  #shrink(): void {
    while (this.#size > this.capacity) {
      const [fullest] = [...this.#cache.values()].sort((a, b) => b.size - a.size);
      const oldest = fullest?.keys().next().value;
      if (fullest === undefined || oldest === undefined) return;
      fullest.delete(oldest);
      this.#size -= 1;
    }
  }
}

const initial = <S, E>(fold: Fold<S, E>, id: string): Folded<S> => ({
  state: fold.initial(id),
  revision: -1,
  newest: null,
});

function advance<S, E>(fold: Fold<S, E>, from: Folded<S>, records: readonly LogRecord[]): Folded<S> {
  // The catalogue has checked every record against its type, and a stream holds only facts of its kind.
  return records.reduce<Folded<S>>(
    ({ state }, record) => ({
      state: fold.evolve(state, record as unknown as Recorded<E>),
      revision: record.revision,
      newest: record.hash,
    }),
    from,
  );
}
