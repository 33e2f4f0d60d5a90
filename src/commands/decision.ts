import type { Finding } from '../rulebook/finding.js';
import type { Interval } from '../rulebook/local-time.js';

/** A fact that a decision wants recorded, and the stream it belongs to. */
export interface Write {
  readonly stream: string;
  readonly fact: { readonly type: string; readonly version: number; readonly data: object };
  /** When it was true (UTC instant); the decision's `now` unless said otherwise. */
  readonly occurredAt?: string | undefined;
}

/** A field of the caller's input and what is wrong with it. */
export interface FieldError {
  /** JSON Pointer into the body (or the name of a query parameter). */
  readonly pointer: string;
  readonly detail: string;
}

/** The command is lawful (or a fact, which is never refused): these facts are recorded together. */
export interface Accepted {
  readonly kind: 'accepted';
  readonly writes: readonly Write[];
  readonly findings: readonly Finding[];
  /** The command-specific fields of the answer. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** Fields of the answer that are shown once and never kept (a new key). */
  readonly secrets?: Readonly<Record<string, unknown>> | undefined;
}

/** An intention that a rule forbids: an answer, with the reckoning and what would be lawful instead. */
export interface Refused {
  readonly kind: 'refused';
  readonly findings: readonly Finding[];
  readonly suggestions: readonly Interval[];
}

/** The thing is not in a state in which this can be done. */
export interface Conflict {
  readonly kind: 'conflict';
  readonly code: string;
  readonly detail: string;
  readonly findings?: readonly Finding[] | undefined;
  readonly suggestions?: readonly Interval[] | undefined;
}

/** The command names something that does not exist. */
export interface Missing {
  readonly kind: 'missing';
  readonly detail: string;
}

/** The caller's input contradicts itself or what is known. */
export interface Invalid {
  readonly kind: 'invalid';
  readonly errors: readonly FieldError[];
}

/** The caller may send this command, but not for this thing (another provider's). */
export interface Forbidden {
  readonly kind: 'forbidden';
  readonly detail: string;
}

/** What a decision comes to. Only `accepted` records anything. */
export type Decision = Accepted | Refused | Conflict | Missing | Invalid | Forbidden;

/** Accepts: `writes` are recorded, `answer` is told beside them. */
export const accept = (
  writes: readonly Write[],
  answer: Readonly<Record<string, unknown>> = {},
  findings: readonly Finding[] = [],
): Accepted => ({ kind: 'accepted', writes, findings, answer });

/** Refuses by the rules that `findings` name as refused. */
export const refuse = (findings: readonly Finding[], suggestions: readonly Interval[] = []): Refused => ({
  kind: 'refused',
  findings,
  suggestions,
});

/** Reports a state conflict under a stable code. */
export const conflict = (code: string, detail: string): Conflict => ({ kind: 'conflict', code, detail });

/** Reports that something named in the command does not exist. */
export const missing = (detail: string): Missing => ({ kind: 'missing', detail });

/** Reports what is wrong with one field. */
export const invalid = (pointer: string, detail: string): Invalid => ({
  kind: 'invalid',
  errors: [{ pointer, detail }],
});

/** Reports that the thing is another provider's. */
export const forbidden = (detail: string): Forbidden => ({ kind: 'forbidden', detail });
