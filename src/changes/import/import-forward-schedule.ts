import { setImmediate } from 'node:timers/promises';
import type { CommandPipeline, Envelope, Outcome } from '../../commands/command-pipeline.js';
import { isId } from '../../commands/text.js';
import { canonical } from '../../event-store/record.js';
import { remembered } from '../../rulebook/bounded-cache.js';
import { changeFold } from '../change.js';
import type { ResponsiblePerson } from '../events.js';
import { CsvRecords, type CsvRecord } from './csv-records.js';
import { importRows, standingOf, type ImportableRow, type Standing } from './import-rows.js';
import { COLUMNS, headerErrors, readRow, type Cells, type ScheduleRow } from './schedule-row.js';

/** How many rows were met so far, and what became of them. */
export interface Tally {
  readonly rows: number;
  readonly accepted: number;
  readonly alreadyRecorded: number;
  readonly rejected: number;
}

/** A row that was not taken in, with everything that is wrong with it. */
export interface RejectedRow {
  /** From 1, the header apart. */
  readonly row: number;
  /** Null where the row has none that could be read. */
  readonly changeId: string | null;
  readonly errors: readonly string[];
}

/** Who imports, and who wants to hear of it while it goes on. */
export interface ImportOptions {
  readonly by: Pick<Envelope, 'actor' | 'requestId'>;
  /** Told of each row that is not taken in; the import itself keeps none of them. */
  readonly rejected: (row: RejectedRow) => void;
  /** Told from time to time. */
  readonly progress?: (tally: Tally) => void;
  /** More rows than this are too many for one file; no limit where it is left out. */
  readonly mostRows?: number;
}

/** A file that is no forward schedule, or has too many rows. What was recorded before that was noticed stays recorded. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile';
  constructor(
    readonly errors: readonly string[],
    readonly tooLarge = false,
  ) {
    super(errors.join('; '));
  }
}

/** The import stopped half-way, because rows could not be recorded; repeated, it goes on from there. */
export class ImportStopped extends Error {
  override readonly name = 'ImportStopped';
  constructor(readonly outcome: Outcome) {
    super(`the import stopped (${outcome.kind}): import the file again to go on`);
  }
}

/** Rows that are recorded together. */
const ROWS_AT_ONCE = 100;
/** Persons whose sealed names are kept at hand. */
const PERSONS_AT_HAND = 1_000;

/**
 * Takes in a forward schedule (CSV) as its bytes come in: every good row is recorded, every other one is told. Memory is
 * bounded but for the ids of the rows, which have to be kept to tell an id that comes twice.
 * @throws UnusableFile, ImportStopped, LogUnavailable
 */
export async function importForwardSchedule(
  pipeline: CommandPipeline,
  bytes: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): Promise<Tally> {
  const running = new RunningImport(pipeline, options);
  const records = new CsvRecords();
  for await (const chunk of bytes) for (const record of records.push(chunk)) await running.take(record);
  for (const record of records.end()) await running.take(record);
  return running.finish();
}

class RunningImport {
  readonly #now: string;
  readonly #personOf: (name: string) => Promise<ResponsiblePerson>;
  /** Place of each column in the file; undefined before its header. */
  #places: readonly number[] | undefined;
  /** The row in which each id was met first. */
  readonly #rowOf = new Map<string, number>();
  #batch: ImportableRow[] = [];
  #tally = { rows: 0, accepted: 0, alreadyRecorded: 0, rejected: 0 };

