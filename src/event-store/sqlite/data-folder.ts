import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UnusableLog } from './open-database.js';

/** SQLite's code for a file that another connection has locked. */
const SQLITE_BUSY = 5;

/** Where a data folder keeps what. */
export interface DataFolderFiles {
  /** The log: the only copy of the truth. */
  readonly log: string;
  /** The keys of persons. */
  readonly persons: string;
  /** What is made from the log, and can be made again. */
  readonly projections: string;
}

/** The files of a data folder. */
export const dataFolderFiles = (folder: string): DataFolderFiles => ({
  log: join(folder, 'log.sqlite'),
  persons: join(folder, 'persons.sqlite'),
  projections: join(folder, 'projections.sqlite'),
});

/** Says in a data folder that its log is a replica, and of which stream. */
const REPLICA_MARK = 'replica-of';

/** The stream on a cluster that a folder's log is a replica of; undefined where it is a log of its own, or there is none. */
export function replicaOf(folder: string): string | undefined {
  const mark = join(folder, REPLICA_MARK);
  return existsSync(mark) ? readFileSync(mark, 'utf8').trim() : undefined;
}

/**
 * Keeps apart the folders of logs and of replicas: a replica that was written to would be of no log any more.
 * @param stream the stream on a cluster that the log is a replica of; undefined: it is a log of its own
 * @throws UnusableLog for a folder of the other kind, or a replica of another stream
 */
export function refuseOtherKind(folder: string, stream: string | undefined): void {
  const marked = replicaOf(folder);
  if (marked === undefined && stream !== undefined) {
    if (existsSync(dataFolderFiles(folder).log))
      throw new UnusableLog(
        `${folder} holds a log of its own, not a replica: point DATA_DIR at another folder; "maintenance-calendar copy" brings a log to the cluster`,
      );
    writeFileSync(join(folder, REPLICA_MARK), `${stream}\n`);
  } else if (marked !== stream)
    throw new UnusableLog(
      `${folder} holds a replica of the stream ${String(marked)} on a KurrentDB cluster: ` +
        (stream === undefined
          ? 'set EVENT_STORE=kurrentdb, or point DATA_DIR at another folder'
          : 'set KURRENTDB_PREFIX as it was, or point DATA_DIR at another folder'),
    );
}

/** A data folder that this process, and no other, may write. */
export interface DataFolder extends DataFolderFiles {
  release(): void;
}

/** Another process holds the data folder. */
export class DataFolderInUse extends UnusableLog {
  override readonly name = 'DataFolderInUse';
}

/**
 * Makes the folder where it is missing and takes its lock. The lock is the operating system's, so a process that is
 * killed leaves none behind.
 * @throws DataFolderInUse naming the process that holds it, UnusableLog telling why the folder cannot be used
 */
export function takeDataFolder(folder: string): DataFolder {
  const lockFile = join(folder, 'lock.sqlite');
  const pidFile = join(folder, 'server.pid');
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(lockFile, { timeout: 0 });
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    writeFileSync(pidFile, `${String(process.pid)}\n`);
  } catch (error) {
    lock?.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY)
      throw new DataFolderInUse(
        `${folder} is in use by the process ${readPid(pidFile)}: stop it, or point DATA_DIR at another folder`,
        { cause: error },
      );
    throw new UnusableLog(`${folder} cannot be used as DATA_DIR: ${(error as Error).message}`, { cause: error });
  }
  const held = lock;
  return {
    ...dataFolderFiles(folder),
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}

function readPid(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '(unknown)';
  }
}
