import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../http/problem.js';
import { LogUnavailable, type EventStore } from '../event-store/event-store.js';
import type { AuthenticatedRequest } from './access.js';
import type { Authenticator } from './authenticator.js';
import type { Caller } from './roles.js';

/** Keys that open nothing, from one address, after which it is turned away for the rest of the minute. */
const WRONG_KEYS_A_MINUTE = 60;
const A_MINUTE = 60_000;
/** For how long the log is asked about a key that is not known here. Milliseconds. */
const ASKED_FOR = 10_000;

/** Counts a request; undefined while it is within its limit, else the seconds after which it is again. */
type Limit = (request: AuthenticatedRequest) => Promise<number | undefined>;

/** The one route with keys that answers however old the replica is: it tells how old. */
const METRICS = '/metrics';

/** Whether this server knows too little of the log to tell who may be let in. */
export interface ReplicaAge {
  readonly isTooOld: boolean;
}

/** How often what may be asked. */
export interface Limits {
  /** With keys that open nothing, by address. */
  readonly wrongKeys: Limit;
  /** By those who have a key; undefined: as often as they like. */
  readonly requests: Limit | undefined;
}

/**
 * The limits of a server that has the rate limiter.
 * @param requestsAMinute how many requests a caller may make in a minute; 0: as many as they like
 */
export const limitsOf = (fastify: FastifyInstance, requestsAMinute: number): Limits => ({
  wrongKeys: limit(fastify, WRONG_KEYS_A_MINUTE, ({ ip }) => ip),
  requests: requestsAMinute === 0 ? undefined : limit(fastify, requestsAMinute, ({ caller }) => caller?.id ?? ''),
});

/**
 * Lets in those who have a key. Before anybody is told that a key opens nothing it is made sure that this server knows
 * all that is on the log: another may have issued it a moment ago.
 */
@Injectable()
export class Gate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly store: EventStore,
    private readonly limits: Limits,
    private readonly replica: ReplicaAge,
  ) {}

  /**
   * The caller of a request, from its `Authorization: Bearer` header.
   * @throws Problem 401, 429, 503; LogUnavailable where it cannot be told whether the key opens anything
   */
  async admit(request: AuthenticatedRequest): Promise<Caller> {
    if (this.replica.isTooOld && request.routeOptions.url !== METRICS) throw tooOld(request.method);
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw notAuthenticated('send an API key: Authorization: Bearer <key>');
    const caller = this.authenticator.callerOf(token) ?? (await this.#lookAgain(token));
    if (!caller) {
      await refuseOver(this.limits.wrongKeys, request);
      throw notAuthenticated('this API key opens nothing');
    }
    request.caller = caller;
    if (this.limits.requests) await refuseOver(this.limits.requests, request);
    return caller;
  }

  /** Looks until it is certain that all that is on the log is known here. @throws LogUnavailable if that takes too long */
  async #lookAgain(token: string): Promise<Caller | undefined> {
    const until = performance.now() + ASKED_FOR;
    while (performance.now() < until) {
      if (await this.store.confirm(until)) return undefined;
      const caller = this.authenticator.callerOf(token);
      if (caller) return caller;
    }
    throw new LogUnavailable('it is not certain in time that this server knows all keys');
  }
}

const TOO_OLD =
  'this server has not yet had all that is on the log, or not for longer than REPLICA_MAX_AGE: the key may have been revoked since. Ask another server, or come again';

/** Why nobody is let in; a command is told, as always, that it recorded nothing. */
const tooOld = (method: string): Error =>
  method === 'GET' || method === 'HEAD'
    ? new Problem(503, 'replica-too-old', TOO_OLD, {}, { 'retry-after': '5' })
    : new LogUnavailable(TOO_OLD);

const notAuthenticated = (detail: string): Problem =>
  new Problem(401, 'not-authenticated', detail, {}, { 'www-authenticate': 'Bearer' });

/** @throws Problem 429 */
async function refuseOver(limit: Limit, request: AuthenticatedRequest): Promise<void> {
  const seconds = await limit(request);
  if (seconds !== undefined)
    throw new Problem(
      429,
      'too-many-requests',
      'too many requests: ask again later',
      {},
      {
        'retry-after': String(seconds),
      },
    );
}

function limit(fastify: FastifyInstance, max: number, keyOf: (request: AuthenticatedRequest) => string): Limit {
  const check = fastify.createRateLimit({ max, timeWindow: A_MINUTE, keyGenerator: keyOf });
  return async (request) => {
    const state = await check(request);
    return !state.isAllowed && state.isExceeded ? Math.max(1, state.ttlInSeconds) : undefined;
  };
}
