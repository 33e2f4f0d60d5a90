import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { importForwardSchedule, ImportStopped, UnusableFile } from './changes/import/import-forward-schedule.js';
import { LogUnavailable } from './event-store/event-store.js';
import { UnusableLog } from './event-store/sqlite/open-database.js';
import { ConfigurationError, readConfiguration } from './operations/configuration.js';
import { openPipeline } from './server.js';

/** Who acts at the command line: whoever can write the data folder. */
const AT_THE_COMMAND_LINE = { id: 'command-line', role: 'scheduler' };

/** Exit code where rows were not taken in; 1 is for what stopped the whole. */
const SOME_REJECTED = 2;

/** Takes in a file, and says on standard error how far it is and which rows are wrong. */
async function importFile(file: string): Promise<void> {
  const size = statSync(file).size;
  const opened = await openPipeline(readConfiguration(process.env));
  const bar = new SingleBar({
    format: 'importing {bar} {percentage}% | {rows} rows, {rejected} rejected',
    clearOnComplete: true,
    noTTYOutput: false,
  });
  let read = 0;
  const stream = createReadStream(file);
  stream.on('data', (chunk) => (read += chunk.length));
  try {
    bar.start(size, 0, { rows: 0, rejected: 0 });
    const problems: string[] = [];
    const tally = await importForwardSchedule(opened.pipeline, stream as AsyncIterable<Uint8Array>, {
      by: { actor: AT_THE_COMMAND_LINE, requestId: randomUUID() },
      rejected: ({ row, changeId, errors }) =>
        problems.push(`row ${String(row)}${changeId === null ? '' : ` (${changeId})`}: ${errors.join('; ')}`),
      progress: ({ rows, rejected }) => bar.update(read, { rows, rejected }),
    });
    bar.stop();
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    const { rows, accepted, alreadyRecorded, rejected } = tally;
    process.stdout.write(
      `${String(rows)} rows: ${String(accepted)} accepted, ${String(alreadyRecorded)} already recorded, ${String(rejected)} rejected\n`,
    );
    if (rejected > 0) process.exitCode = SOME_REJECTED;
  } finally {
    bar.stop();
    await opened.close();
  }
}

const program = new Command('maintenance-calendar').description(
  'Works on the data folder (DATA_DIR) while no server holds it; settings come from the environment.',
);
program
  .command('import')
  .description('take in a forward schedule of change; importing the same file again records nothing')
  .argument('<file>', 'CSV in UTF-8, with a header')
  .action(importFile);

try {
  await program.parseAsync();
} catch (error) {
  const expected = [ConfigurationError, UnusableLog, UnusableFile, ImportStopped, LogUnavailable];
  const isExpected = expected.some((kind) => error instanceof kind) || (error as { code?: string }).code !== undefined;
  if (!isExpected) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
