import { startChild } from '../support/child-process.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

afterAll(removeTemporaryFolders);

test('a thread that dies while it writes is told of, another takes its place, and nothing hangs', async () => {
  const lines: string[] = [];
  for await (const line of startChild('dying-threads-program.ts', temporaryFolder()).lines) lines.push(line);
  expect(lines).toEqual([
    expect.stringMatching(/^log done (done|LogUnavailable) done$/),
    expect.stringMatching(/^tables done (done|LogUnavailable) done$/),
    'closed',
  ]);
});
