import type { Act } from '../../commands/act.js';
import { accept, conflict, invalid } from '../../commands/decision.js';
import type { SealedText } from '../../event-store/personal-data.js';
import { apiKeyFold } from '../api-key.js';
import { ApiKeyIssued } from '../events.js';

/** A key to issue: made outside the decision, which only ever sees its hash and hands the key on to be shown once. */
export interface IssueApiKey {
  readonly keyId: string;
  readonly key: string;
  readonly hash: string;
  readonly name: SealedText;
  readonly roles: readonly string[];
  readonly serviceProvider?: string | undefined;
}

/** Issues a key with roles; one with the role `service-provider` is bound to a provider. */
export const issueApiKey: Act<IssueApiKey, boolean> = {
  name: 'IssueApiKey',
  load: (command, reading) => reading.exists(apiKeyFold, command.keyId),
  decide: (taken, { keyId, key, hash, name, roles, serviceProvider }) => {
    if (taken) return conflict('id-taken', 'the key id is taken: try again');
    if (roles.includes('service-provider') && serviceProvider === undefined)
      return invalid('/serviceProvider', 'is missing: the role service-provider is bound to one');
    if (!roles.includes('service-provider') && serviceProvider !== undefined)
      return invalid('/serviceProvider', 'goes with the role service-provider');
    return {
      ...accept(
        [
          {
            stream: `api-key-${keyId}`,
            fact: ApiKeyIssued.of({
              keyId,
              name,
              roles: [...roles],
              ...(serviceProvider === undefined ? {} : { serviceProvider }),
              hash,
            }),
          },
        ],
        { keyId, roles },
      ),
      secrets: { key },
    };
  },
};
