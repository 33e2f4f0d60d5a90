import { randomUUID } from 'node:crypto';
import type { AuthenticatedRequest } from '../../src/access/access.js';
import { Authenticator } from '../../src/access/authenticator.js';
import { Gate } from '../../src/access/gate.js';
import { catalogue, STREAM_KINDS } from '../../src/catalogue.js';
import { CommandPipeline } from '../../src/commands/command-pipeline.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { PersonKeys } from '../../src/event-store/personal-data.js';
import { StandingClock } from '../../src/operations/clock.js';
import { newApiKey } from '../../src/register/api-key.js';
import { issueApiKey } from '../../src/register/issue-api-key/issue-api-key.js';
import { addLowImpactWindow, projectionsOf, window } from '../support/calendar.js';
import { CommonLog } from '../support/common-log.js';
import { watched } from '../support/slow-disk.js';

const NOW = '2026-10-01T09:00:00Z';
const ADMIN = { id: 'admin', role: 'admin' };
const envelope = { actor: ADMIN, requestId: randomUUID(), body: null, dryRun: false };

const pipelineOn = (store: EventStore): CommandPipeline =>
  new CommandPipeline(
    store,
    projectionsOf(store),
    new PersonKeys(':memory:'),
    new StandingClock(NOW),
    'england-and-wales',
  );

const gateOf = (pipeline: CommandPipeline, isTooOld = false): Gate =>
  new Gate(
    new Authenticator(pipeline, undefined),
    pipeline.store,
    { wrongKeys: () => Promise.resolve(undefined), requests: undefined },
    { isTooOld },
  );

const asking = (key: string, method = 'GET', url = '/months/:month'): AuthenticatedRequest =>
  ({ headers: { authorization: `Bearer ${key}` }, method, routeOptions: { url } }) as unknown as AuthenticatedRequest;

async function issueOn(pipeline: CommandPipeline): Promise<string> {
  const made = newApiKey();
  const people = pipeline.keys.forCommand();
  const name = people.seal(people.newPerson(), 'a planner');
  const outcome = await pipeline.submit(issueApiKey, { ...made, name, roles: ['scheduler'] }, { ...envelope, people });
  expect(outcome.kind).toBe('answered');
  return made.key;
}

describe('a key that another server has just issued', () => {
  let common: CommonLog;
  let behind: CommandPipeline;
  let key: string;
  beforeEach(async () => {
    common = new CommonLog(catalogue(), STREAM_KINDS);
    behind = pipelineOn(common.server());
    key = await issueOn(pipelineOn(common.server()));
  });

  test('opens, for the log is asked first', async () => {
    expect(await gateOf(behind).admit(asking(key))).toMatchObject({ roles: ['scheduler'] });
  });

  test('opens even if what is under way here fails meanwhile', async () => {
    common.full = true;
    const pending = behind.submit(
      addLowImpactWindow,
      window('M1', '2026-12-05T22:00:00Z', '2026-12-06T01:00:00Z'),
      envelope,
    );
    const failing = watched(pending);
    expect(await gateOf(behind).admit(asking(key))).toMatchObject({ roles: ['scheduler'] });
    expect(failing.outcome).toBe('LogUnavailable');
  });

  test('is not called wrong while the log cannot be asked', async () => {
    common.away = true;
    await expect(gateOf(behind).admit(asking(key))).rejects.toMatchObject({ name: 'LogUnavailable' });
  });

  test('is told from one that nobody has issued', async () => {
    await expect(gateOf(behind).admit(asking(newApiKey().key))).rejects.toMatchObject({ status: 401 });
  });
});

test('on a server whose replica is too old, no key opens anything but the metrics', async () => {
  const pipeline = pipelineOn(new CommonLog(catalogue(), STREAM_KINDS).server());
  const key = await issueOn(pipeline);
  const gate = gateOf(pipeline, true);
  for (const method of ['GET', 'HEAD'])
    await expect(gate.admit(asking(key, method))).rejects.toMatchObject({ status: 503, code: 'replica-too-old' });
  await expect(gate.admit(asking(key, 'POST', '/commands/X'))).rejects.toMatchObject({ name: 'LogUnavailable' });
  expect(await gate.admit(asking(key, 'GET', '/metrics'))).toMatchObject({ roles: ['scheduler'] });
});
