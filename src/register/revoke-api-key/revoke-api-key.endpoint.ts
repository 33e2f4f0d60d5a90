import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField } from '../../http/fields.js';
import { revokeApiKey } from './revoke-api-key.js';
import { added } from '../answers.js';

class RevokeApiKeyBody {
  @IdField({ description: 'the id of the key', example: '3f1c9a7be204' })
  keyId!: string;
}

/** POST /commands/RevokeApiKey */
export const revokeApiKeyEndpoint = commandEndpoint({
  act: revokeApiKey,
  adds: added.RevokeApiKey,
  body: RevokeApiKeyBody,
  roles: ['admin'],
  tag: 'Register',
  summary: 'Revoke an API key',
  example: { keyId: '3f1c9a7be204' },
  command: ({ keyId }) => ({ keyId }),
});
