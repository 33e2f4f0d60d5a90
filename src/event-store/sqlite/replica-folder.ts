import { existsSync, rmSync } from 'node:fs';
import { dataFolderFiles, replicaOf, takeDataFolder } from './data-folder.js';
import { UnusableLog } from './open-database.js';

/**
 * Throws away the replica in a data folder, with what was made from it: the next start of the server fills it again from
 * the cluster. The keys of persons stay, and so does everything else.
 * @returns the stream that it was a replica of
 * @throws UnusableLog where a server holds the folder, or it holds no replica: a log of its own is the only copy
 */
export function discardReplica(folder: string): string {
  const stream = replicaOf(folder);
  if (stream === undefined)
    throw new UnusableLog(
      existsSync(dataFolderFiles(folder).log)
        ? `${folder} holds a log of its own, not a replica of one on a cluster: there is no other copy of it, so nothing was deleted`
        : `${folder} holds no replica: point DATA_DIR at the data folder of a server on a cluster`,
    );
  const taken = takeDataFolder(folder);
  try {
    // The projections first: where this is cut short, what is left is a log, from which they are made again.
    for (const file of [taken.projections, taken.log])
      for (const part of ['', '-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
    return stream;
  } finally {
    taken.release();
  }
}
