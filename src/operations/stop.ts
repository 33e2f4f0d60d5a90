import { setImmediate } from 'node:timers/promises';

/**
 * Stops the program on SIGTERM and SIGINT, once, however many come. What was accepted is finished first; before there is
 * a server nothing has been accepted, and the program ends where the start next listens for signals (`hearSignals`).
 */
export class Stop {
  #finish: (() => Promise<void>) | undefined;
  #stopping = false;

  /** Takes the signals from now on. */
  constructor() {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.#stop());
  }

  /** What is to be done before the program ends. */
  finishWith(finish: () => Promise<void>): void {
    this.#finish = finish;
  }

  #stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    if (!this.#finish) process.exit(0);
    this.#finish().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`stopping failed: ${(error as Error).message}\n`);
        process.exit(1);
      },
    );
  }
}

/**
 * Lets a signal be heard that came before this. The event loop takes signals up once a turn, together with what comes
 * over the network: one that came while this turn's work was under way is not heard before the end of the next.
 */
export async function hearSignals(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
