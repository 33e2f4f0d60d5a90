import { startChild, type Child } from '../child-process.js';
import type { KurrentDbDouble } from './kurrentdb-double.js';

/** What can be asked of a double in another process: its methods, with arguments and results as JSON. */
type Callable = {
  readonly [
    Name in keyof KurrentDbDouble as KurrentDbDouble[Name] extends (...args: never[]) => unknown ? Name : never
  ]: KurrentDbDouble[Name];
};

/** A double in a process of its own. */
export interface OwnProcess {
  readonly url: string;
  /** The address of its control. */
  readonly control: string;
  readonly pid: number;
  ask<Name extends keyof Callable>(
    name: Name,
    ...args: Parameters<Callable[Name]>
  ): Promise<Awaited<ReturnType<Callable[Name]>>>;
  /** `kill -9`. */
  kill(): Promise<void>;
}

const started: Child[] = [];

/** Kills every process that was started, those that a failed test left too; for `afterEach`. */
export async function killOwnProcesses(): Promise<void> {
  await Promise.all(started.splice(0).map(async (child) => child.kill()));
}

/** Starts a double in a process of its own, with the options of `program.ts`. */
export async function startOwnProcess(...options: string[]): Promise<OwnProcess> {
  const child = startChild('kurrentdb-double/program.ts', ...options);
  started.push(child);
  const lines = child.lines[Symbol.asyncIterator]();
  const url = String((await lines.next()).value);
  const control = String((await lines.next()).value);
  return {
    url,
    control,
    pid: child.pid,
    kill: async () => child.kill(),
    ask: async (name, ...args) => {
      const response = await fetch(`${control}/${name}`, { method: 'POST', body: JSON.stringify(args) });
      const body: unknown = await response.json();
      if (!response.ok) throw new Error(JSON.stringify(body));
      return body as never;
    },
  };
}
