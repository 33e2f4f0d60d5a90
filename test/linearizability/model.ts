import { dateAfter, localDate, minutesBetween, monthAfter, monthOf, startOfMonth } from './calendar-time.js';
import { clauseOf, type Command, type DerogationLimits, type Impact, type PlanWindow, type Times } from './commands.js';

/**
 * The calendar one command after the other, as domain.md says it: what a server that is never in a hurry would answer.
 * It shares no code with the server. It leaves out what the workload never brings about: notice (every window is years
 * ahead), hours of the night, classification, freezes, and work that has started.
 */

/** A window, in the month in which it starts. */
export interface Window extends Times {
  readonly maintenanceId: string;
  readonly impact: Impact;
  readonly status: 'planned' | 'cancelled';
}

/** A month: its windows, and the version of its schedule; 0 as long as that is not published. */
export interface Month {
  readonly windows: ReadonlyMap<string, Window>;
  readonly version: number;
  /** How many facts have touched it. */
  readonly facts: number;
}

/** A Panel request, and whether it waits for its answer. */
export interface PanelRequest {
  readonly maintenanceId: string;
  readonly isOpen: boolean;
}

/** A derogation, with the dates on which it applies. */
export interface Derogation {
  readonly impact: Impact;
  readonly limits: DerogationLimits | undefined;
  readonly from: string;
  readonly to: string;
  readonly isRevoked: boolean;
}

/** What a sequential calendar knows. Never changed: a command makes another. */
export interface State {
  readonly months: ReadonlyMap<string, Month>;
  /** The month of every window that there has been: an id is taken for ever. */
  readonly places: ReadonlyMap<string, string>;
  readonly requests: ReadonlyMap<string, PanelRequest>;
  readonly derogations: ReadonlyMap<string, Derogation>;
  /** By caller and `Idempotency-Key`, the body that was recorded. */
  readonly keys: ReadonlyMap<string, string>;
}

/** A command as it was sent. */
export interface Sent {
  readonly command: Command;
  /** Tells its body from every other. */
  readonly token: string;
  /** Caller and `Idempotency-Key`. */
  readonly key?: string | undefined;
  /** What the month was like when its entity tag was read. */
  readonly ifMatch?: string | undefined;
  /** The id that the server made for a Panel request, once it is known. */
  readonly requestId?: string | undefined;
  /** Months beside its own whose reissue the log shows; see `mayReissue`. */
  readonly reissued?: readonly string[] | undefined;
  /** It is recorded though it is not lawful: what the log shows to be reissued is, and nothing else. */
  readonly isUnlawful?: boolean | undefined;
}

/** How servers differ in what does not bear on the order of things. */
export interface Dialect {
  /** A window has at most one open Panel request: the next is refused. */
  readonly oneOpenRequest: boolean;
}

/** Why a command is not accepted, as the server answers it. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly rule?: string | undefined;
}

/** What a command comes to: facts, the answer given before, or a refusal. */
export type Verdict =
  | { readonly is: 'accepted'; readonly state: State; readonly facts: readonly string[] }
  | { readonly is: 'repeated' }
  | ({ readonly is: 'refused' } & Refusal);

export const EMPTY: State = {
  months: new Map(),
  places: new Map(),
  requests: new Map(),
  derogations: new Map(),
  keys: new Map(),
};

const NOTHING: Month = { windows: new Map(), version: 0, facts: 0 };

export const monthIn = (state: State, month: string): Month => state.months.get(month) ?? NOTHING;

/** The one step of the model. */
export function step(state: State, sent: Sent, dialect: Dialect): Verdict {
  const first = sent.key === undefined ? undefined : state.keys.get(sent.key);
  if (first !== undefined) return first === sent.token ? { is: 'repeated' } : refused(422, 'idempotency-mismatch');
  if (sent.ifMatch !== undefined && sent.ifMatch !== tagOf(state, sent.command))
    return refused(412, 'changed-meanwhile');
  const refusal = judge(state, sent.command, dialect);
  return refusal ? { is: 'refused', ...refusal } : { is: 'accepted', ...apply(state, sent) };
}

const refused = (status: number, code: string, rule?: string): { readonly is: 'refused' } & Refusal => ({
  is: 'refused',
  status,
  code,
  rule,
});

