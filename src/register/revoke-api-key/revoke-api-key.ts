import type { Act } from '../../commands/act.js';
import { accept, conflict, missing } from '../../commands/decision.js';
import { apiKeyFold, type ApiKey } from '../api-key.js';
import { ApiKeyRevoked } from '../events.js';

/** Revokes a key: it opens nothing any more. */
export const revokeApiKey: Act<{ readonly keyId: string }, ApiKey | null> = {
  name: 'RevokeApiKey',
  load: (command, reading) => reading.state(apiKeyFold, command.keyId),
  decide: (key, { keyId }) => {
    if (!key) return missing(`there is no key ${keyId}`);
    if (key.revoked) return conflict('already-closed', `the key ${keyId} was revoked`);
    return accept([{ stream: `api-key-${keyId}`, fact: ApiKeyRevoked.of({ keyId }) }], { keyId });
  },
};
