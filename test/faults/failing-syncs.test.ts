import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { catalogue } from '../../src/catalogue.js';
import { dataFolderFiles } from '../../src/event-store/sqlite/data-folder.js';
import { openToRead } from '../../src/event-store/sqlite/sqlite-log.js';
import { BuiltServer, killServers } from '../support/built-server.js';
import type { Answer } from '../support/client.js';
import { failSyncs, whyNotTraced } from '../support/failing-syncs.js';
import { faultsOf } from '../support/hash-chain.js';
import { raise, type Sent } from '../support/load.js';
import { removeTemporaryFolders } from '../support/temporary-folder.js';

afterEach(killServers);
afterAll(removeTemporaryFolders);

const newChange = (): Sent => ({ changeId: `C-${randomUUID()}`, key: randomUUID() });
const newChanges = (count: number): Sent[] => Array.from({ length: count }, newChange);

/** Streams of the changes that are on the log, each as often as it was raised; the log itself is whole. */
function raisedIn(folder: string): string[] {
  const log = openToRead(dataFolderFiles(folder).log, catalogue());
  const records = [...log.readWritten({})].map(({ record }) => record);
  log.close();
  expect(faultsOf(records)).toEqual([]);
  return records.flatMap(({ type, stream }) => (type === 'ChangeRaised' ? [stream] : [])).sort();
}
const streamsOf = (sent: readonly Sent[]): string[] => sent.map(({ changeId }) => `change-${changeId}`).sort();

async function raiseAll(server: BuiltServer, sent: readonly Sent[]): Promise<Answer[]> {
  return Promise.all(sent.map((one) => raise(server, one)));
}

/** Every one has been recorded, and is answered as it was the first time, after a crash too. */
async function expectKept(server: BuiltServer, sent: readonly Sent[], answers: readonly Answer[]): Promise<void> {
  expect(answers.map(({ status }) => status)).toEqual(sent.map(() => 201));
  await server.kill();
  await server.start();
  expect((await raiseAll(server, sent)).map(({ text }) => text)).toEqual(answers.map(({ text }) => text));
  await server.stop();
  expect(raisedIn(server.folder)).toEqual(streamsOf(sent));
}

const reason = whyNotTraced();
const describeTraced = reason === undefined ? describe : describe.skip;

describeTraced(`a disk that does not sync${reason === undefined ? '' : ` (not tested here: ${reason})`}`, () => {
  let server: BuiltServer;
  let before: Sent;
  beforeEach(async () => {
    server = await BuiltServer.start();
    before = newChange();
    expect((await raise(server, before)).status).toBe(201);
  });

  test('for once: nothing was recorded, and a crash right after that does not bring it back', async () => {
    const syncs = await failSyncs(server.pid, 'first');
    const sent = newChange();
    const { status, body, headers } = await raise(server, sent);
    expect([status, body.code]).toEqual([503, 'log-unavailable']);
    expect(body.detail).toMatch(/nothing was recorded$/);
    expect(headers.get('retry-after')).toBe('5');
    await server.kill();
    await syncs.lift();
    expect(raisedIn(server.folder)).toEqual(streamsOf([before]));
    await server.start();
    await expectKept(server, [before, sent], await raiseAll(server, [before, sent]));
  });

  test('for a while: the outcome is not known, nothing is told as recorded, and sent again it is recorded once', async () => {
    const syncs = await failSyncs(server.pid, 'all');
    const sent = newChanges(3);
    for (const one of sent) {
      const { status, body, headers } = await raise(server, one);
      expect([status, body.code]).toEqual([503, 'outcome-unknown']);
      expect(body.detail).toMatch(/send the same again with the same Idempotency-Key/);
      expect(headers.get('retry-after')).toBe('5');
      expect((await server.get(`/changes/${one.changeId}`, 'scheduler')).status).toBe(404);
    }
    expect((await server.get(`/changes/${before.changeId}`, 'scheduler')).status).toBe(200);
    expect((await server.request('GET', '/health/ready')).status).toBe(200);
    await syncs.lift();
    await expectKept(server, [before, ...sent], await raiseAll(server, [before, ...sent]));
  });

  test('until the server is killed: what was not acknowledged is recorded once when it is sent again', async () => {
    const syncs = await failSyncs(server.pid, 'all');
    const sent = newChanges(8);
    for (const { body } of await raiseAll(server, sent)) expect(body.code).toBe('outcome-unknown');
    await server.kill();
    await syncs.lift();
    await server.start();
    await expectKept(server, [before, ...sent], await raiseAll(server, [before, ...sent]));
  });

  test('now and then: each command fails alone, and all are recorded once by those who ask again', async () => {
    const syncs = await failSyncs(server.pid, 'third');
    const refusals: unknown[] = [];
    const untilRecorded = async (sent: Sent): Promise<Answer> => {
      for (;;) {
        const answer = await raise(server, sent);
        if (answer.status === 201) return answer;
        refusals.push(answer.body.code);
      }
    };
    const sent = newChanges(60);
    const answers = await Promise.all(sent.map(untilRecorded));
    await syncs.lift();
    expect([...new Set(refusals)]).toEqual(['log-unavailable']);
    await expectKept(server, [before, ...sent], [await raise(server, before), ...answers]);
  });
});