/** Why a command is refused in this state; undefined if it is accepted. */
export function judge(state: State, command: Command, { oneOpenRequest }: Dialect): Refusal | undefined {
  switch (command.name) {
    case 'ScheduleMaintenance':
    case 'AddHighImpactWindow':
    case 'AddLowImpactWindow': {
      if (state.places.has(command.maintenanceId)) return refused(409, 'id-taken');
      const isPublished = monthIn(state, monthOf(command.start)).version > 0;
      if (command.name === 'ScheduleMaintenance' && isPublished) return refused(409, 'schedule-published');
      return inTheWay(state, planned(command));
    }
    case 'PublishMonthlySchedule':
      return monthIn(state, command.month).version > 0 ? refused(409, 'already-published') : undefined;
    case 'RescheduleMaintenance':
      return judgeMove(state, windowOf(state, command.maintenanceId), command);
    case 'CancelMaintenance':
      return notPlanned(windowOf(state, command.maintenanceId));
    case 'RequestReschedule': {
      const window = windowOf(state, command.maintenanceId);
      if (!window) return refused(404, 'not-found');
      if (monthIn(state, monthOf(window.start)).version === 0) return refused(422, 'refused', 'H8.5');
      const open = [...state.requests.values()].some(
        (request) => request.isOpen && request.maintenanceId === command.maintenanceId,
      );
      return notPlanned(window) ?? (oneOpenRequest && open ? refused(409, 'request-open') : undefined);
    }
    case 'RescheduleAtPanelRequest': {
      const request = state.requests.get(command.requestId);
      return notOpen(request) ?? judgeMove(state, windowOf(state, request?.maintenanceId), command);
    }
    case 'DeclinePanelRequest':
      return notOpen(state.requests.get(command.requestId));
    case 'GrantDerogation':
      return state.derogations.has(command.derogationId) ? refused(409, 'id-taken') : undefined;
    case 'RevokeDerogation': {
      const derogation = state.derogations.get(command.derogationId);
      if (!derogation) return refused(404, 'not-found');
      if (derogation.isRevoked) return refused(409, 'already-closed');
      return command.from > derogation.to ? refused(400, 'invalid') : undefined;
    }
  }
}

/** The state after a command was recorded, lawfully or not, and the facts that it consists of. */
export function apply(state: State, sent: Sent): { readonly state: State; readonly facts: readonly string[] } {
  const { command, token, key } = sent;
  const after = new Change(state, sent);
  if (key !== undefined) after.note('CommandRecorded');
  const withKey = key === undefined ? state.keys : new Map(state.keys).set(key, token);
  switch (command.name) {
    case 'ScheduleMaintenance':
    case 'AddHighImpactWindow':
    case 'AddLowImpactWindow': {
      const window = planned(command);
      after.put(window, `month-${monthOf(window.start)} MaintenanceScheduled ${textOf(window)}`);
      after.reissue(window);
      break;
    }
    case 'PublishMonthlySchedule':
      after.publish(command.month);
      break;
    case 'RescheduleMaintenance':
      after.move(windowOf(state, command.maintenanceId), command);
      break;
    case 'CancelMaintenance': {
      const window = windowOf(state, command.maintenanceId);
      if (!window) break;
      const cancelled = `month-${monthOf(window.start)} MaintenanceCancelled ${window.maintenanceId}`;
      after.put({ ...window, status: 'cancelled' }, cancelled);
      after.reissue(window);
      break;
    }
    case 'RequestReschedule': {
      const id = sent.requestId ?? token;
      after.request(id, { maintenanceId: command.maintenanceId, isOpen: true }, 'RescheduleRequested');
      break;
    }
    case 'RescheduleAtPanelRequest': {
      const request = state.requests.get(command.requestId);
      if (!request) break;
      after.move(windowOf(state, request.maintenanceId), command);
      after.request(command.requestId, { ...request, isOpen: false }, 'PanelRequestAccommodated');
      break;
    }
    case 'DeclinePanelRequest': {
      const request = state.requests.get(command.requestId);
      if (request) after.request(command.requestId, { ...request, isOpen: false }, 'PanelRequestDeclined');
      break;
    }
    case 'GrantDerogation': {
      const { derogationId, impact, limits, from, to } = command;
      after.derogate(derogationId, { impact, limits, from, to, isRevoked: false }, `DerogationGranted ${from}`);
      break;
    }
    case 'RevokeDerogation': {
      const derogation = state.derogations.get(command.derogationId);
      if (!derogation) break;
      const last = dateAfter(command.from, -1);
      const to = last < derogation.to ? last : derogation.to;
      after.derogate(command.derogationId, { ...derogation, to, isRevoked: true }, `DerogationRevoked ${command.from}`);
      break;
    }
  }
  return { state: { ...after.state, keys: withKey }, facts: after.facts };
}

/** A state under change, and the facts of the change: each in one line, its stream, its type and what it says. */
class Change {
  readonly facts: string[] = [];

  constructor(
    public state: State,
    private readonly sent: Sent,
  ) {}

  note(fact: string): void {
    this.facts.push(fact);
  }

  put(window: Window, fact: string): void {
    const name = monthOf(window.start);
    const month = monthIn(this.state, name);
    this.#month(name, { ...month, windows: new Map(month.windows).set(window.maintenanceId, window) });
    this.state = { ...this.state, places: new Map(this.state.places).set(window.maintenanceId, name) };
    this.note(fact);
  }

