import 'reflect-metadata';
import { Command } from 'commander';
import { ImportStopped, UnusableFile } from './changes/import/import-forward-schedule.js';
import { registerAudit } from './command-line/audit.js';
import { registerImport } from './command-line/import.js';
import { LogUnavailable } from './event-store/event-store.js';
import { UnusableLog } from './event-store/sqlite/open-database.js';
import { ConfigurationError } from './operations/configuration.js';

/** Exit code where the command line itself could not be understood. */
const NOT_UNDERSTOOD = 2;

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const program = new Command('maintenance-calendar')
  .description('Works on the data folder (DATA_DIR); settings come from the environment.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : NOT_UNDERSTOOD));
registerImport(program);
registerAudit(program);

try {
  await program.parseAsync();
} catch (error) {
  const expected = [ConfigurationError, UnusableLog, UnusableFile, ImportStopped, LogUnavailable];
  const isExpected = expected.some((kind) => error instanceof kind) || (error as { code?: string }).code !== undefined;
  if (!isExpected) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
