import 'reflect-metadata';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { dataFolderFiles } from '../../src/event-store/sqlite/data-folder.js';
import { UnusableLog } from '../../src/event-store/sqlite/open-database.js';
import { readConfiguration } from '../../src/operations/configuration.js';
import { openPipeline } from '../../src/server.js';
import { TestApi } from '../support/api.js';
import { BuiltServer, killServers, type StartOptions } from '../support/built-server.js';
import { copyOf, filledFolder } from '../support/filled-folder.js';
import { CHANGE } from '../support/load.js';
import { filesIn, removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

const NOW = '2026-10-01T09:00:00Z';
const HOLIDAY = { date: '2027-06-07', name: 'Jubilee', announcedOn: '2026-09-01' };
/** The folder of a server that took in three hundred rows. */
let filled: string;
beforeAll(async () => {
  filled = await filledFolder(300);
});
const started: TestApi[] = [];
afterEach(async () => {
  for (const api of started.splice(0)) await api.stop();
  await killServers();
});
afterAll(removeTemporaryFolders);

/** What the start of a server on the folder is refused with; the server says no more than the message. */
async function refusal(folder: string): Promise<string> {
  const opened = openPipeline(readConfiguration({ DATA_DIR: folder }));
  await opened.then(
    ({ close }) => close(),
    () => undefined,
  );
  const error: unknown = await opened.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UnusableLog);
  const { message } = error as UnusableLog;
  expect(message).not.toContain('\n');
  return message;
}

/** What a process that is to serve the folder says and ends with. */
async function refusalOfProcess(folder: string, options: StartOptions = {}): Promise<string> {
  const server = new BuiltServer(folder);
  server.launch(options);
  const ended = await Promise.race([server.ended, server.listening().then(() => 'it started')]);
  expect(ended).toEqual({ code: 1, signal: null });
  expect(server.err).not.toMatch(/^\s+at |node:|Error:.*\n.* at /m);
  return server.err;
}

/** A copy of the filled folder, with one of its files changed. */
function withFile(
  file: 'log' | 'persons' | 'projections',
  change: (path: string) => void,
): [folder: string, file: string] {
  const folder = copyOf(filled);
  const path = dataFolderFiles(folder)[file];
  change(path);
  return [folder, path];
}

const sql =
  (statements: string) =>
  (path: string): void => {
    const db = new DatabaseSync(path);
    db.exec(statements);
    db.close();
  };

/** Overwrites a part of a file: from one share of its length to another. */
const overwrite =
  (from: number, to: number, byte: number) =>
  (path: string): void => {
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(byte, Math.floor(bytes.length * from), Math.floor(bytes.length * to)));
  };

const cutTo =
  (part: number) =>
  (path: string): void =>
    truncateSync(path, Math.floor(readFileSync(path).length * part));

const text = (path: string): void => writeFileSync(path, 'position,stream,type\n'.repeat(1000));

const foreign = (path: string): void => {
  rmSync(path);
  sql('CREATE TABLE address (name TEXT)')(path);
};

async function startOn(folder: string): Promise<TestApi> {
  const api = new TestApi(folder);
  started.push(api);
  await api.restart(NOW);
  return api;
}

/** A server opens the folder and reads from it. */
async function opens(folder: string): Promise<void> {
  expect((await (await startOn(folder)).get('/changes?limit=200')).status).toBe(200);
}

