import { hash, randomBytes } from 'node:crypto';
import type { Fold } from '../event-store/state.js';
import type { SealedText } from '../event-store/personal-data.js';
import type { ApiKeyEvent } from './events.js';

/** A key as it was issued, without the key itself. */
export interface ApiKey {
  readonly keyId: string;
  readonly name: SealedText;
  readonly roles: readonly string[];
  readonly serviceProvider?: string | undefined;
  /** SHA-256, hex, of the key. */
  readonly hash: string;
  readonly revoked: boolean;
}

/** One key, from its stream `api-key-<keyId>`; null before it is issued. */
export const apiKeyFold: Fold<ApiKey | null, ApiKeyEvent> = {
  kind: 'api-key',
  initial: () => null,
  evolve: (state, event) => {
    switch (event.type) {
      case 'ApiKeyIssued':
        return { ...event.data, revoked: false };
      case 'ApiKeyRevoked':
        return state && { ...state, revoked: true };
    }
  },
};

const PREFIX = 'mcal_';

/** A new key, `mcal_<keyId>_<secret>`: 256 random bits, shown once; and its hash, which is kept. */
export function newApiKey(): { readonly keyId: string; readonly key: string; readonly hash: string } {
  const keyId = randomBytes(6).toString('hex');
  const key = `${PREFIX}${keyId}_${randomBytes(32).toString('base64url')}`;
  return { keyId, key, hash: hashKey(key) };
}

/** SHA-256 of a key, hex. A key has 256 random bits, so no slow hash is needed. */
export const hashKey = (key: string): string => hash('sha256', key, 'hex');

/** The id that a key carries; undefined where it has not the form of one. */
export const keyIdOf = (key: string): string | undefined => /^mcal_([0-9a-f]{12})_[\w-]{43}$/.exec(key)?.[1];
