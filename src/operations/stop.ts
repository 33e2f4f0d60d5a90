/**
 * Stops the program on SIGTERM and SIGINT, once, however many come. What was accepted is finished first; before there is
 * a server nothing has been accepted, and the program ends at once.
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
