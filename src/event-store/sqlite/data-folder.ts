import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { adviceFor, isBusy, isDamage } from './failure.js';
import { UnusableLog } from './open-database.js';

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

const pathsOf = ({ log, persons, projections }: DataFolderFiles): readonly string[] => [log, persons, projections];
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
  /** Tells whoever would take the folder that it is about to be let go. */
  stopping(): void;
  release(): void;
}

/** Another process holds the data folder. */
export class DataFolderInUse extends UnusableLog {
  override readonly name = 'DataFolderInUse';

  /** @param isStopping whether that process is about to let the folder go */
  constructor(
    message: string,
    readonly isStopping: boolean,
    options: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What follows the number of a process that is about to let its folder go. */
const STOPPING = ' (stopping)';
/** Milliseconds that a process may take to stop: longer than a server gives its slowest client. */
const LONGEST_STOP = 15_000;
/** Milliseconds between two looks whether it has. */
const LOOK_EVERY = 50;

/**
 * Takes the folder as `takeDataFolder` does, but waits for a process that is stopping: who restarts a server may start
 * the next one the moment the one before has been told to stop.
 * @param tell is told that it waits
 * @throws DataFolderInUse naming the process that goes on holding it, UnusableLog
 */
export async function succeedInDataFolder(folder: string, tell: (message: string) => void): Promise<DataFolder> {
  for (let waited = 0; ; waited += LOOK_EVERY) {
    try {
      return takeDataFolder(folder);
    } catch (error) {
      if (!(error instanceof DataFolderInUse && error.isStopping) || waited >= LONGEST_STOP) throw error;
      if (waited === 0) tell(`waiting for another process to stop: ${error.message}`);
    }
    await setTimeout(LOOK_EVERY);
  }
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
    makeFolder(folder);
    for (const file of [folder, ...pathsOf(dataFolderFiles(folder))]) refuseUnwritable(file);
    lock = new DatabaseSync(lockFile, { timeout: 0 });
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    writeFileSync(pidFile, `${String(process.pid)}\n`);
  } catch (error) {
    lock?.close();
    if (error instanceof UnusableLog) throw error;
    if (isBusy(error)) {
      const holder = readPid(pidFile);
      throw new DataFolderInUse(
        `${folder} is in use by the process ${holder}: stop it, or point DATA_DIR at another folder`,
        holder.endsWith(STOPPING),
        { cause: error },
      );
    }
    throw new UnusableLog(refusal(error, folder, lockFile), { cause: error });
  }
  const held = lock;
  return {
    ...dataFolderFiles(folder),
    stopping: () => {
      try {
        // Only where it is still there: the folder of a server that stops may be being deleted.
        writeFileSync(pidFile, `${String(process.pid)}${STOPPING}\n`, { flag: 'r+' });
      } catch {
        // It is told for the sake of the next one only.
      }
    },
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}

/**
 * Makes a folder, and those that it is to be in, for this user alone. Node's own way, `recursive`, never ends where the
 * operating system lets nobody make one, as under `/proc`.
 * @throws Error the operating system's
 */
export function makeFolder(folder: string): void {
  const make = (): void => {
    mkdirSync(folder, { mode: 0o700 });
  };
  try {
    make();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(folder).isDirectory()) return;
    if (code !== 'ENOENT') throw error;
    makeFolder(dirname(folder));
    make();
  }
}

/** Why the folder cannot be taken, and what to do. */
function refusal(error: unknown, folder: string, lockFile: string): string {
  if (isDamage(error)) return `${lockFile} is not the lock of a data folder: delete it`;
  const advice = adviceFor(error, 'point DATA_DIR at a folder that can be made and written');
  return `${folder} cannot be used as DATA_DIR (${(error as Error).message}): ${advice}`;
}

/** @throws UnusableLog where this user may not read and write what is there */
function refuseUnwritable(file: string): void {
  if (!existsSync(file)) return;
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new UnusableLog(
      `${file} cannot be written (${(error as Error).message}): ${adviceFor(error, '')}, or point DATA_DIR at another folder`,
      { cause: error },
    );
  }
}

function readPid(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '(unknown)';
  }
}
