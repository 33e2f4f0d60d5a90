import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { inMilliseconds, type Addition } from '../append.js';
import { LogUnavailable } from '../event-store.js';
import type { Row, WriterAnswer, WriterRequest } from './writer.js';

/** The program of the thread, compiled or as source, as this file is. */
const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? './writer.ts' : './writer.js', import.meta.url);

/** Writes to the log's file in a thread of its own, so that nobody else waits for the disk. */
export class SqliteWriter {
  #worker: Worker | undefined;

  constructor(
    private readonly file: string,
    private readonly kindOf: (stream: string) => string,
    /** FULL: what is written is on the disk. NORMAL: the newest writes may be lost in a power cut, in whole. */
    private readonly synchronous: 'FULL' | 'NORMAL' = 'FULL',
  ) {}

  /**
   * Makes additions durable, all or none; one call at a time.
   * @throws LogUnavailable where nothing was recorded
   */
  async write(additions: readonly Addition[]): Promise<void> {
    const worker = (this.#worker ??= this.#start());
    // Only while it writes does the thread keep the program alive.
    worker.ref();
    worker.postMessage(additions.map((addition) => this.#rowOf(addition)) satisfies WriterRequest);
    const [answer] = (await once(worker, 'message')) as [WriterAnswer];
    worker.unref();
    if ('failed' in answer) throw new LogUnavailable(`the log cannot be written: ${answer.failed}`);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    this.#worker = undefined;
    worker.ref();
    const gone = once(worker, 'exit');
    worker.postMessage(null satisfies WriterRequest);
    await gone;
  }

  #start(): Worker {
    return new Worker(PROGRAM, { workerData: { file: this.file, synchronous: this.synchronous } });
  }

  #rowOf({ record, body, claims }: Addition): Row {
    const { position, id, stream, revision, type, actor, occurredAt, recordedAt, hash } = record;
    return [
      [position, id, stream, revision, type, actor.id, inMilliseconds(occurredAt), recordedAt, body, hash],
      this.kindOf(stream),
      claims.length === 0 ? NO_CLAIMS : claims,
    ];
  }
}

const NO_CLAIMS: readonly string[] = [];
