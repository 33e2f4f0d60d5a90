import { randomUUID } from 'node:crypto';
import type { CommandPipeline } from '../commands/command-pipeline.js';
import { apiKeyFold, newApiKey } from '../register/api-key.js';
import { issueApiKey } from '../register/issue-api-key/issue-api-key.js';

/** Who acts before there is anybody. */
const SYSTEM = { id: 'system', role: 'system' };

/** Issues the first admin key where the log knows none. Returns the key, to be shown once; undefined where there is one. */
export async function issueFirstAdminKey(pipeline: CommandPipeline): Promise<string | undefined> {
  const known = pipeline
    .reading()
    .all(apiKeyFold)
    .some((key) => key !== null && !key.revoked && key.roles.includes('admin'));
  if (known) return undefined;
  const made = newApiKey();
  const outcome = await pipeline.submit(
    issueApiKey,
    { ...made, name: pipeline.keys.seal(pipeline.keys.newPerson(), 'first start'), roles: ['admin'] },
    { actor: SYSTEM, requestId: randomUUID(), body: null, dryRun: false },
  );
  if (outcome.kind !== 'answered') throw new Error(`the first admin key could not be issued: ${outcome.kind}`);
  return made.key;
}
