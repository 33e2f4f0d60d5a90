/** What can be wrong with a history. */
export type FaultKind =
  /** The header, or the closing line, is not what it should be. */
  | 'header'
  | 'closing'
  /** The file ends too early. */
  | 'cut-off'
  /** An event is not what its hash says. */
  | 'changed'
  | 'missing'
  | 'inserted'
  | 'reordered'
  /** An event is right in itself, but does not follow the one before it in its stream. */
  | 'unchained'
  /** An event was recorded before the one that it follows. */
  | 'time'
  /** A signed head is of another history, or its signature is not its key's. */
  | 'head'
  /** Against what an auditor kept. */
  | 'truncated'
  | 'rewritten'
  | 're-signed';

/** The first thing that is wrong. */
export interface Fault {
  readonly kind: FaultKind;
  /** The event concerned; null where it is none. */
  readonly position: number | null;
  /** Line of the file, from 1; null where it is none. */
  readonly line: number | null;
  /** A sentence without its full stop. */
  readonly detail: string;
}

/** The event at a position, in words. */
export const event = (position: number): string => `event ${String(position)}`;
