import { environmentNamed, ID_RULE, isId, isSlug, textProblem } from '../../commands/text.js';
import { CHANGE_CLASSES, type ChangeClass } from '../../rulebook/changes.js';
import type { AffectedService } from '../../rulebook/classification.js';
import { isBefore, readTime, type Interval } from '../../rulebook/local-time.js';
import { MOST_MINUTES, type CausedIncident, type Made } from '../change.js';

/** The columns of a forward schedule, each once, in any order. */
export const COLUMNS = [
  'changeId',
  'title',
  'class',
  'serviceProvider',
  'environment',
  'services',
  'effect',
  'consumerAffecting',
  'complexity',
  'downtimeMinutes',
  'raisedBy',
  'approvedBy',
  'raisedAt',
  'plannedStart',
  'plannedEnd',
  'actualStart',
  'actualEnd',
  'outcome',
  'ssiOutageMinutes',
  'incidents',
  'lessons',
] as const;
export type Column = (typeof COLUMNS)[number];

/** The cells of one row by column, without the blanks around them. */
export type Cells = Readonly<Record<Column, string>>;

/** What became of a change, as a row says. */
export type Fate =
  | { readonly fate: 'open' }
  | { readonly fate: 'cancelled' }
  | (Made & {
      readonly fate: 'made';
      readonly incidents: readonly CausedIncident[];
      readonly lessons: { readonly lessons: string; readonly actions: readonly string[] } | null;
    });

/** One row of a forward schedule that can be taken in; instants in UTC, persons by name. */
export interface ScheduleRow {
  readonly changeId: string;
  readonly title: string;
  readonly class: ChangeClass;
  readonly serviceProvider: string;
  readonly environment: string;
  readonly services: readonly AffectedService[];
  readonly consumerAffecting: boolean;
  readonly complexity: 'high' | 'low';
  readonly downtimeMinutes: number;
  readonly raisedBy: string;
  /** Null: nobody approved it. */
  readonly approvedBy: string | null;
  readonly raisedAt: string;
  readonly planned: Interval;
  readonly fate: Fate;
}