  publish(month: string): void {
    this.#month(month, { ...monthIn(this.state, month), version: 1 });
    this.note(`month-${month} MonthlySchedulePublished`);
  }

  move(window: Window | undefined, { start, end }: Times): void {
    if (!window) return;
    const moved = { ...window, start, end };
    const [from, to] = [monthOf(window.start), monthOf(start)];
    if (from !== to) {
      const left = monthIn(this.state, from);
      const windows = new Map(left.windows);
      windows.delete(window.maintenanceId);
      this.#month(from, { ...left, windows });
      this.note(`month-${to} MaintenanceMovedIn ${textOf(moved)}`);
    }
    this.put(moved, `month-${from} MaintenanceRescheduled ${window.maintenanceId} ${start} ${end}`);
    this.reissue(window, moved);
  }

  /** Reissues the published months in which these windows start, and those that the log shows to be reissued beside. */
  reissue(...windows: readonly Window[]): void {
    const { isUnlawful = false, reissued = [] } = this.sent;
    const own = isUnlawful ? [] : windows.map(({ start }) => monthOf(start));
    for (const name of new Set([...own, ...reissued])) {
      const month = monthIn(this.state, name);
      if (month.version === 0) continue;
      this.#month(name, { ...month, version: month.version + 1 });
      this.note(`month-${name} ScheduleReissued ${month.version + 1}`);
    }
  }

  request(id: string, request: PanelRequest, type: string): void {
    this.state = { ...this.state, requests: new Map(this.state.requests).set(id, request) };
    const name = this.state.places.get(request.maintenanceId);
    if (name !== undefined) this.#month(name, monthIn(this.state, name));
    this.note(`panel-request-${id} ${type} ${request.maintenanceId}`);
  }

  derogate(id: string, derogation: Derogation, fact: string): void {
    this.state = { ...this.state, derogations: new Map(this.state.derogations).set(id, derogation) };
    this.note(`derogation-${id} ${fact}`);
  }

  #month(name: string, month: Month): void {
    const months = new Map(this.state.months).set(name, { ...month, facts: month.facts + 1 });
    this.state = { ...this.state, months };
  }
}

const textOf = ({ maintenanceId, impact, start, end }: Window): string => `${maintenanceId} ${impact} ${start} ${end}`;

/**
 * Months beside their own that the command's windows run into, and that may be reissued with it. domain.md asks for it;
 * a server that does not do it yet is not blamed here, since no order of commands comes into it.
 */
export function mayReissue(state: State, command: Command): string[] {
  const id = 'requestId' in command ? state.requests.get(command.requestId)?.maintenanceId : undefined;
  const old = windowOf(state, id ?? ('maintenanceId' in command ? command.maintenanceId : undefined));
  const all: readonly (Times | undefined)[] = [old, 'start' in command ? command : undefined];
  return all.flatMap((times) => (times === undefined ? [] : (runsInto(times) ?? [])));
}

/** The window that a command would plan. */
const planned = ({ maintenanceId, impact, start, end }: PlanWindow): Window => ({
  maintenanceId,
  impact,
  start,
  end,
  status: 'planned',
});

/** A window, wherever it now stands. */
export function windowOf(state: State, maintenanceId: string | undefined): Window | undefined {
  if (maintenanceId === undefined) return undefined;
  const month = state.places.get(maintenanceId);
  return month === undefined ? undefined : state.months.get(month)?.windows.get(maintenanceId);
}

const notPlanned = (window: Window | undefined): Refusal | undefined =>
  !window ? refused(404, 'not-found') : window.status === 'cancelled' ? refused(409, 'already-closed') : undefined;

const notOpen = (request: PanelRequest | undefined): Refusal | undefined =>
  !request ? refused(404, 'not-found') : request.isOpen ? undefined : refused(409, 'already-answered');

function judgeMove(state: State, window: Window | undefined, { start, end }: Times): Refusal | undefined {
  const closed = notPlanned(window);
  if (closed || !window) return closed;
  if (window.start === start && window.end === end) return refused(409, 'not-moved');
  return inTheWay(state, { ...window, start, end });
}

/** The month that a window runs into past the last midnight of its own. */
function runsInto({ start, end }: Times): string | undefined {
  const next = monthAfter(monthOf(start));
  return end > startOfMonth(next) ? next : undefined;
}

/** Every other window of the class in a month and its neighbours that counts. */
function others(state: State, month: string, { impact, maintenanceId }: Window): Window[] {
  return [monthAfter(month, -1), month, monthAfter(month)]
    .flatMap((name) => [...monthIn(state, name).windows.values()])
    .filter((one) => one.status === 'planned' && one.impact === impact && one.maintenanceId !== maintenanceId);
}

