import { randomUUID } from 'node:crypto';
import type { CommandPipeline } from '../commands/command-pipeline.js';
import { apiKeyFold, newApiKey } from '../register/api-key.js';
import { issueApiKey } from '../register/issue-api-key/issue-api-key.js';

/** Who acts before there is anybody. */
const SYSTEM = { id: 'system', role: 'system' };

/**
 * Issues the first admin key where the log knows none. It is shown before it is recorded: one that was recorded by a
 * program that ended before it showed it would lock everybody out for good.
 * @throws LogUnavailable: what was shown opens nothing, and the next start shows another
 */
export async function issueFirstAdminKey(pipeline: CommandPipeline, show: (key: string) => void): Promise<void> {
  const known = pipeline
    .reading()
    .all(apiKeyFold)
    .some((key) => key !== null && !key.revoked && key.roles.includes('admin'));
  if (known) return;
  const made = newApiKey();
  show(made.key);
  const outcome = await pipeline.submit(
    issueApiKey,
    { ...made, name: pipeline.keys.seal(pipeline.keys.newPerson(), 'first start'), roles: ['admin'] },
    { actor: SYSTEM, requestId: randomUUID(), body: null, dryRun: false },
  );
  if (outcome.kind !== 'answered') throw new Error(`the first admin key could not be issued: ${outcome.kind}`);
}
