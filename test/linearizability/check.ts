import { isDeepStrictEqual } from 'node:util';
import { roleOf } from './commands.js';
import type { Group, History, Invocation, Request } from './history.js';
import { apply } from './apply.js';
import { step } from './model.js';
import { EMPTY, mayReissue, monthIn, type Dialect, type Sent, type State, type Verdict } from './state.js';
import { actsOn, touched, viewOf } from './views.js';

/** What a history shows that no sequential calendar can have done. */
export interface Violation {
  readonly kind:
    | 'foreign-record'
    | 'recorded-twice'
    | 'lost'
    | 'recorded-though-refused'
    | 'not-lawful-there'
    | 'other-facts'
    | 'real-time'
    | 'unexplained'
    | 'unexplained-read';
  /** The invocation that it is about; undefined if nobody sent what is in the log. */
  readonly subject: number | undefined;
  readonly detail: string;
  /** Invocations that bound what can be: with them alone the violation stands. */
  readonly witnesses: readonly number[];
}

type SentCommand = Extract<Request, { is: 'command' }>;

/** A group of records and all that was sent for it. */
interface Placed {
  readonly group: Group;
  /** Those that can have brought it about: one, or several that share an `Idempotency-Key`. */
  readonly senders: readonly Invocation[];
  readonly sent: Sent;
  /** When the first was sent, and when the first was told that it is recorded. */
  readonly invoked: number;
  readonly answered: number;
}

/**
 * Whether a history is linearizable: whether every command and read can be given one instant between its invocation and
 * its answer so that, one after the other, a sequential calendar (`model.ts`) gives the same answers.
 *
 * In general that is a search. Here it is none, because the log is a total order: the place of what was recorded is its
 * position, and only what recorded nothing needs a point, which is a prefix of the log. Points may not go back: what was
 * answered before a request was sent lies at or before the point of that request. Taking, in the order of the answers,
 * the smallest point that fits finds points for all if there are any: by induction each is the smallest possible one, a
 * smaller point never narrows the choice of a later one, and the bounds from above come from the log alone.
 */
export function check(history: History, dialect: Dialect): Violation[] {
  const { placed, violations } = place(history);
  const states = run(placed, dialect, violations);
  violations.push(...againstRealTime(placed));
  violations.push(...new Points(history, placed, states, dialect).violations());
  return violations;
}

/** The calendar that the whole log makes. */
export function replay(history: History, dialect: Dialect): State {
  return run(place(history).placed, dialect, []).at(-1) ?? EMPTY;
}

const isCommand = (invocation: Invocation): invocation is Invocation & { readonly request: SentCommand } =>
  invocation.request.is === 'command';

/** The command of an invocation as the model takes it. */
export const sentOf = ({ command, token, key, ifMatch }: SentCommand): Sent => ({
  command,
  token,
  key: key === undefined ? undefined : `${roleOf(command)} ${key}`,
  ifMatch: ifMatch?.view,
});

/** Finds for every group of records who sent it, and for every acknowledged command its group. */
function place({ invocations, groups }: History): { placed: Placed[]; violations: Violation[] } {
  const violations: Violation[] = [];
  const violate = (kind: Violation['kind'], subject: number | undefined, detail: string): void =>
    void violations.push({ kind, subject, detail, witnesses: [] });
  const byToken = Map.groupBy(invocations.filter(isCommand), ({ request }) => request.token);
  const seen = new Set<string>();
  const placed = groups.flatMap((group): Placed[] => {
    const { commandId, token = '', positions } = group;
    const at = `at position ${positions.join(', ')}`;
    const all = byToken.get(token) ?? [];
    const [first] = all;
    if (!first) {
      violate('foreign-record', undefined, `nobody sent what stands ${at}: ${group.facts.join('; ')}`);
      return [];
    }
    if (seen.has(token)) violate('recorded-twice', first.id, `recorded again, or halved: ${at}`);
    seen.add(token);
    const senders = all.filter(({ answer, request }) => canBe(answer.is) && request.dryRun !== true);
    if (senders.length === 0) violate('recorded-though-refused', first.id, `recorded ${at}`);
    const told = senders.filter(({ answer }) => answer.is === 'accepted' && answer.commandId === commandId);
    return [
      {
        group,
        senders: senders.length > 0 ? senders : [first],
        sent: { ...sentOf((senders[0] ?? first).request), requestId: group.requestId },
        invoked: Math.min(...(senders.length > 0 ? senders : [first]).map(({ invoked }) => invoked)),
        answered: Math.min(Infinity, ...told.map(({ answered }) => answered)),
      },
    ];
  });
  const byCommand = new Map(groups.map((group) => [group.commandId, group]));
  for (const { id, answer, request } of invocations) {
    if (answer.is !== 'accepted' || request.is !== 'command') continue;
    const told = `acknowledged at position ${answer.positions.join(', ')}`;
    const group = byCommand.get(answer.commandId);
    if (!group) violate('lost', id, `${told}, and not in the log`);
    else if (group.token !== request.token) violate('lost', id, `${told}, where something else stands`);
    else if (!answer.positions.every((position) => group.positions.includes(position)))
      violate('lost', id, `${told}, and recorded at ${group.positions.join(', ')}`);
  }
  return { placed, violations };
}

