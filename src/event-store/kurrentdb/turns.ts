/** Milliseconds for which the others are remembered after their last record. */
const REMEMBERED = 250;
/** Appends whose time is remembered, for guessing how long another server's takes. */
const WEIGHT = 0.2;

/**
 * Who goes next, where several servers append to one stream: a server that has just appended, while others do too, lets
 * them go first. It waits until one of them has, but no longer than an append takes. Otherwise the one whose append
 * was first would be first again and again, and the others would only be refused.
 */
export class Turns {
  #othersSeenAt = -Infinity;
  #appendTakes = 5;
  /** Open while it is the others' turn. */
  #theirs: PromiseWithResolvers<void> | undefined;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** A record of another server has come. */
  othersWrote(): void {
    this.#othersSeenAt = this.now();
    this.#theirs?.resolve();
    this.#theirs = undefined;
  }

  /** An append of this server's has been recorded. */
  appended(milliseconds: number): void {
    this.#appendTakes += WEIGHT * (milliseconds - this.#appendTakes);
    if (this.now() - this.#othersSeenAt < REMEMBERED) this.#theirs = Promise.withResolvers();
  }

  /** Waits for this server's turn. */
  async mine(): Promise<void> {
    const theirs = this.#theirs;
    if (!theirs) return;
    const timer = setTimeout(theirs.resolve, this.#appendTakes * 1.5);
    await theirs.promise;
    clearTimeout(timer);
    this.#theirs = undefined;
  }
}
