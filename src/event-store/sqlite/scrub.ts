import { DatabaseSync } from 'node:sqlite';
import type { FactCatalogue } from '../facts.js';
import type { Scrub, ScrubStatus } from '../scrub.js';
import { RecordCheck } from './check-record.js';
import { StructureCheck } from './check-structure.js';

/** Records that are checked at once. */
const SLICE = 200;
/** The check of the log's file. */
export class SqliteScrub implements Scrub {
  #db: DatabaseSync | undefined;
  #check: RecordCheck | undefined;
  readonly #structure = new StructureCheck();
  #position = 0;
  #fault: string | undefined;

  constructor(
    private readonly file: string,
    private readonly catalogue: FactCatalogue,
    private readonly head: () => number,
  ) {}

  get status(): ScrubStatus {
    return { position: this.#position, fault: this.#fault };
  }

  work(): boolean {
    if (this.#fault !== undefined) return false;
    const upTo = Math.min(this.head(), this.#position + SLICE);
    if (upTo <= this.#position) return false;
    const fault = this.#opened().faultBetween(this.#position, upTo);
    if (fault === undefined) this.#position = upTo;
    else this.#fault = `${this.file} is damaged: ${fault}`;
    return fault === undefined && upTo < this.head();
  }

  async checkStructure(): Promise<void> {
    const fault = await this.#structure.faultIn(this.file);
    if (fault !== undefined) this.#fault ??= `${this.file} is damaged in its structure: ${fault}`;
  }

  async close(): Promise<void> {
    await this.#structure.end();
    if (this.#db?.isOpen) this.#db.close();
  }

  /** On a connection of its own, opened when it is first needed. */
  #opened(): RecordCheck {
    this.#db ??= new DatabaseSync(this.file, { readOnly: true, timeout: 5_000 });
    return (this.#check ??= new RecordCheck(this.#db, this.catalogue));
  }
}
