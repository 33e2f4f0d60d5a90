import { randomUUID } from 'node:crypto';
import type { CommandPipeline } from '../commands/command-pipeline.js';
import { apiKeyFold, newApiKey } from '../register/api-key.js';
import { issueApiKey } from '../register/issue-api-key/issue-api-key.js';

/** Who acts before there is anybody. */
const SYSTEM = { id: 'system', role: 'system' };

/**
 * Issues the first admin key where the log knows none. It is shown before it is recorded: one that was recorded by a
 * program that ended before it showed it would lock everybody out for good. Of servers that share a log and start at the
 * same time, one issues it; the others say that what they have shown opens nothing.
 * @param say told what a person is to read
 * @throws LogUnavailable: what was shown opens nothing, and the next start shows another
 */
export async function issueFirstAdminKey(pipeline: CommandPipeline, say: (line: string) => void): Promise<void> {
  const known = pipeline
    .reading()
    .all(apiKeyFold)
    .filter((key) => key?.roles.includes('admin'));
  if (known.some((key) => !key?.revoked)) return;
  const made = newApiKey();
  const people = pipeline.keys.forCommand();
  say(`The admin key, shown this once: ${made.key}`);
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
  if (outcome.answer.keyId !== made.keyId) say('Another server has issued the admin key: the one above opens nothing');
}
