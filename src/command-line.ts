import 'reflect-metadata';
import { Command } from 'commander';
import { registerAudit } from './command-line/audit.js';
import { registerBackup } from './command-line/backup.js';
import { registerCopy } from './command-line/copy.js';
import { registerImport } from './command-line/import.js';
import { registerRebuild } from './command-line/rebuild.js';
import { registerReplica } from './command-line/replica.js';

/** Errors that are answers, by name, so that what throws them is loaded only where it is needed. */
const EXPECTED = [
  'ConfigurationError',
  'UnusableLog',
  'DataFolderInUse',
  'UnusableFile',
  'ImportStopped',
  'LogUnavailable',
];
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
registerBackup(program);
registerCopy(program);
registerReplica(program);
registerRebuild(program);

try {
  await program.parseAsync();
} catch (error) {
  const { name, code, message } = error as Error & { code?: string };
  if (!EXPECTED.includes(name) && code === undefined) throw error;
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