describe('a log that cannot be used', () => {
  test.each<[string, (path: string) => void, RegExp]>([
    ['is empty', cutTo(0), /is empty, though .*persons\.sqlite holds the keys .*: restore the log from a backup/],
    ['has a byte of it', (path) => truncateSync(path, 1), /restore it from a backup/],
    ['has a hundredth of it', cutTo(0.01), /restore it from a backup/],
    ['has half of it', cutTo(0.5), /restore it from a backup/],
    [
      'has all but its last page',
      (path) => truncateSync(path, readFileSync(path).length - 4096),
      /restore it from a backup/,
    ],
    ['is missing', (path) => rmSync(path), /is missing, though .*: restore the log from a backup/],
    ['is the database of another program', foreign, /another program: point DATA_DIR at another folder/],
    ['is a text', text, /restore it from a backup, or point DATA_DIR at another folder/],
    ['is of a newer version', sql('PRAGMA user_version = 99'), /newer version of this program: start that version/],
    ['has lost its header', overwrite(0, 0.001, 0), /restore it from a backup/],
    ['is zeroed in its middle', overwrite(0.4, 0.6, 0), /damaged.*: restore it from a backup/],
    ['is garbled in its middle', overwrite(0.4, 0.6, 0x5a), /(damaged|malformed).*: restore it from a backup/],
    ['is garbled at its end', overwrite(0.98, 1, 0x5a), /[Rr]estore it from a backup/],
    [
      'has a changed record among its newest',
      sql(
        'UPDATE record SET body = replace(body, \'"position"\', \'"Position"\') WHERE position = (SELECT max(position) - 9 FROM record)',
      ),
      /the record at position \d+ is not what its hash says. Restore it from a backup/,
    ],
    [
      'lacks one of its newest records',
      sql('DELETE FROM record WHERE position = (SELECT max(position) - 9 FROM record)'),
      /[Rr]estore it from a backup/,
    ],
  ])('because it %s stops the start, and is left as it is', async (_, change, message) => {
    const [folder, path] = withFile('log', change);
    const before = existsSync(path) ? readFileSync(path) : undefined;
    const err = await refusal(folder);
    expect(err).toMatch(message);
    expect(err).toContain(path);
    expect(existsSync(path) ? readFileSync(path).equals(before ?? Buffer.alloc(0)) : undefined).toBe(before && true);
  });
});

describe('a log that has lost its newest records', () => {
  /** What a server leaves that is killed with four changes not yet taken over from the write-ahead log. */
  async function killed(): Promise<string> {
    const api = await startOn(copyOf(filled));
    for (const changeId of ['LATE-1', 'LATE-2', 'LATE-3', 'LATE-4'])
      expect((await api.command('RaiseChange', { ...CHANGE, changeId })).status).toBe(201);
    const left = copyOf(api.folder);
    expect(statSync(`${dataFolderFiles(left).log}-wal`).size).toBeGreaterThan(0);
    return left;
  }
  const flipABit = (path: string): void => {
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 9000) ^ 4, bytes.length - 9000);
    writeFileSync(path, bytes);
  };

  test.each<[string, (path: string) => void]>([
    ['deleted', rmSync],
    ['cut off', (path) => truncateSync(path, readFileSync(path).length - 9000)],
    ['damaged in one bit', flipABit],
  ])('because its write-ahead log was %s stops the start', async (_, change) => {
    const folder = await killed();
    const { log } = dataFolderFiles(folder);
    change(`${log}-wal`);
    const err = await refusal(folder);
    expect(err).toMatch(/has lost its newest records \(it ends at position \d+\): it had come to position \d+/);
    expect(err).toContain(log);
    // Who has nothing newer says so, and goes on from what is left.
    rmSync(`${log}-head`);
    rmSync(dataFolderFiles(folder).projections);
    await opens(folder);
  });

  test('because an older copy was put in its place stops the start', async () => {
    const folder = await killed();
    const { log } = dataFolderFiles(folder);
    rmSync(`${log}-wal`);
    writeFileSync(log, readFileSync(dataFolderFiles(filled).log));
    const err = await refusal(folder);
    expect(err).toContain(`${log} has lost its newest records`);
    expect(err).toContain(`delete ${log}-head to go on without what was lost`);
  });

  test('because it is gone, and nobody was named on it, stops the start', async () => {
    const folder = temporaryFolder();
    const api = await startOn(folder);
    await api.command('RecordBankHoliday', HOLIDAY, 'admin');
    await api.server.close();
    const { log } = dataFolderFiles(folder);
    rmSync(log);
    expect(await refusal(folder)).toContain(`${log} is missing or empty: it had come to position 1`);
    expect(existsSync(log)).toBe(false);
  });
});

describe('keys of persons that cannot be used', () => {
  test.each<[string, (path: string) => void, RegExp]>([
    ['are missing', (path) => rmSync(path), /is missing, though the log has records: restore it from its own backup/],
    ['are another program’s database', foreign, /does not hold the keys of persons/],
    ['are a text', text, /restore it from its own backup/],
    ['are cut off', cutTo(0.5), /restore it from its own backup/],
    ['are garbled', overwrite(0.3, 1, 0x5a), /restore it from its own backup/],
    ['are of a newer version', sql('PRAGMA user_version = 99'), /newer version/],
  ])('because they %s stop the start', async (_, change, message) => {
    const [folder, path] = withFile('persons', change);
    const err = await refusal(folder);
    expect(err).toMatch(message);
    expect(err).toContain(path);
  });
});

