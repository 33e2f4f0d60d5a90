import type { DatabaseSync } from 'node:sqlite';
import { kindsOf, type Addition } from '../append.js';
import type { SealedRecord } from '../event-store.js';
import type { FactCatalogue } from '../facts.js';
import { chained } from '../kurrentdb/inbox.js';
import { hashOf, open } from '../record.js';
import { RecordCheck } from '../sqlite/check-record.js';
import { dataFolderFiles, refuseOtherKind, takeDataFolder, type DataFolder } from '../sqlite/data-folder.js';
import { openForReading, UnusableLog } from '../sqlite/open-database.js';
import { SqliteLog } from '../sqlite/sqlite-log.js';
import { SqliteWriter } from '../sqlite/sqlite-writer.js';
import type { CopyEnd, CopyTarget } from './copy-log.js';

/** Records of one page, and the bytes after which it ends: what is written in one transaction, too. */
const PAGE = 500;
const PAGE_BYTES = 1024 * 1024;

/** A log's file as it is read for a copy: every record is checked as `backup` does it, with what is derived from it. */
class CheckedFile {
  readonly #check: RecordCheck;

  constructor(
    private readonly db: DatabaseSync,
    private readonly file: string,
    catalogue: FactCatalogue,
  ) {
    this.#check = new RecordCheck(db, catalogue);
  }

  page(after: number, upTo: number): readonly SealedRecord[] {
    const page: SealedRecord[] = [];
    const rows = this.db.prepare('SELECT body FROM record WHERE position > ? AND position <= ? ORDER BY position');
    let bytes = 0;
    for (const row of rows.iterate(after, Math.min(upTo, after + PAGE)) as Iterable<unknown>) {
      const { body } = row as { readonly body: string };
      page.push({ record: open(body, hashOf(body)), body });
      bytes += body.length;
      if (bytes >= PAGE_BYTES) break;
    }
    const fault = this.#check.faultBetween(after, after + Math.max(1, page.length));
    if (fault === undefined) return page;
    throw new UnusableLog(`${this.file} is damaged: ${fault}. Restore it from a backup`);
  }

  head(): number {
    return Number(this.db.prepare('SELECT max(position) AS head FROM record').get()?.head ?? 0);
  }

  close(): void {
    if (this.db.isOpen) this.db.close();
  }
}

/**
 * The log of a data folder, to copy from. A server may be writing to it meanwhile.
 * @throws UnusableLog where there is none
 */
export function sqliteSource(folder: string, catalogue: FactCatalogue): CopyEnd {
  const { log: file } = dataFolderFiles(folder);
  const checked = new CheckedFile(openForReading(file).db, file, catalogue);
  return {
    place: file,
    advice: 'copy from another folder',
    head: () => Promise.resolve(checked.head()),
    page: (after, upTo) => Promise.resolve().then(() => checked.page(after, upTo)),
    close: () => Promise.resolve().then(() => checked.close()),
  };
}

/**
 * The log of a data folder, to copy into; made where it is missing. No server can take the folder until it is closed.
 * @throws UnusableLog where the folder is in use, cannot be used, or holds a replica
 */
export function sqliteTarget(folder: string, catalogue: FactCatalogue, kinds: readonly string[]): CopyTarget {
  const taken = takeDataFolder(folder);
  try {
    refuseOtherKind(folder, undefined);
    return new SqliteTarget(taken, catalogue, kinds);
  } catch (error) {
    taken.release();
    throw error;
  }
}

/** What is appended goes through the checks and the writer of a server's own log. */
class SqliteTarget implements CopyTarget {
  readonly place: string;
  readonly advice = 'name a folder that is not there yet';
  readonly #log: SqliteLog;
  readonly #writer: SqliteWriter;
  readonly #checked: CheckedFile;

  constructor(
    private readonly folder: DataFolder,
    private readonly catalogue: FactCatalogue,
    kinds: readonly string[],
  ) {
    this.place = folder.log;
    this.#log = new SqliteLog(folder.log, catalogue, kindsOf(kinds));
    this.#writer = new SqliteWriter(folder.log, kindsOf(kinds));
    this.#checked = new CheckedFile(openForReading(folder.log).db, folder.log, catalogue);
  }

  head(): Promise<number> {
    return Promise.resolve(this.#log.head());
  }

  async page(after: number, upTo: number): Promise<readonly SealedRecord[]> {
    return Promise.resolve().then(() => this.#checked.page(after, upTo));
  }

  async append(records: readonly SealedRecord[]): Promise<void> {
    const heads = new Map<string, { readonly revision: number; readonly hash: string | null }>();
    const additions = records.map((sealed): Addition => {
      const { stream, revision, hash } = sealed.record;
      const addition = this.#fitting(sealed, heads.get(stream) ?? this.#log.streamHead(stream));
      heads.set(stream, { revision, hash });
      return addition;
    });
    await this.#writer.write(additions);
    this.#log.advance(additions);
  }

  async close(): Promise<void> {
    this.#checked.close();
    await this.#writer.close();
    this.#log.close();
    this.folder.release();
  }

  /** @throws UnusableLog for what a server would not take in either */
  #fitting(sealed: SealedRecord, before: Parameters<typeof chained>[1]): Addition {
    try {
      return chained(sealed, before, this.catalogue);
    } catch (error) {
      throw new UnusableLog(`it cannot be copied: ${(error as Error).message}`, { cause: error });
    }
  }
}
