import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { TableWrite, TableWritten } from './table-writer.js';

/** The program of the thread, compiled or as source, as this file is. */
const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? './table-writer.ts' : './table-writer.js', import.meta.url);

/** Writes the file of the projections in a thread of its own, one write after the other, in the order in which they come. */
export class TableThread {
  readonly #worker: Worker;
  #gone: Promise<unknown> | undefined;
  readonly #waiting: ((written: TableWritten) => void)[] = [];

  constructor(file: string) {
    this.#worker = new Worker(PROGRAM, { workerData: { tables: file } });
    this.#worker.unref();
    this.#worker.on('message', (written: TableWritten) => this.#answer(written));
    this.#worker.on('error', (error: Error) => {
      while (this.#waiting.length > 0) this.#answer({ failed: error.message });
    });
  }

  write(write: TableWrite): Promise<TableWritten> {
    const { promise, resolve } = Promise.withResolvers<TableWritten>();
    this.#waiting.push(resolve);
    // Only while it writes does the thread keep the program alive.
    this.#worker.ref();
    this.#worker.postMessage(write);
    return promise;
  }

  /** Finishes what was asked, and ends. */
  async close(): Promise<void> {
    if (!this.#gone) {
      this.#worker.ref();
      this.#gone = once(this.#worker, 'exit');
      this.#worker.postMessage(null);
    }
    await this.#gone;
  }

  #answer(written: TableWritten): void {
    this.#waiting.shift()?.(written);
    if (this.#waiting.length === 0) this.#worker.unref();
  }
}
