import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from '../support/child-process.js';
import { fileOf, rowOf } from '../support/forward-schedule.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

const HOOK = join(import.meta.dirname, '../support/typescript-hook.ts');
const PROGRAM = join(import.meta.dirname, '../../src/command-line.ts');

afterEach(removeTemporaryFolders);

/** Runs `maintenance-calendar` with these arguments on a data folder, to its end. */
function run(dataDir: string, ...args: string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', HOOK, PROGRAM, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, DATA_DIR: dataDir },
  });
  return { status, out: stdout, err: stderr };
}

/** A file with this text, in a folder of its own. */
function fileWith(text: string): string {
  const file = join(temporaryFolder(), 'schedule.csv');
  writeFileSync(file, text);
  return file;
}

test('import takes in a file and says how many rows, the second time as already recorded', () => {
  const [folder, file] = [temporaryFolder(), fileWith(fileOf(rowOf(), rowOf({ changeId: 'CRQ000002' })))];
  expect(run(folder, 'import', file)).toEqual({
    status: 0,
    out: '2 rows: 2 accepted, 0 already recorded, 0 rejected\n',
    err: '',
  });
  expect(run(folder, 'import', file).out).toBe('2 rows: 0 accepted, 2 already recorded, 0 rejected\n');
});

test('bad rows are told on standard error, and the exit code is 2', () => {
  const file = fileWith(fileOf(rowOf(), rowOf({ changeId: 'BAD', class: 'major' })));
  const { status, out, err } = run(temporaryFolder(), 'import', file);
  expect({ status, out }).toEqual({ status: 2, out: '2 rows: 1 accepted, 0 already recorded, 1 rejected\n' });
  expect(err).toMatch(/^row 2 \(BAD\): class is "major"/);
});

test.each([
  ['another file', (): string => fileWith('a,b\n1,2\n'), /^the header has no column changeId/],
  ['no file', (): string => join(temporaryFolder(), 'none.csv'), /no such file/],
])('%s is told in one line, with exit code 1', (_, file, message) => {
  const { status, out, err } = run(temporaryFolder(), 'import', file());
  expect({ status, out }).toEqual({ status: 1, out: '' });
  expect(err).toMatch(message);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
});

test('a folder that a server holds is left alone', async () => {
  const folder = temporaryFolder();
  const holder = startChild('holding-program.ts', folder);
  for await (const line of holder.lines) {
    expect(line).toBe('held');
    break;
  }
  const { status, err } = run(folder, 'import', fileWith(fileOf(rowOf())));
  await holder.kill();
  expect(status).toBe(1);
  expect(err).toMatch('is in use by the process');
});
