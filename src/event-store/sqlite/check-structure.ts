import { Worker } from 'node:worker_threads';
import { inOneLine } from './failure.js';

/** The program of the thread, compiled or as source, as this file is. */
const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? './structure.ts' : './structure.js', import.meta.url);

/**
 * Checks a database file's structure and its indexes, in a thread of its own: it can take seconds.
 * @returns the first thing that is wrong; undefined where nothing is
 * @throws Error where it cannot be checked now
 */
export async function faultInStructure(file: string): Promise<string | undefined> {
  const worker = new Worker(PROGRAM, { workerData: { file } });
  worker.unref();
  const found = await new Promise<string>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
    worker.once('exit', () => reject(new Error('the thread that checks it ended')));
  });
  return found === 'ok' ? undefined : inOneLine(found);
}
