import { randomUUID } from 'node:crypto';
import type { Reading } from '../../src/commands/reading.js';
import type { EventStore, LogRecord, NewRecord } from '../../src/event-store/event-store.js';
import { TestCalendar } from './calendar.js';

/** A fact, its stream, and when it was true where that is not when it was recorded. */
export interface Told {
  readonly stream: string;
  readonly fact: { readonly type: string; readonly version: number; readonly data: object };
  readonly occurredAt?: string | undefined;
}

/** Records facts on a log, at an instant, or as soon as the last of them has occurred. */
export async function tell(store: EventStore, at: string, facts: readonly Told[]): Promise<void> {
  const commandId = randomUUID();
  const records = facts.map(({ stream, fact, occurredAt }): NewRecord => ({
    id: randomUUID(),
    stream,
    type: fact.type,
    version: fact.version,
    data: fact.data as NewRecord['data'],
    occurredAt: occurredAt ?? at,
    actor: { id: 'key-1', role: 'scheduler' },
    commandId,
    correlationId: commandId,
    causationId: commandId,
  }));
  const now = records.map(({ occurredAt }) => occurredAt).reduce((latest, one) => (one > latest ? one : latest), at);
  await store.append({ records, checks: [], now });
}

/** A log of facts that were put there as they are, and its readings. */
export class ToldLog {
  readonly #calendar = new TestCalendar('2019-01-01T09:00:00Z');
  /** Where the log stood after each telling: what was recorded together is known together. */
  readonly #ends = [0];

  get store(): EventStore {
    return this.#calendar.store;
  }

  /** Records facts at an instant. */
  async tell(at: string, ...facts: readonly Told[]): Promise<void> {
    await tell(this.store, at, facts);
    this.#ends.push(this.store.head());
  }

  /** The position of the last telling that had ended by a share of all of them. */
  endAt(share: number): number {
    return this.#ends[Math.floor(share * (this.#ends.length - 1))] ?? 0;
  }

  /** Has the projections take in all that there is; a read by itself takes in no more than a little. */
  catchUp(): void {
    while (this.#calendar.pipeline.projections.work());
  }

  reading(upTo?: number): Reading {
    return this.#calendar.pipeline.reading(upTo);
  }

  records(upTo = Infinity): LogRecord[] {
    return [...this.store.read({})].filter(({ position }) => position <= upTo);
  }
}

/** The local month of an instant, worked out apart from the program. */
export const londonMonth = (instant: string): string =>
  Temporal.Instant.from(instant).toZonedDateTimeISO('Europe/London').toPlainDate().toString().slice(0, 7);

/** Minutes between two instants; a started one counts. */
export const minutesBetween = (start: string, end: string): number =>
  Math.ceil((Temporal.Instant.from(end).epochMilliseconds - Temporal.Instant.from(start).epochMilliseconds) / 60_000);
