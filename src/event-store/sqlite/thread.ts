import { Worker } from 'node:worker_threads';

/** The thread ended before it answered, and why. Its connections are closed by then. */
export interface Ended {
  readonly ended: string;
}

/**
 * A program that works in a thread of its own, request after request in the order in which they come; `null` asks it to
 * end. One that dies leaves what it was asked unanswered, which is told; the next request starts another.
 */
export class Thread<Request extends object | string, Answer extends object> {
  #worker: Worker | undefined;
  #closing = false;
  /** Those who wait for an answer, oldest first. */
  #waiting: ((answer: Answer | Ended) => void)[] = [];

  /**
   * @param program the thread's file, without its ending: compiled or as source, as this file is
   * @param data what it is started with
   */
  constructor(
    private readonly program: string,
    private readonly data: unknown,
  ) {}

  ask(request: Request): Promise<Answer | Ended> {
    const worker = (this.#worker ??= this.#start());
    const { promise, resolve } = Promise.withResolvers<Answer | Ended>();
    this.#waiting.push(resolve);
    // Only while it works does the thread keep the program alive.
    worker.ref();
    worker.postMessage(request);
    return promise;
  }

  /** Finishes what was asked, and ends. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    worker.ref();
    if (!this.#closing) worker.postMessage(null);
    this.#closing = true;
    await gone;
  }

  #start(): Worker {
    const file = `./${this.program}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`;
    const worker = new Worker(new URL(file, import.meta.url), { workerData: this.data });
    let why = '';
    worker.on('message', (answer: Answer) => {
      this.#waiting.shift()?.(answer);
      if (this.#waiting.length === 0 && !this.#closing) worker.unref();
    });
    worker.on('error', (error) => (why = `: ${(error as Error).message}`));
    worker.once('exit', () => {
      this.#worker = undefined;
      this.#closing = false;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const tell of waiting) tell({ ended: `the thread that writes ended${why}` });
    });
    return worker;
  }
}