/** What stands in the way of a window: another of its class at the same time, or the limits of H8.3. */
function inTheWay(state: State, window: Window): Refusal | undefined {
  const month = monthOf(window.start);
  const near = [...others(state, month, window), window];
  if (near.some((one) => one !== window && one.start < window.end && window.start < one.end))
    return refused(409, 'overlap');
  const next = runsInto(window);
  const isOver =
    exceeds(state, window.impact, month, localDate(window.start), near) ||
    (next !== undefined && exceeds(state, window.impact, next, `${next}-01`, near));
  return isOver ? refused(422, 'refused', clauseOf(window.impact)) : undefined;
}

/** What windows come to in a month: those that start in it whole, and of those that run into it the part after midnight. */
export function used(month: string, windows: readonly Window[]): { windows: number; minutes: number } {
  const start = startOfMonth(month);
  const own = windows.filter((one) => monthOf(one.start) === month);
  const carried = windows.filter((one) => one.start < start && one.end > start);
  const minutes = [...own, ...carried.map(({ end }) => ({ start, end }))].map(minutesBetween);
  return { windows: minutes.length, minutes: minutes.reduce((sum, one) => sum + one, 0) };
}

/** Whether the windows of a class are more than the limits in force on a date allow in a month. */
function exceeds(state: State, impact: Impact, month: string, date: string, windows: readonly Window[]): boolean {
  const limit = (name: keyof DerogationLimits, code: number): number => allowed(state, impact, name, code, date);
  const sum = used(month, windows);
  if (impact === 'Low') return sum.windows > limit('lowWindows', 6);
  return sum.windows > limit('highWindows', 2) || sum.minutes > limit('highMinutes', 360);
}

/** A number as the derogations in force leave it: a waiver wins, else the most lenient that is named, else the Code's. */
function allowed(state: State, impact: Impact, name: keyof DerogationLimits, code: number, date: string): number {
  const inForce = [...state.derogations.values()].filter(
    (one) => one.impact === impact && one.from <= date && date <= one.to,
  );
  if (inForce.some(({ limits }) => limits === undefined)) return Infinity;
  const named = inForce.flatMap(({ limits }) => limits?.[name] ?? []);
  return named.length === 0 ? code : Math.max(...named);
}

/** A month as a read shows it, in one line: its version, what it has used, and its windows, the cancelled ones too. */
export function viewOf(state: State, name: string, version = monthIn(state, name).version): string {
  const month = monthIn(state, name);
  const near = [...monthIn(state, monthAfter(name, -1)).windows.values(), ...month.windows.values()];
  const sum = (impact: Impact): { windows: number; minutes: number } =>
    used(
      name,
      near.filter((one) => one.status === 'planned' && one.impact === impact),
    );
  const [high, low] = [sum('High'), sum('Low')];
  return lineOf(name, version, [high.windows, high.minutes, low.windows], [...month.windows.values()]);
}

/** The form of `viewOf`, for a read to be put into as well. */
export const lineOf = (
  month: string,
  version: number,
  sums: readonly number[],
  windows: readonly (Times & { readonly maintenanceId: string; readonly impact: string; readonly status: string })[],
): string => {
  const rows = windows.map(({ maintenanceId, impact, status, start, end }) =>
    [maintenanceId, impact, status, start, end].join(' '),
  );
  return `${month} v${version} used ${sums.join('/')}: ${rows.toSorted().join(', ')}`;
};

/** What the entity tag of a command is of: the month that it acts on; undefined if there is none. */
function tagOf(state: State, command: Command): string | undefined {
  const month = actsOn(state, command);
  return month === undefined ? undefined : viewOf(state, month);
}

/** The month that a command acts on in this state. */
export function actsOn(state: State, command: Command): string | undefined {
  switch (command.name) {
    case 'ScheduleMaintenance':
    case 'AddHighImpactWindow':
    case 'AddLowImpactWindow':
      return monthOf(command.start);
    case 'PublishMonthlySchedule':
      return command.month;
    case 'RescheduleMaintenance':
    case 'CancelMaintenance':
    case 'RequestReschedule':
      return state.places.get(command.maintenanceId);
    case 'RescheduleAtPanelRequest':
    case 'DeclinePanelRequest':
      return state.places.get(state.requests.get(command.requestId)?.maintenanceId ?? '');
    case 'GrantDerogation':
    case 'RevokeDerogation':
      return undefined;
  }
}

/** How many facts bear on a month: those of its own, of its neighbours, and the Panel's agreements. */
export function touched(state: State, month: string): number {
  const agreements = [...state.derogations.values()].reduce((sum, { isRevoked }) => sum + (isRevoked ? 2 : 1), 0);
  return [monthAfter(month, -1), month, monthAfter(month)].reduce(
    (sum, name) => sum + monthIn(state, name).facts,
    agreements,
  );
}
