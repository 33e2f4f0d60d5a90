import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** What SQLite's result codes come to. See https://sqlite.org/rescode.html */
const [PERM, BUSY, READONLY, CORRUPT, FULL, CANTOPEN, NOTADB] = [3, 5, 8, 11, 13, 14, 26];
const [IOERR_READ, IOERR_SHORT_READ] = [266, 522];
/** An extended code has the primary one in its lowest byte. */
const PRIMARY = 0xff;

/** What is in a file is not what was written. SQLite does not notice: it takes a short file for one to be begun. */
export class NoDatabase extends Error {
  override readonly name = 'NoDatabase';
}

/** SQLite's extended result code; undefined for an error that is not SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  const { code, errcode } = error as { code?: unknown; errcode?: number };
  return code === 'ERR_SQLITE_ERROR' ? errcode : undefined;
}

/** True where the file is locked by another connection. */
export const isBusy = (error: unknown): boolean => primary(error) === BUSY;

/** True where what is stored is not what was written, or cannot be read at all; not where it cannot be read just now. */
export const isDamage = (error: unknown): boolean => error instanceof NoDatabase || isDamageCode(sqliteCode(error));

/** The same of SQLite's extended result code. */
export function isDamageCode(code: number | undefined): boolean {
  if (code === undefined) return false;
  return code === IOERR_READ || code === IOERR_SHORT_READ || [CORRUPT, NOTADB].includes(code & PRIMARY);
}

/** How every SQLite database begins. */
const MAGIC = 'SQLite format 3\0';
/** No database is smaller. Bytes. */
const SMALLEST = 512;

/** True where there is a file with something in it. */
export const isFilled = (file: string): boolean => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;

/** @throws NoDatabase for a file that is neither a database nor empty, and would be overwritten */
export function refuseNoDatabase(file: string): void {
  if (!isFilled(file)) return;
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const begin = Buffer.alloc(MAGIC.length);
    readSync(descriptor, begin, 0, MAGIC.length, 0);
    if (size < SMALLEST || begin.toString('latin1') !== MAGIC)
      throw new NoDatabase('it is no database, or only the beginning of one');
  } finally {
    closeSync(descriptor);
  }
}

/** What the check of a file's structure found, in one line. */
export const inOneLine = (found: unknown): string =>
  String(found).replace('*** in database main ***', '').trim().replaceAll('\n', '; ');

const PERMIT = 'let the user that runs the server read and write it and its folder';
const MAKE_ROOM = 'make room on the disk';

/** What is to be done where the operating system refuses; undefined where that is not known. */
function ofSystem(code: string | undefined): string | undefined {
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return PERMIT;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' ? MAKE_ROOM : undefined;
}

/** What is to be done where a file cannot be used. @param otherwise where the file itself is at fault */
export function adviceFor(error: unknown, otherwise: string): string {
  if (isDamage(error)) return otherwise;
  switch (primary(error)) {
    case PERM:
    case READONLY:
    case CANTOPEN:
      return PERMIT;
    case BUSY:
      return 'another program has it open: close it';
    case FULL:
      return MAKE_ROOM;
    case undefined:
      return ofSystem((error as NodeJS.ErrnoException).code) ?? otherwise;
    default:
      return 'make sure that the disk works and has room';
  }
}

const primary = (error: unknown): number | undefined => {
  const code = sqliteCode(error);
  return code === undefined ? undefined : code & PRIMARY;
};