const canBe = (answer: Invocation['answer']['is']): boolean => answer === 'accepted' || answer === 'unknown';

/** Runs the model over the log. The states: before the first group, and after each. */
function run(placed: readonly Placed[], dialect: Dialect, violations: Violation[]): State[] {
  const states: State[] = [EMPTY];
  for (const { group, senders, sent: bare } of placed) {
    const state = states.at(-1) ?? EMPTY;
    const sent = {
      ...bare,
      reissued: mayReissue(state, bare.command).filter((month) => reissuedIn(group).includes(month)),
    };
    const verdict = step(state, sent, dialect);
    const after =
      verdict.is === 'accepted' ? verdict : apply(state, { ...sent, isUnlawful: true, reissued: reissuedIn(group) });
    states.push(after.state);
    const subject = senders[0]?.id;
    const at = `position ${group.positions.join(', ')}`;
    if (verdict.is !== 'accepted')
      violations.push({
        kind: 'not-lawful-there',
        subject,
        detail: `recorded at ${at}, where it has to be ${said(verdict)}`,
        witnesses: [],
      });
    else if (!isDeepStrictEqual(group.facts.toSorted(), after.facts.toSorted()))
      violations.push({
        kind: 'other-facts',
        subject,
        detail: `at ${at}: ${group.facts.join('; ')}. Expected: ${after.facts.join('; ')}`,
        witnesses: [],
      });
  }
  return states;
}

/** The months that a group of records reissues. */
const reissuedIn = ({ facts }: Group): string[] =>
  facts.flatMap((fact) => /^month-(\S+) ScheduleReissued/.exec(fact)?.[1] ?? []);

const said = (verdict: Verdict): string =>
  verdict.is === 'refused' ? `${verdict.status} ${verdict.rule ?? verdict.code}` : verdict.is;

/** What was answered before another was sent stands before it in the log. */
function againstRealTime(placed: readonly Placed[]): Violation[] {
  const violations: Violation[] = [];
  /** Of all that stands later, what was answered first. */
  let earliest: Placed | undefined;
  for (const one of placed.toReversed()) {
    if (earliest && earliest.answered < one.invoked)
      violations.push({
        kind: 'real-time',
        subject: one.senders[0]?.id,
        detail:
          `stands at position ${one.group.positions.join(', ')}, before what was answered before it was sent ` +
          `(position ${earliest.group.positions.join(', ')})`,
        witnesses: earliest.senders.map(({ id }) => id),
      });
    if (one.answered < (earliest?.answered ?? Infinity)) earliest = one;
  }
  return violations;
}

/** The newest point that somebody had been told of by a time, and who. */
class Told {
  readonly #answered: number[] = [];
  readonly #newest: { readonly point: number; readonly id: number | undefined }[] = [];

  /** In the order of the answers. */
  tell(answered: number, point: number, id: number): void {
    const before = this.#newest.at(-1);
    this.#answered.push(answered);
    this.#newest.push(before && before.point >= point ? before : { point, id });
  }

  /** What had been told before this time. */
  before(time: number): { readonly point: number; readonly id: number | undefined } {
    const index = this.#answered.findLastIndex((answered) => answered < time);
    return this.#newest[index] ?? { point: 0, id: undefined };
  }
}

/** Finds a point for every invocation that recorded nothing: the number of groups before it. */
class Points {
  readonly #places: ReadonlyMap<string, number>;
  readonly #bySending: readonly { readonly invoked: number; readonly most: number; readonly id: number | undefined }[];
  readonly #everywhere = new Told();
  readonly #onServer = new Map<number, Told>();
  /** Of reads, for the entity tags that came from them. */
  readonly #points = new Map<number, number>();

  constructor(
    private readonly history: History,
    private readonly placed: readonly Placed[],
    private readonly states: readonly State[],
    private readonly dialect: Dialect,
  ) {
    this.#places = new Map(placed.map(({ group }, index) => [group.commandId, index + 1]));
    this.#bySending = placed
      .map(({ invoked, senders }, index) => ({ invoked, most: index, id: senders[0]?.id }))
      .sort((a, b) => a.invoked - b.invoked);
  }

