/** Milliseconds for which the others are remembered after their last record. */
const REMEMBERED = 2_000;
/** How many times as long as an append takes the others have: to hear of it, to decide anew and to append. */
const THEIRS = 2;
/** How much the newest append counts for how long one takes. */
const WEIGHT = 0.2;

/**
 * Who goes next, where several servers append to one stream: a server that has just appended, while others do too, lets
 * them go first. It waits until one of them has, but no longer than two appends take, counted from its own. Otherwise the
 * one whose append was first would be first again and again, and the others would only be refused.
 */
export class Turns {
  #othersSeenAt = -Infinity;
  #appendTakes = 5;
  /** Open while it is the others' turn, and until when that is at most. */
  #theirs: (PromiseWithResolvers<void> & { readonly until: number }) | undefined;

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
    const now = this.now();
    if (now - this.#othersSeenAt < REMEMBERED)
      this.#theirs = { ...Promise.withResolvers(), until: now + THEIRS * this.#appendTakes };
  }

  /** Waits for this server's turn. */
  async mine(): Promise<void> {
    const theirs = this.#theirs;
    const left = (theirs?.until ?? 0) - this.now();
    if (!theirs || left <= 0) return;
    const timer = setTimeout(theirs.resolve, left);
    await theirs.promise;
    clearTimeout(timer);
    this.#theirs = undefined;
  }
}
