import type { Command } from 'commander';
import { readConfiguration } from '../operations/configuration.js';

/** Adds `replica`. */
export function registerReplica(program: Command): void {
  program
    .command('replica')
    .description("works on this server's replica of the log on a KurrentDB cluster")
    .command('rebuild')
    .description('throw the replica away, while no server holds the data folder: the next start fills it again')
    .action(rebuild);
}

async function rebuild(): Promise<void> {
  const { dataDir } = readConfiguration(process.env);
  const { discardReplica } = await import('../event-store/sqlite/replica-folder.js');
  const stream = discardReplica(dataDir);
  process.stdout.write(
    `The replica of the stream ${stream} in ${dataDir} is gone; the keys of persons are still there. Start the server: it fills a new one from the cluster, and is ready when that is done.\n`,
  );
}
