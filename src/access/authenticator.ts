import { timingSafeEqual } from 'node:crypto';
import type { CommandPipeline } from '../commands/command-pipeline.js';
import { apiKeyFold, hashKey, keyIdOf } from '../register/api-key.js';
import { ROLES, type Caller, type Role } from './roles.js';

/** Id under which the holder of `ADMIN_API_KEY` stands on the log. */
const CONFIGURED_ADMIN = 'admin';

/** Tells who a bearer token belongs to. */
export class Authenticator {
  readonly #adminHash: string | undefined;

  /** @param adminApiKey the configured `ADMIN_API_KEY`, where there is one */
  constructor(
    private readonly pipeline: CommandPipeline,
    adminApiKey: string | undefined,
  ) {
    this.#adminHash = adminApiKey === undefined ? undefined : hashKey(adminApiKey);
  }

  /** The caller whose token this is; undefined for a token that opens nothing. Compares hashes in constant time. */
  callerOf(token: string): Caller | undefined {
    const hash = hashKey(token);
    if (this.#adminHash !== undefined && equal(hash, this.#adminHash))
      return { id: CONFIGURED_ADMIN, roles: ['admin'] };
    const keyId = keyIdOf(token);
    const key = keyId === undefined ? null : this.pipeline.reading().state(apiKeyFold, keyId);
    if (!key || key.revoked || !equal(hash, key.hash)) return undefined;
    return {
      id: `key-${key.keyId}`,
      roles: ROLES.filter((role) => key.roles.includes(role)),
      serviceProvider: key.serviceProvider,
    };
  }
}

const equal = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** The first of the caller's roles that a route allows; undefined: not allowed. */
export const allowedRole = (caller: Caller, allowed: readonly Role[]): Role | undefined =>
  allowed.find((role) => caller.roles.includes(role));
