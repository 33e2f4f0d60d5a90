import { createReadStream, readFileSync } from 'node:fs';
import { ExportCheck } from './export-check.js';
import { judge, type Judgement } from './judgement.js';
import { keptHeads, keptKeys, UnusableKept, type Kept } from './kept.js';

/** What is read at once. Bytes. */
const PIECE = 1024 * 1024;

/** Told how many bytes have been read. */
export type BytesRead = (bytes: number) => void;

/** Checks an export from its file, piece by piece. @throws where the file cannot be read */
export async function verifyFile(file: string, kept: Kept, progress: BytesRead = () => undefined): Promise<Judgement> {
  const check = new ExportCheck(new Set(kept.heads.map(({ size }) => size)));
  let read = 0;
  for await (const piece of createReadStream(file, { highWaterMark: PIECE }) as AsyncIterable<Buffer>) {
    check.push(piece);
    progress((read += piece.length));
  }
  return judge(check.finish(), kept);
}

/**
 * Reads what an auditor kept.
 * @throws UnusableKept naming the file that holds nothing of the kind; or where one cannot be read
 */
export function readKept(headFiles: readonly string[], keyFiles: readonly string[]): Kept {
  const each = <Thing>(files: readonly string[], read: (text: string) => Thing[]): Thing[] =>
    files.flatMap((file) => {
      try {
        return read(readFileSync(file, 'utf8'));
      } catch (error) {
        throw new UnusableKept(
          `${file} ${error instanceof UnusableKept ? '' : 'cannot be read: '}${(error as Error).message}`,
          { cause: error },
        );
      }
    });
  return { heads: each(headFiles, keptHeads), keys: each(keyFiles, keptKeys) };
}
