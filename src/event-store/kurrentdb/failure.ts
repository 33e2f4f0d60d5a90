import {
  AccessDeniedError,
  CancelledError,
  DeadlineExceededError,
  MaxAppendSizeExceededError,
  NotLeaderError,
  StreamDeletedError,
  StreamNotFoundError,
  StreamTombstonedError,
  TimeoutError,
  UnavailableError,
  WrongExpectedVersionError,
} from '@kurrent/kurrentdb-client';
import { settledWithin } from '../settled-within.js';

/** A call took longer than it may. What became of it is not known. */
export class TooLate extends Error {
  override readonly name = 'TooLate';
}

/**
 * What an error of the client means, whatever path it came by:
 * - `overtaken`: the stream is further on than was expected; nothing was recorded;
 * - `not-now`: refused by a node that cannot take it at present (an election); nothing was recorded;
 * - `unclear`: no answer; it may have been recorded;
 * - `missing`: there is no such stream;
 * - `denied`: not with these credentials;
 * - `too-large`: more than the server takes at once;
 * - `unusable`: the stream was deleted, or something else that trying again does not change.
 */
export type Failure = 'overtaken' | 'not-now' | 'unclear' | 'missing' | 'denied' | 'too-large' | 'unusable';

/** Codes of gRPC that leave open whether the call had an effect. */
const UNCLEAR_CODES = new Set([1, 2, 4, 8, 10, 13, 14]);
/** Codes of gRPC for credentials that are wrong or not enough. */
const DENIED_CODES = new Set([7, 16]);

/** Sorts an error by what is to be done about it. */
export function failureOf(error: unknown): Failure {
  if (error instanceof WrongExpectedVersionError) return 'overtaken';
  if (error instanceof StreamNotFoundError) return 'missing';
  if (error instanceof AccessDeniedError) return 'denied';
  if (error instanceof MaxAppendSizeExceededError) return 'too-large';
  if (isDeleted(error)) return 'unusable';
  if (error instanceof NotLeaderError || says(error, /not ready|NotReady|not leader|too busy/i)) return 'not-now';
  if (
    error instanceof TooLate ||
    error instanceof TimeoutError ||
    error instanceof UnavailableError ||
    error instanceof CancelledError ||
    error instanceof DeadlineExceededError
  )
    return 'unclear';
  const { code } = error as { code?: unknown };
  if (typeof code === 'number' && DENIED_CODES.has(code)) return 'denied';
  if (says(error, /unauthenticated|access denied/i)) return 'denied';
  if (typeof code === 'number' && !UNCLEAR_CODES.has(code)) return 'unusable';
  return 'unclear';
}

/** Whether an append was refused since the stream has not even come to the position after which it was to be made. */
export const isShort = (error: unknown, after: number): boolean =>
  error instanceof WrongExpectedVersionError &&
  (typeof error.actualState === 'bigint' ? Number(error.actualState) + 1 : 0) < after;

/** Whether a stream was deleted for good. */
export const isDeleted = (error: unknown): boolean =>
  error instanceof StreamDeletedError || error instanceof StreamTombstonedError;

const says = (error: unknown, pattern: RegExp): boolean => error instanceof Error && pattern.test(error.message);

/** An answer within some milliseconds. @throws TooLate */
export const within = <Result>(milliseconds: number, what: string, answer: Promise<Result>): Promise<Result> =>
  settledWithin(
    milliseconds,
    answer,
    () => new TooLate(`no answer to ${what} in ${String(Math.round(milliseconds))} ms`),
  );

/** Milliseconds that a call is given at least, however little time is left. */
const SHORTEST_CALL = 100;

/** The milliseconds until an instant of `performance.now()`, as a call may take them. */
export const leftUntil = (end: number, atMost = Infinity): number =>
  Math.max(SHORTEST_CALL, Math.min(atMost, end - performance.now()));

/** An answer by an instant of `performance.now()`. @throws TooLate */
export const by = <Result>(end: number, what: string, answer: Promise<Result>): Promise<Result> =>
  within(leftUntil(end), what, answer);
