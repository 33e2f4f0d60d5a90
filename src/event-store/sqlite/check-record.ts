import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inMilliseconds } from '../append.js';
import type { FactCatalogue } from '../facts.js';
import { hashOf, open } from '../record.js';
import { isDamage, sqliteCode } from './failure.js';

/** A row of the table `record`, whole. */
interface Row {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly actor: string;
  readonly occurred_at: string;
  readonly recorded_at: string;
  readonly body: string;
  readonly hash: string;
}

/** Checks stored records: each against its own hash, its columns, its stream's chain, and what is derived from it. */
export class RecordCheck {
  readonly #rows: StatementSync;
  readonly #before: StatementSync;
  readonly #after: StatementSync;
  readonly #stream: StatementSync;
  readonly #claim: StatementSync;

  constructor(
    db: DatabaseSync,
    private readonly catalogue: FactCatalogue,
  ) {
    this.#rows = db.prepare('SELECT * FROM record WHERE position > ? AND position <= ? ORDER BY position');
    this.#before = db.prepare('SELECT hash FROM record WHERE stream = ? AND revision = ?');
    this.#after = db.prepare('SELECT 1 AS there FROM record WHERE stream = ? AND revision = ?');
    this.#stream = db.prepare('SELECT kind, first, revision, hash FROM stream WHERE name = ?');
    this.#claim = db.prepare('SELECT position FROM claim WHERE name = ?');
  }

  /**
   * Checks the records after one position up to another.
   * @returns what is wrong with the first that is not as it was written; undefined where all are
   * @throws Error where the database cannot be read now
   */
  faultBetween(after: number, upTo: number): string | undefined {
    let expected = after;
    try {
      for (const row of this.#rows.iterate(after, upTo) as Iterable<unknown>) {
        expected += 1;
        const fault = this.#faultOf(row as Row, expected);
        if (fault !== undefined) return `the record at position ${String(expected)} ${fault}`;
      }
    } catch (error) {
      if (sqliteCode(error) !== undefined && !isDamage(error)) throw error;
      return `the record at position ${String(expected + 1)} cannot be read: ${(error as Error).message}`;
    }
    return expected < upTo ? `the record at position ${String(expected + 1)} is missing` : undefined;
  }

  #faultOf(row: Row, expected: number): string | undefined {
    if (row.position !== expected) return 'is missing';
    if (hashOf(row.body) !== row.hash) return 'is not what its hash says';
    const record = open(row.body, row.hash);
    const columns =
      record.position === row.position &&
      record.id === row.id &&
      record.stream === row.stream &&
      record.revision === row.revision &&
      record.type === row.type &&
      record.actor.id === row.actor &&
      inMilliseconds(record.occurredAt) === row.occurred_at &&
      record.recordedAt === row.recorded_at;
    if (!columns) return 'stands under columns that are not its own';
    const before = this.#before.get(row.stream, row.revision - 1)?.hash ?? null;
    if (before !== record.previousHash) return `is not chained to the record before it in ${row.stream}`;
    return this.#faultInDerived(row) ?? this.#faultInClaims(row);
  }

  #faultInDerived({ stream, revision, position, hash }: Row): string | undefined {
    const head = this.#stream.get(stream);
    const newest = this.#after.get(stream, revision + 1) === undefined;
    if (newest && head !== undefined && Number(head.revision) > revision)
      return `is followed in ${stream} by one that is missing`;
    const fits =
      head !== undefined &&
      stream.startsWith(`${String(head.kind)}-`) &&
      (revision > 0 || head.first === position) &&
      (!newest || (head.revision === revision && head.hash === hash));
    return fits ? undefined : `is not as the stream ${stream} has it`;
  }

  #faultInClaims({ body, hash, position }: Row): string | undefined {
    const record = open(body, hash);
    // What a program does not know it cannot check; it says so when it reads the record.
    if (!this.catalogue.knows(record.type, record.version)) return undefined;
    for (const name of this.catalogue.claimsOf(record))
      if (this.#claim.get(name)?.position !== position) return `has lost its claim of ${name}`;
    return undefined;
  }
}
