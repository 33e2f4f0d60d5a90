/** Where the program's time comes from. */
export interface Clock {
  /** The present instant, UTC, in milliseconds: `2026-10-01T09:00:00.000Z`. */
  now(): string;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date().toISOString() };

/** A clock that stands still until it is moved (`TEST_CLOCK`). */
export class StandingClock implements Clock {
  #now: string;

  /** @param instant any RFC 3339 instant */
  constructor(instant: string) {
    this.#now = inMilliseconds(instant);
  }

  now(): string {
    return this.#now;
  }

  /** Moves it, back as well as forward. */
  moveTo(instant: string): void {
    this.#now = inMilliseconds(instant);
  }
}

const inMilliseconds = (instant: string): string =>
  new Date(Temporal.Instant.from(instant).epochMilliseconds).toISOString();

/** The later of two instants in the form that the clock gives. */
export const later = (a: string, b: string | null): string => (b !== null && b > a ? b : a);
