import { BoundedMap } from '../event-store/bounded-map.js';

/** An answer as it is sent. */
export interface SentAnswer {
  readonly body: string;
  readonly etag: string;
}

interface Remembered extends SentAnswer {
  /** Whether what it was made of is still so. */
  readonly holds: () => boolean;
  /** When it was made, milliseconds since 1970; undefined where it did not ask for the time. */
  readonly madeAt: number | undefined;
}

/** How many answers are kept, and the longest that is. Characters. */
const KEPT = 512;
const LONGEST = 256 * 1024;
/** For how long an answer that asked for the time is given again. Milliseconds. */
const MOMENT = 1_000;

/**
 * Answers that are given again for as long as nothing that they were made of has changed: dashboards ask for the same
 * months and reports all the time, and a fact changes few of them.
 */
export class RememberedAnswers {
  readonly #answers = new BoundedMap<string, Remembered>(KEPT);

  /** @param now milliseconds since 1970, of the clock that answers are made by */
  constructor(private readonly now: () => number) {}

  /** The answer under this key, where it still holds. */
  get(key: string): SentAnswer | undefined {
    const known = this.#answers.get(key);
    if (!known) return undefined;
    if (this.#isTimely(known) && known.holds()) return known;
    this.#answers.delete(key);
    return undefined;
  }

  /** Keeps an answer. @param askedTime whether it depends on the time of day */
  set(key: string, answer: SentAnswer, holds: () => boolean, askedTime: boolean): void {
    if (answer.body.length > LONGEST) return;
    this.#answers.set(key, { ...answer, holds, madeAt: askedTime ? this.now() : undefined });
  }

  /** A clock that was set back makes an answer as old as one that was set forward. */
  #isTimely({ madeAt }: Remembered): boolean {
    return madeAt === undefined || Math.abs(this.now() - madeAt) <= MOMENT;
  }
}
