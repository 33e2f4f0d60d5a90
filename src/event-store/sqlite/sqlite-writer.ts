import { DatabaseSync } from 'node:sqlite';
import { inMilliseconds, type Addition } from '../append.js';
import { LogUnavailable, OutcomeUnknown } from '../event-store.js';
import { Thread, type Ended } from './thread.js';
import type { Row, WriterAnswer } from './writer.js';

/** Writes to the log's file in a thread of its own, so that nobody else waits for the disk. */
export class SqliteWriter {
  readonly #thread: Thread<readonly Row[], WriterAnswer>;

  /** @param synchronous FULL: what is written is on the disk. NORMAL: the newest writes may be lost in a power cut, in whole. */
  constructor(
    private readonly file: string,
    private readonly kindOf: (stream: string) => string,
    synchronous: 'FULL' | 'NORMAL' = 'FULL',
  ) {
    this.#thread = new Thread('writer', { file, synchronous });
  }

  /**
   * Makes additions durable, all or none; one call at a time.
   * @throws LogUnavailable where nothing was recorded; OutcomeUnknown where the disk does not say
   */
  async write(additions: readonly Addition[]): Promise<void> {
    const told = await this.#thread.ask(additions.map((addition) => this.#rowOf(addition)));
    const answer = 'ended' in told ? this.#lookUp(additions, told) : told;
    if ('unknown' in answer) throw new OutcomeUnknown(`the disk does not say what became of it: ${answer.unknown}`);
    if ('failed' in answer) throw new LogUnavailable(`the log cannot be written: ${answer.failed}`);
  }

  async close(): Promise<void> {
    await this.#thread.close();
  }

  /** The thread ended before it answered: what became of the additions is seen in the file. */
  #lookUp(additions: readonly Addition[], { ended }: Ended): WriterAnswer {
    const last = additions.at(-1)?.record;
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(this.file, { readOnly: true, timeout: 5_000 });
      const row = db.prepare('SELECT hash FROM record WHERE position = ?').get(last?.position ?? 0);
      return row?.hash === last?.hash ? { done: true } : { failed: ended };
    } catch (error) {
      return { unknown: `${ended}, and then: ${(error as Error).message}` };
    } finally {
      db?.close();
    }
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
