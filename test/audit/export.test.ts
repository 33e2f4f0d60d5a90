import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { exportToFile, UnusableExport, type Exported } from '../../src/audit/export/export-file.js';
import { DamagedLog } from '../../src/audit/export/export-lines.js';
import type { LogReader } from '../../src/event-store/event-store.js';
import { dataFolderFiles } from '../../src/event-store/sqlite/data-folder.js';
import { TestApi } from '../support/api.js';
import { commandLine } from '../support/command-line.js';
import { exportOf, History, linesOf, verified } from '../support/histories.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

afterAll(removeTemporaryFolders);

const exported = (log: LogReader, file: string): Promise<Exported> => exportToFile(log, file, () => undefined);

describe('an export', () => {
  let history: History;
  let file: string;
  beforeEach(async () => {
    history = new History();
    for (let index = 0; index < 600; index += 1)
      await history.go({ party: index % 7, text: `number ${index}`, minutes: index % 3 });
    await history.sign();
    file = join(temporaryFolder(), 'export.ndjson');
  });

  test('is the same bytes whenever it is made, also after the log has gone on', async () => {
    const { records } = await exported(history.log, file);
    expect(records).toBe(602);
    await history.go({ party: 1, text: 'later', minutes: 1 });
    expect(readFileSync(file).equals(await history.export(records))).toBe(true);
    expect(existsSync(`${file}.partial`)).toBe(false);
  });

  test('that was interrupted anywhere is gone on with, and comes to the same bytes', async () => {
    const whole = await history.export();
    await history.go({ party: 1, text: 'later', minutes: 1 });
    const lines = linesOf(whole);
    const header = (lines[0] ?? '').length;
    const beforeClosing = whole.length - Buffer.byteLength(lines.at(-1) ?? '');
    for (const cut of [0, 10, header, 400, 70_000, beforeClosing, whole.length - 1, whole.length]) {
      const other = join(temporaryFolder(), 'export.ndjson');
      writeFileSync(`${other}.partial`, whole.subarray(0, cut));
      const { resumedAfter } = await exported(history.log, other);
      // Where not even the first line was whole, it is begun anew, and has what has been recorded since.
      expect(readFileSync(other).equals(cut < header ? await history.export() : whole)).toBe(true);
      const wholeLines = linesOf(whole.subarray(0, Math.min(cut, beforeClosing))).length;
      expect(resumedAfter).toBe(Math.max(0, wholeLines - 1));
    }
  });

  test('goes on after any line over HTTP too: what follows it', async () => {
    const lines = linesOf(await history.export());
    for (const after of [0, 1, 250, 601, 602])
      expect(linesOf(await exportOf(history.log, 602, after))).toEqual(lines.slice(after + 1));
  });

  test('overwrites nothing, and is not mixed with one of another log', async () => {
    writeFileSync(file, 'mine');
    await expect(exported(history.log, file)).rejects.toThrow(UnusableExport);
    const other = join(temporaryFolder(), 'export.ndjson');
    const foreign = await History.of(Array.from({ length: 20 }, () => ({ party: 1, text: 'x', minutes: 1 })));
    for (const partial of [(await foreign.export()).subarray(0, 5_000), 'rubbish\n']) {
      writeFileSync(`${other}.partial`, partial);
      await expect(exported(history.log, other)).rejects.toThrow('not the beginning of an export of this log');
    }
  });

  test('of a log that is not as it was written makes no file', async () => {
    const damaged = {
      ...history.log,
      head: () => history.log.head(),
      *readWritten(query: Parameters<LogReader['readWritten']>[0]) {
        for (const one of history.log.readWritten(query))
          yield one.record.position === 300 ? { ...one, body: one.body.replace('number', 'numbed') } : one;
      },
    } as LogReader;
    await expect(exported(damaged, file)).rejects.toThrow(DamagedLog);
    await expect(exported(damaged, file)).rejects.toThrow('position 300');
    expect(existsSync(file)).toBe(false);
  });
});