  constructor(
    private readonly pipeline: CommandPipeline,
    private readonly options: ImportOptions,
  ) {
    this.#now = pipeline.now();
    this.#personOf = remembered(PERSONS_AT_HAND, async (name) => {
      const id = await pipeline.keys.personFor(name);
      return { id, name: pipeline.keys.seal(id, name) };
    });
  }

  /** Takes in one record of the file; every so often, a batch of rows is recorded. */
  async take(record: CsvRecord): Promise<void> {
    if (!this.#places) {
      this.#places = placesOf(record);
      return;
    }
    const { mostRows } = this.options;
    if (mostRows !== undefined && record.row > mostRows)
      throw new UnusableFile(
        [`more than ${String(mostRows)} rows: split the file; the rows before are taken in, and can be sent again`],
        true,
      );
    this.#tally.rows += 1;
    const row = await this.#read(record, this.#places);
    if (row) this.#batch.push(row);
    if (this.#batch.length >= ROWS_AT_ONCE) await this.#record();
  }

  /** Records what is left. @throws UnusableFile where there was not even a header */
  async finish(): Promise<Tally> {
    if (!this.#places) throw new UnusableFile(['the file is empty']);
    await this.#record();
    return this.#tally;
  }

  /** The row, where it is to be recorded; otherwise it has been told or counted. */
  async #read(record: CsvRecord, places: readonly number[]): Promise<ImportableRow | undefined> {
    const { row } = record;
    const cells = Object.fromEntries(
      COLUMNS.map((column, index) => [column, (record.cells[places[index] ?? -1] ?? '').trim()]),
    ) as Cells;
    const changeId = isId(cells.changeId) ? cells.changeId : null;
    const before = changeId === null ? undefined : this.#rowOf.get(changeId);
    if (changeId !== null && before === undefined) this.#rowOf.set(changeId, row);
    const twice = before === undefined ? [] : [`changeId stands in row ${String(before)} already`];
    const unreadable = record.problem ?? wrongWidth(record, places.length);
    if (unreadable !== undefined) {
      this.#reject({ row, changeId, errors: [`the row ${unreadable}`, ...twice] });
      return;
    }
    const says = readRow(cells, this.#now);
    if ('errors' in says) {
      this.#reject({ row, changeId, errors: [...says.errors, ...twice] });
      return;
    }
    if (twice.length > 0) {
      this.#reject({ row, changeId, errors: twice });
      return;
    }
    return this.#ifNew(row, says, digestOf(this.pipeline, cells));
  }

  /** Persons are looked up, and made, only for a row that is not on the log yet. */
  async #ifNew(row: number, says: ScheduleRow, digest: string): Promise<ImportableRow | undefined> {
    const standing = standingOf(this.pipeline.reading().state(changeFold, says.changeId), digest);
    if (standing !== 'new') {
      this.#count({ row, says }, standing);
      return undefined;
    }
    const approvedBy = says.approvedBy === null ? null : await this.#personOf(says.approvedBy);
    return { row, says, digest, raisedBy: await this.#personOf(says.raisedBy), approvedBy };
  }

  async #record(): Promise<void> {
    const rows = this.#batch;
    this.#batch = [];
    if (rows.length > 0) {
      const outcome = await this.pipeline.submit(
        importRows,
        { rows },
        { ...this.options.by, body: null, dryRun: false },
      );
      if (outcome.kind !== 'answered') throw new ImportStopped(outcome);
      const standings = outcome.answer.standings as readonly Standing[];
      for (const [index, row] of rows.entries()) this.#count(row, standings[index] ?? 'taken');
    }
    this.options.progress?.({ ...this.#tally });
    // Others are served between two batches.
    await setImmediate();
  }

  #count({ row, says: { changeId } }: Pick<ImportableRow, 'row' | 'says'>, standing: Standing): void {
    switch (standing) {
      case 'new':
        this.#tally.accepted += 1;
        return;
      case 'already-recorded':
        this.#tally.alreadyRecorded += 1;
        return;
      case 'taken':
        this.#reject({
          row,
          changeId,
          errors: ['changeId stands for a change that was not imported from a row with this content'],
        });
    }
  }

  #reject(rejected: RejectedRow): undefined {
    this.#tally.rejected += 1;
    this.options.rejected(rejected);
  }
}

/** Where each column stands in the file. @throws UnusableFile */
function placesOf({ cells, problem }: CsvRecord): readonly number[] {
  const errors = problem === undefined ? headerErrors(cells) : [`the header ${problem}`];
  if (errors.length > 0) throw new UnusableFile(errors);
  const names = cells.map((cell) => cell.trim());
  return COLUMNS.map((column) => names.indexOf(column));
}

const wrongWidth = ({ cells }: CsvRecord, width: number): string | undefined =>
  cells.length === width ? undefined : `has ${String(cells.length)} columns, not ${String(width)}`;

/** Keyed digest of what a row says, cell by cell; how it was quoted, and which cells are blank, does not matter. */
function digestOf(pipeline: CommandPipeline, cells: Cells): string {
  const said = Object.fromEntries(Object.entries(cells).filter(([, text]) => text !== ''));
  return pipeline.keys.digest(`forward schedule row\n${canonical(said)}`);
}
