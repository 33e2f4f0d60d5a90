import { randomUUID } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { readConfiguration } from '../operations/configuration.js';
import { beFrugal } from '../operations/frugal.js';

/** Who acts at the command line: whoever can write the data folder. */
const AT_THE_COMMAND_LINE = { id: 'command-line', role: 'scheduler' };

/** Exit code where rows were not taken in; 1 is for what stopped the whole. */
const SOME_REJECTED = 2;

/** Adds `import`. */
export function registerImport(program: Command): void {
  program
    .command('import')
    .description(
      'take in a forward schedule of change, while no server holds the data folder; importing the same file again records nothing',
    )
    .argument('<file>', 'CSV in UTF-8, with a header')
    .action(importFile);
}

/** Takes in a file, and says on standard error how far it is and which rows are wrong. */
async function importFile(file: string): Promise<void> {
  const size = statSync(file).size;
  beFrugal();
  const { openPipeline } = await import('../server.js');
  const { importForwardSchedule } = await import('../changes/import/import-forward-schedule.js');
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
    // So that the next server answers from it at once.
    await opened.pipeline.projections.finish();
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
