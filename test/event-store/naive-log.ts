import fc from 'fast-check';
import type { Append, Check, LogRecord, NewRecord } from '../../src/event-store/event-store.js';
import { seal } from '../../src/event-store/record.js';
import { claim, record } from '../support/invented-facts.js';

/** The log as one would first think of it: a list, gone through from the start for every question. */
export class NaiveLog {
  readonly records: LogRecord[] = [];
  readonly #attempts: Append[] = [];

  /** Positions, revisions and times of what was recorded, or the name of the error. */
  append({ records, checks, now }: Append): object[] | string {
    const onLog = records.filter(({ id }) => this.#withId(id));
    if (new Set(records.map(({ id }) => id)).size < records.length) return 'EventIdReused';
    if (records.length > 0 && onLog.length === records.length)
      return records.map(({ id }) => placeOf(this.#withId(id)));
    if (onLog.length > 0) return 'EventIdReused';
    for (const check of checks)
      if (
        'stream' in check
          ? this.#newestOf(check.stream) !== check.newest
          : 'kind' in check
            ? this.#ofKind(check.kind).join() !== check.streams.join()
            : this.#claimOf(check.name) !== check.claimedBy
      )
        return 'CheckFailed';
    const names = [...this.#names(), ...records.flatMap(nameIn)];
    if (new Set(names).size < names.length) return 'CheckFailed';
    const newest = this.records.at(-1)?.recordedAt ?? now;
    return records.map((fresh) => {
      const recordedAt = Date.parse(now) > Date.parse(newest) ? now : newest;
      const stored = seal(fresh, {
        position: this.records.length + 1,
        revision: this.revisionOf(fresh.stream) + 1,
        recordedAt,
        previousHash: this.#newestOf(fresh.stream),
      });
      this.records.push(stored.record);
      return placeOf(stored.record);
    });
  }

  /** A drawn step as an append to this log as it stands. */
  batchOf({ again, writes, checks, second }: Step): Append {
    // Of one record before the newest, or after it.
    const shifted = (all: readonly (string | null)[], off: number): string | null =>
      off > 0 ? 'another' : (all.at(-1 + off) ?? null);
    const earlier = again === undefined ? undefined : this.#attempts[again];
    const records = writes.map(({ stream, name }) => (name === undefined ? record(stream) : claim(stream, name)));
    const attempt: Append = {
      records: earlier ? [...earlier.records, ...(again === 1 ? records : [])] : records,
      checks: checks.map((check): Check =>
        'name' in check
          ? { name: `name/${check.name}`, claimedBy: check.off === 0 ? null : this.#claimOf(`name/${check.name}`) }
          : 'kind' in check
            ? { kind: check.kind, streams: this.#ofKind(check.kind).slice(check.off < 0 ? 1 : 0) }
            : { stream: check.stream, newest: shifted(this.#hashesIn(check.stream), check.off) },
      ),
      now: new Date(Date.UTC(2026, 11, 1, 12, 0, second, 40)).toISOString(),
    };
    this.#attempts.push(attempt);
    return attempt;
  }

  revisionOf(stream: string): number {
    return this.positionsIn(stream).length - 1;
  }

  positionsIn(stream: string): number[] {
    return this.records.filter((one) => one.stream === stream).map(({ position }) => position);
  }

  streams(): string[] {
    return [...new Set(this.records.map(({ stream }) => stream))];
  }

  #ofKind(kind: string): string[] {
    return this.streams().filter((name) => name.startsWith(`${kind}-`));
  }

  #hashesIn(stream: string): string[] {
    return this.records.filter((one) => one.stream === stream).map(({ hash }) => hash);
  }

  #newestOf(stream: string): string | null {
    return this.#hashesIn(stream).at(-1) ?? null;
  }

  #claimOf(name: string): string | null {
    return this.records.find((one) => nameIn(one).includes(name))?.hash ?? null;
  }

  #names(): string[] {
    return this.records.flatMap(nameIn);
  }

  #withId(id: string): LogRecord | undefined {
    return this.records.find((one) => one.id === id);
  }
}

const nameIn = ({ type, data }: NewRecord): string[] => (type === 'NameTaken' ? [`name/${data.name as string}`] : []);
const placeOf = (one: LogRecord | undefined): object => ({
  id: one?.id,
  position: one?.position,
  revision: one?.revision,
  recordedAt: one?.recordedAt,
});

interface Step {
  /** An earlier step to repeat (the second one with something new added). */
  readonly again: number | undefined;
  readonly writes: readonly { readonly stream: string; readonly name: string | undefined }[];
  /** `off`: how far the expected revision is from the true one. */
  readonly checks: readonly (
    | { readonly stream: string; readonly off: number }
    | { readonly name: string; readonly off: number }
    | { readonly kind: string; readonly off: number }
  )[];
  readonly second: number;
}

const stream = fc.constantFrom('month-2026-12', 'month-2027-01', 'slot-1', 'slot-pattern-1');
const name = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H');
const off = fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1) });

/** Appends to draw: mostly sound, some stale, some repeated, some claiming what is claimed; the clock goes both ways. */
export const batches: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    again: fc.option(fc.nat(3), { nil: undefined, freq: 3 }),
    writes: fc.array(fc.record({ stream, name: fc.option(name, { nil: undefined, freq: 1 }) }), { maxLength: 4 }),
    checks: fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.record({ stream, off }) },
        { weight: 1, arbitrary: fc.record({ name, off }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('month'), off }) },
      ),
      {
        maxLength: 3,
      },
    ),
    second: fc.nat(50),
  }),
  { maxLength: 12 },
);
