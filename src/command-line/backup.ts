import type { Command } from 'commander';
import type { Progress } from '../event-store/sqlite/backup.js';
import { ConfigurationError, readConfiguration } from '../operations/configuration.js';
import { progressBar } from './progress.js';

/** Adds `backup` and `restore`. */
export function registerBackup(program: Command): void {
  program
    .command('backup')
    .description('copy the log into one file and check every record of the copy, while a server may be running')
    .argument('<file>', 'where to; nothing is overwritten')
    .option('--keys <file>', 'copy the keys of persons too, into a file of their own: keep it apart from the log')
    .action(backUp);
  program
    .command('restore')
    .description('put a backup into a data folder that has no log; every record of it is checked first')
    .argument('<file>', 'a backup of the log')
    .option('--keys <file>', 'a backup of the keys of persons; whoever the log says was erased is left out')
    .action(restore);
}

async function backUp(file: string, { keys }: { keys?: string }): Promise<void> {
  refuseSame(file, keys);
  const { dataDir } = readConfiguration(process.env);
  const { backUpKeys, backUpLog } = await import('../event-store/sqlite/backup.js');
  const { catalogue } = await import('../catalogue.js');
  const { records, hash } = await withBar('checking the copy', (progress) =>
    backUpLog(dataDir, file, catalogue(), progress),
  );
  process.stdout.write(`${String(records)} records in ${file}${hash === null ? '' : `, newest hash ${hash}`}\n`);
  // After the log: so no record in its backup is without its key in theirs.
  if (keys === undefined) return;
  await backUpKeys(dataDir, keys);
  process.stdout.write(`the keys of persons in ${keys}: keep them apart from the log\n`);
}

async function restore(file: string, { keys }: { keys?: string }): Promise<void> {
  refuseSame(file, keys);
  const { dataDir } = readConfiguration(process.env);
  const { restoreKeys, restoreLog } = await import('../event-store/sqlite/backup.js');
  const { catalogue } = await import('../catalogue.js');
  const { dropErased } = await import('../register/erasures.js');
  const { records, hash } = await withBar('checking the backup', (progress) =>
    restoreLog(file, dataDir, catalogue(), progress),
  );
  process.stdout.write(
    `${String(records)} records restored into ${dataDir}${hash === null ? '' : `, newest hash ${hash}`}\n`,
  );
  if (keys === undefined) return;
  await restoreKeys(keys, dataDir, catalogue(), dropErased);
  process.stdout.write('the keys of persons restored, without those of whoever was erased since\n');
}

function refuseSame(file: string, keys: string | undefined): void {
  if (keys === file) throw new ConfigurationError('the keys of persons go into a file of their own');
}

async function withBar<Result>(what: string, work: (progress: Progress) => Promise<Result>): Promise<Result> {
  const bar = progressBar(what, 'records');
  try {
    return await work((done, all) => bar.update(done, all));
  } finally {
    bar.stop();
  }
}
