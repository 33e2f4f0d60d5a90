import { monthAfter, monthOf, startOfMonth } from './calendar-time.js';
import type { Command, DerogationLimits, Impact, PlanWindow, Times } from './commands.js';

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

/** A refusal. */
export const refused = (status: number, code: string, rule?: string): { readonly is: 'refused' } & Refusal => ({
  is: 'refused',
  status,
  code,
  rule,
});

/** The window that a command would plan. */
export const planned = ({ maintenanceId, impact, start, end }: PlanWindow): Window => ({
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

/** The month that a window runs into past the last midnight of its own. */
export function runsInto({ start, end }: Times): string | undefined {
  const next = monthAfter(monthOf(start));
  return end > startOfMonth(next) ? next : undefined;
}

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
