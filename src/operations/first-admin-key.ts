import { randomUUID } from 'node:crypto';
import type { CommandPipeline } from '../commands/command-pipeline.js';
import { apiKeyFold, newApiKey } from '../register/api-key.js';
import { issueApiKey } from '../register/issue-api-key/issue-api-key.js';

/** Who acts before there is anybody. */
const SYSTEM = { id: 'system', role: 'system' };

/**
 * Issues the first admin key where the log knows none. Returns the key, to be shown once; undefined where there is one.
 * Of servers that share a log and start at the same time, one issues it.
 */
export async function issueFirstAdminKey(pipeline: CommandPipeline): Promise<string | undefined> {
  const known = pipeline
    .reading()
    .all(apiKeyFold)
    .filter((key) => key?.roles.includes('admin'));
  if (known.some((key) => !key?.revoked)) return undefined;
  const made = newApiKey();
  const people = pipeline.keys.forCommand();
  const outcome = await pipeline.submit(
    issueApiKey,
    { ...made, name: people.seal(people.newPerson(), 'first start'), roles: ['admin'] },
    {
      actor: SYSTEM,
      requestId: randomUUID(),
      body: null,
      dryRun: false,
      people,
      idempotencyKey: `admin-key-${String(known.length)}`,
    },
  );
  if (outcome.kind !== 'answered') throw new Error(`the first admin key could not be issued: ${outcome.kind}`);
  return outcome.answer.keyId === made.keyId ? made.key : undefined;
}
