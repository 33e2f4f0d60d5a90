import { Worker } from 'node:worker_threads';
import type { TableWrite, TableWritten } from './table-writer.js';

/** The program of the thread, compiled or as source, as this file is. */
const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? './table-writer.ts' : './table-writer.js', import.meta.url);

/** Writes the file of the projections in a thread of its own, one write after the other, in the order in which they come. */
export class TableThread {
  readonly #worker: Worker;
  readonly #ended = Promise.withResolvers<undefined>();
  /** Why nothing is written any more. */
  #failure: string | undefined;
  #closing = false;
  readonly #waiting: ((written: TableWritten) => void)[] = [];

  constructor(file: string) {
    this.#worker = new Worker(PROGRAM, { workerData: { tables: file } });
    this.#worker.unref();
    this.#worker.on('message', (written: TableWritten) => this.#answer(written));
    this.#worker.on('error', (error: Error) => (this.#failure = error.message));
    this.#worker.on('exit', () => this.#end());
  }

  write(write: TableWrite): Promise<TableWritten> {
    if (this.#failure !== undefined) return Promise.resolve({ failed: this.#failure });
    const { promise, resolve } = Promise.withResolvers<TableWritten>();
    this.#waiting.push(resolve);
    // Only while it writes does the thread keep the program alive.
    this.#worker.ref();
    this.#worker.postMessage(write);
    return promise;
  }

  /** Finishes what was asked, and ends. */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      this.#worker.ref();
      this.#worker.postMessage(null);
    }
    await this.#ended.promise;
  }

  #answer(written: TableWritten): void {
    this.#waiting.shift()?.(written);
    if (this.#waiting.length === 0 && !this.#closing) this.#worker.unref();
  }

  #end(): void {
    this.#failure ??= 'the thread that saves the projections has ended';
    while (this.#waiting.length > 0) this.#answer({ failed: this.#failure });
    this.#ended.resolve(undefined);
  }
}