/** What of a header is not that of a forward schedule; none where it is. */
export function headerErrors(header: readonly string[]): string[] {
  const names = header.map((name) => name.trim());
  const errors: string[] = [];
  const missing = COLUMNS.filter((column) => !names.includes(column));
  const unknown = names.filter((name) => !(COLUMNS as readonly string[]).includes(name));
  const twice = COLUMNS.filter((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (missing.length > 0) errors.push(`the header has no column ${missing.join(', ')}`);
  if (unknown.length > 0) errors.push(`the header has unknown columns: ${unknown.slice(0, 10).map(short).join(', ')}`);
  if (twice.length > 0) errors.push(`the header has columns twice: ${twice.join(', ')}`);
  return errors;
}

/** A cell as an error can quote it. */
const short = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** Reads a row: what it says, or everything that is wrong with it, each named by its column. `now` bounds what has happened. */
export function readRow(cells: Cells, now: string): ScheduleRow | { readonly errors: readonly string[] } {
  const reader = new RowReader(cells, now);
  const row: ScheduleRow = {
    changeId: reader.id('changeId'),
    title: reader.text('title'),
    class: reader.choice('class', CHANGE_CLASSES),
    serviceProvider: reader.id('serviceProvider'),
    environment: reader.environment(),
    services: reader.services(),
    consumerAffecting: reader.choice('consumerAffecting', ['yes', 'no']) === 'yes',
    complexity: reader.choice('complexity', ['high', 'low']),
    downtimeMinutes: reader.minutes('downtimeMinutes'),
    raisedBy: reader.text('raisedBy'),
    approvedBy: reader.approver(),
    raisedAt: reader.past('raisedAt'),
    planned: reader.interval('plannedStart', 'plannedEnd'),
    fate: reader.fate(),
  };
  return reader.errors.length === 0 ? row : { errors: reader.errors };
}

/** Reads cells one by one, and collects what is wrong; after an error what it gives is never used. */
class RowReader {
  readonly errors: string[] = [];

  constructor(
    private readonly cells: Cells,
    private readonly now: string,
  ) {}

  id(column: Column): string {
    if (!isId(this.cells[column])) this.#wrong(column, ID_RULE);
    return this.cells[column];
  }

  text(column: Column): string {
    const problem = textProblem(this.cells[column]);
    if (problem !== undefined) this.#wrong(column, problem);
    return this.cells[column];
  }

  environment(): string {
    const name = environmentNamed(this.cells.environment);
    if (!isSlug(name)) this.#wrong('environment', 'must be words joined by hyphens');
    return name;
  }

  /** `also`: what the cell may hold besides, which is read elsewhere. */
  choice<Choice extends string>(column: Column, of: readonly [Choice, ...Choice[]], also = ''): Choice {
    const found = of.find((one) => one === this.cells[column]);
    if (found === undefined)
      this.#wrong(column, `is ${short(this.cells[column])}: must be one of ${of.join(', ')}${also}`);
    return found ?? of[0];
  }

  minutes(column: Column): number {
    const text = this.cells[column];
    const value = /^\d{1,6}$/.test(text) ? Number(text) : Infinity;
    if (value > MOST_MINUTES) this.#wrong(column, `must be a whole number of minutes, at most ${String(MOST_MINUTES)}`);
    return value;
  }

  /** The services, each affected as `effect` says. */
  services(): AffectedService[] {
    const services = listOf(this.cells.services);
    const effect = this.choice('effect', ['disrupted', 'material-risk', 'none']);
    if (!services.every(isSlug)) this.#wrong('services', 'must be names of services joined by ";"');
    if (new Set(services).size < services.length) this.#wrong('services', 'names a service twice');
    if (services.length > 0 && effect === 'none') this.#wrong('effect', 'is none although services are named');
    if (services.length === 0 && effect !== 'none' && effect === this.cells.effect)
      this.#wrong('effect', `is ${effect} although no service is named`);
    return effect === 'none' ? [] : services.map((service) => ({ service, effect }));
  }

  approver(): string | null {
    if (this.cells.approvedBy === '') return null;
    const approver = this.text('approvedBy');
    if (samePerson(approver, this.cells.raisedBy))
      this.#wrong('approvedBy', 'is who raised it: whoever raised a change may not approve it (MP92-DT7)');
    return approver;
  }

  time(column: Column): string {
    const text = this.cells[column];
    if (/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text)) {
      this.#wrong(column, `has no offset from UTC: write ${text}Z, or its offset in place of the Z`);
      return this.now;
    }
    const read = readTime(text);
    if ('instant' in read) return read.instant;
    this.#wrong(column, text === '' ? 'is missing' : read.problem);
    return this.now;
  }

  past(column: Column): string {
    const instant = this.time(column);
    this.#notAhead(column, instant);
    return instant;
  }

  interval(start: Column, end: Column): Interval {
    const errorsBefore = this.errors.length;
    const interval = { start: this.time(start), end: this.time(end) };
    if (this.errors.length === errorsBefore && !isBefore(interval.start, interval.end))
      this.#wrong(end, `is not after ${start}`);
    return interval;
  }

  fate(): Fate {
    const { outcome } = this.cells;
    if (outcome === '' || outcome === 'cancelled') {
      this.#nothingWithout(outcome === '' ? 'an outcome' : 'having been made', [
        'actualStart',
        'actualEnd',
        'incidents',
        'lessons',
      ]);
      if (!/^0*$/.test(this.cells.ssiOutageMinutes))
        this.#wrong('ssiOutageMinutes', 'stands there although the change has not been made');
      return { fate: outcome === '' ? 'open' : 'cancelled' };
    }
    const made = this.choice('outcome', ['successful', 'failed', 'backed-out'], ', cancelled, or blank');
    const actual = this.interval('actualStart', 'actualEnd');
    this.#notAhead('actualEnd', actual.end);
    return {
      fate: 'made',
      outcome: made,
      actualStart: actual.start,
      actualEnd: actual.end,
      ssiOutageMinutes: this.cells.ssiOutageMinutes === '' ? 0 : this.minutes('ssiOutageMinutes'),
      incidents: this.#incidents(),
      lessons: this.#lessons(),
    };
  }

  #notAhead(column: Column, instant: string): void {
    if (isBefore(this.now, instant)) this.#wrong(column, 'is in the future: what has not happened cannot be recorded');
  }

  /** `INC000001:5;INC000002:3` */
  #incidents(): CausedIncident[] {
    const incidents = listOf(this.cells.incidents).map((text) => {
      const [incidentId = '', category = '', ...more] = text.split(':').map((part) => part.trim());
      if (!isId(incidentId) || more.length > 0)
        this.#wrong('incidents', `has ${short(text)}: must be an id and a category, such as INC000001:5`);
      else if (!/^[1-5]$/.test(category))
        this.#wrong('incidents', `has ${short(text)}: its category must be 1 (most severe) to 5`);
      return { incidentId, category: Number(category) };
    });
    if (new Set(incidents.map(({ incidentId }) => incidentId)).size < incidents.length)
      this.#wrong('incidents', 'names an incident twice');
    return incidents;
  }

  /** The lessons as a whole, and the actions among them: what stands between the `;`. */
  #lessons(): { lessons: string; actions: string[] } | null {
    if (this.cells.lessons === '') return null;
    const lessons = this.text('lessons');
    const actions = listOf(lessons);
    if (actions.length === 0) this.#wrong('lessons', 'must name at least one action');
    return { lessons, actions };
  }

  #nothingWithout(what: string, columns: readonly Column[]): void {
    for (const column of columns) if (this.cells[column] !== '') this.#wrong(column, `stands there without ${what}`);
  }

  #wrong(column: Column, problem: string): void {
    this.errors.push(`${column} ${problem}`);
  }
}

/** The entries of a list joined by `;`; blank ones are none. */
const listOf = (text: string): string[] =>
  text
    .split(';')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** Whether two names are the same person's: the form in which persons are told apart. */
const samePerson = (one: string, other: string): boolean => one.normalize('NFC') === other.normalize('NFC');
