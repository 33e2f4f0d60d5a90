import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { inOneLine } from './failure.js';

/** The program of the check, compiled or as source, as this file is. */
const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? './structure.ts' : './structure.js', import.meta.url);

/**
 * Checks a database file's structure and its indexes. That takes seconds for a large file and cannot be interrupted in
 * SQLite, so it is done in a process of its own, which can be ended at any time.
 */
export class StructureCheck {
  #process: ChildProcess | undefined;
  #ended = false;

  /**
   * @returns the first thing that is wrong; undefined where nothing is
   * @throws Error where it cannot be checked now, or the check is ended
   */
  async faultIn(file: string): Promise<string | undefined> {
    if (this.#ended) throw new Error('it is closed');
    const checking = spawn(process.execPath, [fileURLToPath(PROGRAM), file], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = checking;
    const ended = once(checking, 'close');
    const [found, failure] = await Promise.all([text(checking.stdout), text(checking.stderr), ended]);
    if (checking.exitCode !== 0)
      throw new Error(failure === '' ? 'the process that checks it ended' : inOneLine(failure));
    return found === 'ok' ? undefined : inOneLine(found);
  }

  /** Ends what is being checked. From then on nothing of it has a file open, or makes one beside it. */
  async end(): Promise<void> {
    this.#ended = true;
    const checking = this.#process;
    // False where it has ended, or never began.
    if (checking?.kill('SIGKILL') === true) await once(checking, 'exit');
  }
}
