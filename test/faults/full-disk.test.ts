import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../../src/catalogue.js';
import { dataFolderFiles } from '../../src/event-store/sqlite/data-folder.js';
import { openToRead } from '../../src/event-store/sqlite/sqlite-log.js';
import { LogOutput } from '../../src/operations/log-output.js';
import { BuiltServer, killServers } from '../support/built-server.js';
import type { Answer } from '../support/client.js';
import { faultsOf } from '../support/hash-chain.js';
import { raise, type Sent } from '../support/load.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

afterEach(killServers);
afterAll(removeTemporaryFolders);

/** Lets a process make no file longer than this: what it writes beyond fails, as on a disk that is full. */
const limit = (pid: number, bytes: number | 'unlimited'): void => {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${String(bytes)}:unlimited`]);
};

const newChange = (): Sent => ({ changeId: `C-${randomUUID()}`, key: randomUUID() });

/** Raises changes until one is not accepted; adds those that are. */
async function raiseUntilFull(server: BuiltServer, accepted: Map<Sent, string>): Promise<[Sent, Answer]> {
  for (;;) {
    const sent = newChange();
    const answer = await raise(server, sent);
    if (answer.status !== 201) return [sent, answer];
    accepted.set(sent, answer.text);
  }
}

describe('a disk that is full', () => {
  test('refuses commands for now, reads go on; with room again writing goes on, and nothing is lost', async () => {
    const server = await BuiltServer.start();
    const accepted = new Map<Sent, string>();
    const refused: Sent[] = [];
    await server.get('/changes?limit=1');
    for (let times = 0; times < 3; times += 1) {
      const wal = `${dataFolderFiles(server.folder).log}-wal`;
      limit(server.pid, statSync(wal).size + 400_000);
      const [sent, answer] = await raiseUntilFull(server, accepted);
      expect(answer).toMatchObject({ status: 503, body: { code: 'log-unavailable' } });
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(answer.body.detail).toMatch(/^the log cannot be written: .*; nothing was recorded$/);
      refused.push(sent);
      const [newest] = [...accepted.keys()].slice(-1);
      expect((await server.get(`/changes/${newest?.changeId ?? ''}`)).status).toBe(200);
      expect((await server.get(`/changes/${sent.changeId}`)).status).toBe(404);
      expect((await server.request('GET', '/health/ready')).status).toBe(200);
      expect((await raise(server, newChange())).status).toBe(503);

      limit(server.pid, 'unlimited');
      const again = await raise(server, sent);
      expect(again.status).toBe(201);
      accepted.set(sent, again.text);
    }
    expect(accepted.size).toBeGreaterThan(10);
    await server.kill();
    await server.start();
    for (const [sent, text] of accepted) expect(await raise(server, sent)).toMatchObject({ status: 201, text });
    await server.stop();
    const log = openToRead(dataFolderFiles(server.folder).log, catalogue());
    const records = [...log.readWritten({})].map(({ record }) => record);
    log.close();
    expect(faultsOf(records)).toEqual([]);
    expect(records.filter(({ type }) => type === 'ChangeRaised')).toHaveLength(accepted.size);
  });

  test('refuses a start that has to write, and says what to do', async () => {
    const server = new BuiltServer();
    server.launch({ under: ['prlimit', '--fsize=100'] });
    expect(await server.ended).toEqual({ code: 1, signal: null });
    expect(server.err).toContain(server.folder);
    expect(server.err).toMatch(/room/);
    await server.start();
  });
});

test('a line of the log that cannot be written is counted, and told as soon as one can be', () => {
  const full = openSync('/dev/full', 'w');
  const output = new LogOutput(full);
  output.write('{"msg":"one"}\n');
  output.write('{"msg":"two"}\n');
  closeSync(full);
  const file = join(temporaryFolder(), 'log');
  // The lowest free number is given: the same again.
  expect(openSync(file, 'w')).toBe(full);
  output.write('{"msg":"three"}\n');
  closeSync(full);
  const [first, ...others] = readFileSync(file, 'utf8').trim().split('\n');
  expect(first).toMatch(/"level":40,.*"msg":"2 lines of this log were lost: ENOSPC/);
  expect(others).toEqual(['{"msg":"three"}']);
});
