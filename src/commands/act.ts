import type { Actor } from '../event-store/event-store.js';
import type { Decision } from './decision.js';
import type { Reading } from './reading.js';

/** What a decision knows besides the state and the command. */
export interface Context {
  /** The instant of the decision (UTC): later of the clock and the newest record. */
  readonly now: string;
  readonly actor: Actor;
  /** Whose bank holidays count (configuration). */
  readonly jurisdiction: string;
  /** Id of this command; new ids are derived from it, so that a decision stays pure. */
  readonly commandId: string;
}

/**
 * An act: what one command does. `load` reads what the decision needs, and everything that it reads is checked when
 * the facts are written; `decide` is a pure function of that, the command and the context.
 */
export interface Act<Command, State> {
  /** The command's name, as in `POST /commands/<name>`. */
  readonly name: string;
  load(command: Command, reading: Reading, context: Context): State;
  decide(state: State, command: Command, context: Context): Decision;
  /** Entity tag of what the command acts on, for `If-Match`; undefined where there is nothing yet. */
  etag?(state: State, command: Command, context: Context): string | undefined;
}

/** A short id made from the command's own: the same command decided again makes the same id. */
export function idFrom(prefix: string, context: Context): string {
  return `${prefix}-${context.commandId.replaceAll('-', '').slice(0, 16)}`;
}