describe('an auditor', () => {
  let api: TestApi;
  let folder: string;
  let head: string;
  beforeAll(async () => {
    api = await TestApi.start();
    folder = temporaryFolder();
    for (const partyId of ['a', 'b', 'c'])
      await api.command(
        'RegisterParty',
        { partyId, name: `Party ${partyId}`, category: 'rdp', emails: [`${partyId}@party.example`] },
        'admin',
      );
    await api.keyOf('auditor');
    await api.command('SignTreeHead', {}, 'admin');
    head = join(folder, 'head.json');
    writeFileSync(head, (await api.get('/audit/head', 'auditor')).text);
  });
  afterAll(() => api.stop());

  test('exports over HTTP or at the command line, while the server runs, and verifies offline', async () => {
    const { text, headers } = await api.get('/events/export', 'auditor');
    expect(headers.get('content-type')).toContain('application/x-ndjson');
    expect(verified(Buffer.from(text)).faults).toEqual([]);
    const file = join(folder, 'export.ndjson');
    const ran = await commandLine(['export', file], { DATA_DIR: api.folder });
    expect(ran).toMatchObject({ code: 0, stdout: `6 events written to ${file}\n` });
    expect(readFileSync(file, 'utf8')).toBe(text);

    const verify = await commandLine(['verify', file, '--head', head]);
    expect(verify.code).toBe(0);
    expect(verify.stdout).toContain('Nothing is wrong with this history.');
    expect(verify.stdout).toContain('that you kept fits');
  });

  test('is told what is wrong with one, by exit code too', async () => {
    const lines = linesOf(Buffer.from((await api.get('/events/export', 'auditor')).text));
    const file = join(folder, 'bad.ndjson');
    writeFileSync(file, lines.toSpliced(2, 1).join(''));
    const verify = await commandLine(['verify', file]);
    expect(verify).toMatchObject({ code: 1 });
    expect(verify.stdout).toContain('MISSING (line 3): event 2 is missing.');
    expect(await commandLine(['verify', join(folder, 'nowhere')])).toMatchObject({ code: 2 });
    expect(await commandLine(['verify', file, '--key', head.replace('head', 'nowhere')])).toMatchObject({ code: 2 });
    expect((await commandLine(['verify', file, '--head', file])).stderr).toContain('holds no tree head');
  });

  test("replays a stream's life", async () => {
    const replayed = await commandLine(['replay', '--stream', 'party-a'], { DATA_DIR: api.folder });
    expect(replayed.stdout).toContain(
      'admin admin registered a (rdp) to be told of maintenance, with 1 e-mail address.',
    );
    expect(replayed.stdout).not.toContain('a@party.example');
    expect(await commandLine(['replay', '--stream', 'party-x'], { DATA_DIR: api.folder })).toMatchObject({ code: 1 });
  });

  test('cannot ask for a part that does not exist', async () => {
    expect(await api.get('/events/export?after=2', 'auditor')).toMatchObject({ status: 400 });
    expect(await api.get('/events/export?upTo=99', 'auditor')).toMatchObject({ status: 400 });
    expect(await api.get('/events/export?upTo=2&after=3', 'auditor')).toMatchObject({ status: 400 });
    expect(await api.get('/events/export?upTo=2&asOf=2026-10-01T09:00:00Z', 'auditor')).toMatchObject({ status: 400 });
    const asOf = await api.get('/events/export?asOf=2026-09-01T09:00:00Z', 'auditor');
    expect(linesOf(Buffer.from(asOf.text))).toHaveLength(2);
    expect((await api.get('/events/export', 'reporting')).status).toBe(403);
  });
});

test('a log that was changed on the disk is not handed out: the export breaks off before the first wrong event', async () => {
  const api = await TestApi.start();
  for (const name of ['one', 'two', 'three']) await api.command('IssueApiKey', { name, roles: ['party'] }, 'admin');
  await api.keyOf('auditor');
  const db = new DatabaseSync(dataFolderFiles(api.folder).log);
  db.exec("UPDATE record SET body = replace(body, 'party', 'parti') WHERE position = 2");
  db.close();
  await expect(api.get('/events/export', 'auditor')).rejects.toThrow();
  await api.stop();
});
