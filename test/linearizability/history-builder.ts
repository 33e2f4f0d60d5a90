import { roleOf, type Command, type Impact, type PlanWindow } from './commands.js';
import type { Answer, Group, History, Invocation, Request } from './history.js';
import { apply } from './apply.js';
import { EMPTY, type State } from './state.js';
import { viewOf } from './views.js';

/** When a request was sent and answered, and by which server. */
export type When = readonly [invoked: number, answered: number, server?: number];

type More = Pick<Extract<Request, { is: 'command' }>, 'key' | 'ifMatch' | 'dryRun' | 'token'>;

/** Writes histories by hand. What is recorded takes its place in the log in the order of the calls. */
export class HistoryBuilder {
  readonly #invocations: Invocation[] = [];
  readonly #groups: Group[] = [];
  readonly #states: State[] = [EMPTY];

  get history(): History {
    return { invocations: this.#invocations, groups: this.#groups };
  }

  /** The newest position of the log. */
  get head(): number {
    return this.#groups.at(-1)?.positions.at(-1) ?? 0;
  }

  /** A command that was recorded and answered so. */
  accepted(when: When, command: Command, more: Partial<More> = {}): number {
    const group = this.#record(command, more);
    return this.#sent(when, command, { is: 'accepted', ...group }, { ...more, token: group.token });
  }

  /** A command that was answered so, and was recorded before, for somebody else who sent the same key and body. */
  repeated(when: When, command: Command, more: Pick<More, 'key' | 'token'>): number {
    const group = this.#groups.find(({ token }) => token === more.token);
    const { commandId = '', positions = [] } = group ?? {};
    return this.#sent(when, command, { is: 'accepted', commandId, positions }, more);
  }

  /** A command that was answered so, and is not in the log. */
  lost(when: When, command: Command): number {
    return this.#sent(when, command, { is: 'accepted', commandId: 'of nothing', positions: [this.head + 1] });
  }

  refused(when: When, command: Command, status: number, code: string, more: Partial<More> = {}): number {
    const answer = code.includes('.') ? { code: 'refused', rule: code } : { code };
    return this.#sent(when, command, { is: 'refused', status, ...answer }, more);
  }

  /** A command to which no answer came. */
  unanswered(when: When, command: Command, { isRecorded }: { readonly isRecorded: boolean }): number {
    const token = isRecorded ? this.#record(command, {}).token : undefined;
    return this.#sent(when, command, { is: 'unknown', why: 'ECONNRESET' }, token === undefined ? {} : { token });
  }

  /** 503 `log-unavailable`. */
  unavailable(when: When, command: Command, { isRecorded }: { readonly isRecorded: boolean }): number {
    const token = isRecorded ? this.#record(command, {}).token : undefined;
    const answer: Answer = { is: 'not-recorded', code: 'log-unavailable' };
    return this.#sent(when, command, answer, token === undefined ? {} : { token });
  }

  dryRun(when: When, command: Command): number {
    return this.#sent(when, command, { is: 'would-accept' }, { dryRun: true });
  }

  /** A read that shows a month as it was after so many commands. */
  read(when: When, month: string, after: number, minPosition?: number): number {
    const answer: Answer = { is: 'read', view: viewOf(this.#states[after] ?? EMPTY, month) };
    return this.#add(when, { is: 'read', month, minPosition }, answer);
  }

  /** What stands in the log and nobody sent. */
  foreign(): void {
    const position = this.head + 1;
    this.#groups.push({ commandId: `of ${position}`, token: undefined, positions: [position], facts: ['?'] });
  }

  /** The view of a month after all that has been recorded. */
  viewOf(month: string): string {
    return viewOf(this.#states.at(-1) ?? EMPTY, month);
  }

  #sent(when: When, command: Command, answer: Answer, more: Partial<More> = {}): number {
    const token = more.token ?? `of invocation ${this.#invocations.length + 1}`;
    return this.#add(when, { is: 'command', command, ...more, token }, answer);
  }

  #add([invoked, answered, server = 0]: When, request: Request, answer: Answer): number {
    const id = this.#invocations.length + 1;
    this.#invocations.push({ id, client: 0, server, invoked, answered, request, answer });
    return id;
  }

  #record(command: Command, { token = `of record ${this.head + 1}`, key }: Partial<More>): Group & { token: string } {
    const before = this.#states.at(-1) ?? EMPTY;
    const named = key === undefined ? undefined : `${roleOf(command)} ${key}`;
    const requestId = command.name === 'RequestReschedule' ? `R-${token}` : undefined;
    const { state, facts } = apply(before, { command, token, key: named, requestId });
    // What is not lawful may come to no fact in the model; it has a place all the same.
    const positions = (facts.length === 0 ? [''] : facts).map((_, index) => this.head + 1 + index);
    const group = { commandId: `command ${positions.join()}`, token, positions, facts, requestId };
    this.#groups.push(group);
    this.#states.push(state);
    return group;
  }
}

/** How a window differs from one of High Impact, of three hours, in January 2030. */
interface PlanOptions {
  readonly impact?: Impact;
  readonly hours?: number;
  readonly month?: string;
}

/** Plans a window from 20:00 on a day. */
export const plan = (
  maintenanceId: string,
  day: string,
  { impact = 'High', hours = 3, month = '2030-01' }: PlanOptions = {},
): PlanWindow => ({
  name: 'ScheduleMaintenance',
  maintenanceId,
  impact,
  start: `${month}-${day}T20:00:00Z`,
  end: `${month}-${day}T${20 + hours}:00:00Z`,
});

export const cancel = (maintenanceId: string): Command => ({ name: 'CancelMaintenance', maintenanceId });
