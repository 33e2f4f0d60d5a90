import { setTimeout } from 'node:timers/promises';

/** Milliseconds before the second try, and at most between two. */
const FIRST = 50;
const LONGEST = 2_000;

/**
 * How long to wait between tries: twice as long each time up to a bound, and by chance between half and the whole of
 * that, so that servers which lost the same node do not all come back at once.
 */
export class Patience {
  #next = FIRST;

  /**
   * Waits before the next try; not at all once `signal` is aborted.
   * @param atMost milliseconds
   */
  async wait(signal?: AbortSignal, atMost = LONGEST): Promise<void> {
    const milliseconds = this.#next * (0.5 + Math.random() / 2);
    this.#next = Math.min(LONGEST, this.#next * 2);
    await pause(Math.max(0, Math.min(milliseconds, atMost)), signal);
  }

  /** It worked: the next wait is a short one again. */
  reset(): void {
    this.#next = FIRST;
  }
}

/** Waits for some milliseconds, or until `signal` is aborted. */
export const pause = (milliseconds: number, signal?: AbortSignal): Promise<unknown> =>
  setTimeout(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