  violations(): Violation[] {
    return this.history.invocations
      .toSorted((a, b) => a.answered - b.answered)
      .flatMap((invocation) => this.#violation(invocation) ?? []);
  }

  #violation(invocation: Invocation): Violation | undefined {
    const { id, answer, request, invoked, answered, server } = invocation;
    if (answer.is === 'unknown' || answer.is === 'not-recorded') return undefined;
    if (answer.is === 'accepted') {
      const place = this.#places.get(answer.commandId);
      if (place !== undefined) this.#tell(invocation, place);
      return undefined;
    }
    // A command is decided on what is newest; a read shows what this server has, and no less than it was asked for.
    const least = request.is === 'read' ? this.#told(server).before(invoked) : this.#everywhere.before(invoked);
    const asked = request.is === 'read' ? this.#placeOf(request.minPosition ?? 0) : 0;
    const most = this.#most(answered);
    for (let point = Math.max(least.point, asked); point <= most.point; point += 1) {
      if (!this.#explains(point, invocation)) continue;
      this.#points.set(id, point);
      this.#tell(invocation, point);
      return undefined;
    }
    return {
      kind: request.is === 'read' ? 'unexplained-read' : 'unexplained',
      subject: id,
      detail: this.#why(invocation, Math.max(least.point, asked), most.point),
      witnesses: [least.id, most.id].filter((witness) => witness !== undefined),
    };
  }

  #tell({ id, server, answered }: Invocation, point: number): void {
    this.#everywhere.tell(answered, point, id);
    this.#told(server).tell(answered, point, id);
  }

  #told(server: number): Told {
    const told = this.#onServer.get(server) ?? new Told();
    this.#onServer.set(server, told);
    return told;
  }

  /** The first point at which everything up to a position is there. */
  #placeOf(position: number): number {
    const index = this.placed.findIndex(({ group }) => (group.positions.at(-1) ?? 0) >= position);
    return position === 0 ? 0 : index < 0 ? this.placed.length : index + 1;
  }

  /** The newest point that an answer at this time can rest on: before all that was sent later. */
  #most(answered: number): { readonly point: number; readonly id: number | undefined } {
    let [point, id]: [number, number | undefined] = [this.placed.length, undefined];
    for (const later of this.#bySending.toReversed()) {
      if (later.invoked <= answered) break;
      if (later.most < point) [point, id] = [later.most, later.id];
    }
    return { point, id };
  }

  #explains(point: number, { request, answer }: Invocation): boolean {
    const state = this.states[point] ?? EMPTY;
    if (request.is === 'read') return answer.is === 'read' && viewOf(state, request.month) === answer.view;
    const verdict = this.#verdict(state, request);
    if (answer.is === 'would-accept') return verdict.is === 'accepted';
    if (answer.is !== 'refused') return false;
    if (answer.status === 412 && this.#hasMoved(state, request)) return true;
    return (
      verdict.is === 'refused' &&
      verdict.status === answer.status &&
      verdict.code === answer.code &&
      verdict.rule === answer.rule
    );
  }

  /** A dry run takes no notice of an `Idempotency-Key`. */
  #verdict(state: State, request: SentCommand): Verdict {
    const sent = sentOf(request);
    return step(state, request.dryRun === true ? { ...sent, key: undefined } : sent, this.dialect);
  }

  /** A tag covers more of a month than the model knows: what bears on the month may have changed it. */
  #hasMoved(state: State, request: SentCommand): boolean {
    const { command, ifMatch } = request;
    const { key } = sentOf(request);
    if (key !== undefined && state.keys.has(key)) return false;
    if (!ifMatch || actsOn(state, command) !== ifMatch.month) return ifMatch !== undefined;
    const point = this.#points.get(ifMatch.read);
    if (point === undefined) return true;
    return touched(state, ifMatch.month) !== touched(this.states[point] ?? EMPTY, ifMatch.month);
  }

  #why({ request, answer }: Invocation, least: number, most: number): string {
    const range = `from ${this.#name(least)} to ${this.#name(most)}`;
    if (least > most) return `nothing it can rest on: ${range}`;
    const state = this.states[most] ?? EMPTY;
    if (request.is === 'read') {
      const view = answer.is === 'read' ? answer.view : '';
      const expected = viewOf(state, request.month);
      return `${view} was the month at no point ${range}, where it is ${expected}${this.#half(request.month, view)}`;
    }
    return `no point explains it ${range}, where it has to be ${said(this.#verdict(state, request))}`;
  }

  /** The command of which a read shows a part: its window, and not yet the version that it makes. */
  #half(month: string, view: string): string {
    const index = this.placed.findIndex((_, before) => {
      const [from = EMPTY, to = EMPTY] = this.states.slice(before, before + 2);
      return viewOf(to, month, monthIn(from, month).version) === view && viewOf(to, month) !== view;
    });
    const positions = this.placed[index]?.group.positions;
    return positions ? `; it shows a part of the command at position ${positions.join(', ')}` : '';
  }

  /** A point, by the position that it follows. */
  #name(point: number): string {
    return `position ${this.placed[point - 1]?.group.positions.at(-1) ?? 'of the start'}`;
  }
}
