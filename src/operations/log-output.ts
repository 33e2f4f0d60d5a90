import { writeSync } from 'node:fs';

/** Milliseconds to wait for a reader that does not take what is written, and how often. */
const PAUSE = 5;
const PAUSES = 20;

/**
 * Standard output as the destination of the log. A line that cannot be written, because the disk that it goes to is full
 * or nobody reads it, is lost; the server goes on, and says how many were lost as soon as a line can be written again.
 */
export class LogOutput {
  #lost = 0;
  #why = '';
  /** A line was written in part. */
  #cut = false;

  constructor(private readonly descriptor = 1) {}

  write(line: string): void {
    try {
      if (this.#lost > 0) this.#tellLost();
      this.#writeAll(line);
    } catch (error) {
      this.#lost += 1;
      this.#why = (error as Error).message;
    }
  }

  #tellLost(): void {
    const msg = `${String(this.#lost)} lines of this log were lost: ${this.#why}`;
    this.#writeAll(`${this.#cut ? '\n' : ''}${JSON.stringify({ level: 40, time: Date.now(), msg })}\n`);
    this.#lost = 0;
    this.#cut = false;
  }

  /** @throws Error where not all of it can be written */
  #writeAll(text: string): void {
    let rest: Uint8Array = Buffer.from(text);
    // Who has lost lines already is not waited for.
    let pauses = this.#lost > 0 ? 0 : PAUSES;
    while (rest.length > 0)
      try {
        rest = rest.subarray(writeSync(this.descriptor, rest));
        this.#cut = rest.length > 0;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || pauses === 0) throw error;
        pauses -= 1;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
      }
  }
}
