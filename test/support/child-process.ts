import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A program of the tests in a process of its own, and what it says line by line. */
export interface Child {
  readonly pid: number;
  /** The lines that it writes, until it ends. */
  readonly lines: AsyncIterable<string>;
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** Starts a TypeScript program beside this file. */
export function startChild(program: string, ...args: string[]): Child {
  const child: ChildProcessByStdio<null, Readable, null> = spawn(
    process.execPath,
    ['--import', join(import.meta.dirname, 'typescript-hook.ts'), join(import.meta.dirname, program), ...args],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } },
  );
  const gone = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    lines: createInterface({ input: child.stdout }),
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
