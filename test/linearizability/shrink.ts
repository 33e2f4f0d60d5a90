import { monthAfter, monthOf } from './calendar-time.js';
import { check, type Violation } from './check.js';
import { clauseOf, type Command } from './commands.js';
import type { History, Invocation } from './history.js';
import type { Dialect } from './state.js';

/** Violations that say what had to be there instead: a part of the history that says the same shows the same. */
const EXACT: readonly Violation['kind'][] = ['not-lawful-there', 'other-facts'];

/**
 * The smallest part of a history that still shows a violation, for a person to read. What belongs to one window or one
 * derogation is left out together, from its planning to its cancellation, and with its records: a part of that would be
 * a history that never was. If what was recorded is not what had to be, only derogations from the limit concerned always
 * stay: with fewer windows it would be lawful sooner. For every other violation all stays that touches the same months.
 */
export function shrink(history: History, violation: Violation, dialect: Dialect): History {
  const subject = history.invocations.find(({ id }) => id === violation.subject);
  if (!subject) return { invocations: [], groups: [] };
  const units = new Units(history);
  const months = units.monthsOf(subject).flatMap((month) => [monthAfter(month, -1), month, monthAfter(month)]);
  const stays = new Set([subject.id, ...violation.witnesses].map((id) => units.of(id)));
  for (const invocation of history.invocations) {
    const bears = units.monthsOf(invocation).some((month) => months.includes(month));
    const isSpared = !EXACT.includes(violation.kind) || bearsOnLimit(invocation, violation.detail);
    const isEarlier = invocation.invoked < subject.answered;
    if (bears && isSpared && isEarlier && units.isRecorded(invocation)) stays.add(units.of(invocation.id));
  }
  const holds = (left: ReadonlySet<string>): boolean => isSame(violation, check(units.historyOf(left), dialect));

  let left = new Set(units.all);
  for (let size = Math.ceil(left.size / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    const candidates = [...left].filter((unit) => !stays.has(unit));
    for (let first = 0; first < candidates.length; first += size) {
      const without = new Set(left);
      for (const unit of candidates.slice(first, first + size)) without.delete(unit);
      if (holds(without)) left = without;
    }
  }
  return units.historyOf(left);
}

/** Whether the same is still wrong with the same invocation. What is said of it may differ in its bounds. */
const isSame = (violation: Violation, found: readonly Violation[]): boolean =>
  found.some(
    ({ kind, subject, detail }) =>
      kind === violation.kind &&
      subject === violation.subject &&
      (!EXACT.includes(kind) || detail === violation.detail),
  );

/** Whether a derogation is one from the limit that a violation names. */
const bearsOnLimit = ({ request }: Invocation, detail: string): boolean =>
  request.is === 'command' &&
  request.command.name === 'GrantDerogation' &&
  detail.includes(clauseOf(request.command.impact));

/** What is left out together: all of one window, all of one derogation; a read or what was not recorded alone. */
class Units {
  readonly #unit = new Map<number, string>();
  readonly #recorded: ReadonlySet<string>;
  readonly #windowOf = new Map<string, string>();
  readonly #months = new Map<string, Set<string>>();

  constructor(private readonly history: History) {
    this.#recorded = new Set(history.groups.flatMap(({ token }) => token ?? []));
    const tokens = new Map(history.groups.map(({ token, requestId }) => [token, requestId]));
    for (const { request } of history.invocations) {
      if (request.is !== 'command' || request.command.name !== 'RequestReschedule') continue;
      const requestId = tokens.get(request.token);
      if (requestId !== undefined) this.#windowOf.set(requestId, request.command.maintenanceId);
    }
    for (const invocation of history.invocations) {
      const { id, request } = invocation;
      const thing = request.is === 'command' ? this.#thing(request.command) : '';
      this.#unit.set(id, this.isRecorded(invocation) ? thing : `invocation ${id}`);
      if (request.is === 'command') for (const month of monthsNamed(request.command)) this.#of(thing).add(month);
    }
  }

  get all(): readonly string[] {
    return [...this.#unit.values()];
  }

  of(invocation: number): string {
    return this.#unit.get(invocation) ?? '';
  }

  isRecorded({ request }: Invocation): boolean {
    return request.is === 'command' && this.#recorded.has(request.token);
  }

  /** Months that an invocation is about: those that it, or another about the same window, names. */
  monthsOf({ request }: Invocation): string[] {
    return request.is === 'read' ? [request.month] : [...this.#of(this.#thing(request.command))];
  }

  /** The part of the history that these units are. */
  historyOf(units: ReadonlySet<string>): History {
    const invocations = this.history.invocations.filter(({ id }) => units.has(this.of(id)));
    const tokens = new Set(invocations.map(({ request }) => (request.is === 'command' ? request.token : undefined)));
    const groups = this.history.groups.filter(({ token }) => token !== undefined && tokens.has(token));
    return { invocations, groups };
  }

  #of(thing: string): Set<string> {
    const months = this.#months.get(thing) ?? new Set();
    this.#months.set(thing, months);
    return months;
  }

  #thing(command: Command): string {
    if ('maintenanceId' in command) return `window ${command.maintenanceId}`;
    if ('requestId' in command) return `window ${this.#windowOf.get(command.requestId) ?? command.requestId}`;
    if ('derogationId' in command) return `derogation ${command.derogationId}`;
    return `month ${command.month}`;
  }
}

/** The months that a command names. */
function monthsNamed(command: Command): string[] {
  if ('start' in command) return [monthOf(command.start)];
  if ('month' in command) return [command.month];
  if (command.name !== 'GrantDerogation') return [];
  const last = command.to.slice(0, 7);
  const months: string[] = [];
  for (let month = command.from.slice(0, 7); month <= last; month = monthAfter(month)) months.push(month);
  return months;
}
