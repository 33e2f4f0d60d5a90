import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** What `maintenance-calendar` said and how it ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running {
  /** What it said, once it has ended. */
  readonly ran: Promise<Ran>;
  /** `kill -9`. */
  kill(): void;
}

/** Runs the command line from its sources, in a process of its own, with nothing in its environment but this. */
export const commandLine = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  startCommandLine(args, env).ran;

/** Starts it. */
export function startCommandLine(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const root = join(import.meta.dirname, '../..');
  const child = spawn(
    process.execPath,
    ['--import', join(import.meta.dirname, 'typescript-hook.ts'), join(root, 'src/command-line.ts'), ...args],
    { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(child, 'close');
  const ran = async (): Promise<Ran> => {
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = (await ended) as [number | null];
    return { code, stdout, stderr };
  };
  return { ran: ran(), kill: () => void child.kill('SIGKILL') };
}
