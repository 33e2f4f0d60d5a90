import type { LogReader } from '../event-store/event-store.js';
import { dataFolderFiles } from '../event-store/sqlite/data-folder.js';
import { openToRead } from '../event-store/sqlite/sqlite-log.js';

/**
 * Does something with the log of a data folder as it is now, while a server may be writing to it. Nothing is changed.
 * @throws UnusableLog
 */
export async function withLogOf<Result>(dataDir: string, work: (log: LogReader) => Promise<Result>): Promise<Result> {
  const { log: file } = dataFolderFiles(dataDir);
  // Loaded only where there is a log to read.
  const { catalogue } = await import('../catalogue.js');
  const log = openToRead(file, catalogue());
  try {
    return await work(log);
  } finally {
    log.close();
  }
}