describe('projections that cannot be used', () => {
  test('because they are another program’s stop the start', async () => {
    const [folder, path] = withFile('projections', foreign);
    const err = await refusal(folder);
    expect(err).toContain(path);
    expect(err).toContain('another program');
  });

  test('because they are of another log stop the start, and are made again once they are deleted', async () => {
    const folder = copyOf(await filledFolder(300));
    const { projections } = dataFolderFiles(folder);
    writeFileSync(projections, readFileSync(dataFolderFiles(filled).projections));
    const err = await refusal(folder);
    expect(err).toContain('of another log');
    expect(err).toContain(`delete ${projections}`);
    rmSync(projections);
    await opens(folder);
  });
});

describe('a data folder that cannot be used', () => {
  /** As root, permissions bind only a process that has given up its right to pass over them. */
  const bound = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];

  test('because it is a file stops the start', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const err = await refusal(file);
    expect(err).toContain(`${file} cannot be used as DATA_DIR`);
    expect(err).toContain('point DATA_DIR at a folder');
  });

  test('because nobody can make it there stops the start', async () => {
    expect(await refusalOfProcess('/proc/none/within')).toContain('/proc/none/within cannot be used as DATA_DIR');
  });

  test('because it is read-only stops the start, and is left as it is', async () => {
    const folder = copyOf(filled);
    const before = filesIn(folder);
    chmodSync(folder, 0o555);
    const err = await refusalOfProcess(folder, { under: bound });
    expect(err).toContain(`${folder} cannot be written`);
    expect(err).toContain('let the user that runs the server read and write it');
    chmodSync(folder, 0o755);
    expect(filesIn(folder)).toEqual(before);
  });

  test('because its log may not be written stops the start', async () => {
    const [folder, path] = withFile('log', (one) => chmodSync(one, 0o444));
    expect(await refusalOfProcess(folder, { under: bound })).toContain(`${path} cannot be written`);
  });

  test('because its lock is something else stops the start', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'lock.sqlite'), 'no lock'.repeat(1000));
    expect(await refusal(folder)).toContain(`${join(folder, 'lock.sqlite')} is not the lock`);
  });

  test('because a server holds it stops the start of a second one, and the first goes on', async () => {
    const first = await BuiltServer.start();
    for (let attempt = 0; attempt < 2; attempt += 1)
      expect(await refusal(first.folder)).toBe(
        `${first.folder} is in use by the process ${String(first.pid)}: stop it, or point DATA_DIR at another folder`,
      );
    expect((await first.command('RecordBankHoliday', HOLIDAY, 'admin')).status).toBe(201);
    await first.kill();
    await opens(first.folder);
  });
});

describe('a start that is refused for its settings', () => {
  test('names every wrong setting at once, and makes nothing', async () => {
    const folder = join(temporaryFolder(), 'data');
    const wrong = { PORT: '65536', ADMIN_API_KEY: 'short', TEST_CLOCK: 'tomorrow', EVENT_STORE: 'paper' };
    const lines = (await refusalOfProcess(folder, { env: wrong })).trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(Object.keys(wrong));
    expect(existsSync(folder)).toBe(false);
  });

  test('says that HOST is no address of this machine', async () => {
    const err = await refusalOfProcess(temporaryFolder(), { env: { HOST: '192.0.2.1' } });
    expect(err).toMatch(/^cannot listen on .* Set HOST to one that is/);
  });

  test('says that the port is taken; the admin key of a first start is shown all the same', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as AddressInfo;
    const server = new BuiltServer();
    server.launch({ env: { PORT: String(port), ADMIN_API_KEY: undefined } });
    const ended = await server.ended;
    blocker.close();
    expect(ended).toEqual({ code: 1, signal: null });
    expect(server.err).toBe(
      `cannot listen on 127.0.0.1 port ${String(port)}: another program does already. Stop it, or set PORT to another port\n`,
    );
    const key = /The admin key, shown this once: (\S+)/.exec(server.out)?.[1];
    await server.start({ env: { ADMIN_API_KEY: undefined } });
    expect(server.out).not.toContain('The admin key');
    expect((await server.request('GET', '/parties', { as: `Bearer ${key ?? ''}` })).status).toBe(200);
  });
});
