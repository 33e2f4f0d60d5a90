import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { OwnProcess } from '../support/kurrentdb-double/own-process.js';
import type { Random } from './random.js';
import type { Servers } from './servers.js';

/** Something that goes wrong, and how it ends. */
interface Fault {
  readonly name: string;
  readonly begin: () => Promise<unknown>;
  readonly end?: () => Promise<unknown>;
}

/** When faults come, and how long they last. */
export interface FaultsOptions {
  /** Answers between two faults, about; 0: there are none. */
  readonly every: number;
  /** How long a fault lasts at most, in milliseconds; nothing is concluded from it. */
  readonly longest: number;
  /** Only those of this name. */
  readonly only?: string | undefined;
  /** A program for faults of a real cluster: run with `begin` and a number, and with `end` and that number. */
  readonly command?: string | undefined;
}

/** Lets faults happen, one after the other, as answers come in: which and when is settled by random numbers. */
export class Faults {
  /** How often each has happened. */
  readonly counts = new Map<string, number>();
  #untilNext: number;
  #underWay: Promise<void> | undefined;
  #isOver = false;

  constructor(
    private readonly servers: Servers,
    private readonly random: Random,
    private readonly options: FaultsOptions,
  ) {
    this.#untilNext = this.#interval();
  }

  /** An answer has come in. */
  answered(): void {
    this.#untilNext -= 1;
    if (this.options.every === 0 || this.#isOver || this.#underWay !== undefined || this.#untilNext > 0) return;
    const fault = this.random.pick(this.#faults());
    this.counts.set(fault.name, (this.counts.get(fault.name) ?? 0) + 1);
    this.#underWay = this.#happen(fault, this.random.below(this.options.longest)).finally(() => {
      this.#underWay = undefined;
      this.#untilNext = this.#interval();
    });
  }

  /** No more faults; resolves when the last is over. @throws what went wrong with one, if anything did */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#underWay;
  }

  async #happen({ begin, end }: Fault, milliseconds: number): Promise<void> {
    await begin();
    if (!end) return;
    await pause(milliseconds);
    await end();
  }

  #interval(): number {
    return 1 + Math.ceil(this.options.every / 2) + this.random.below(this.options.every || 1);
  }

  #faults(): Fault[] {
    const { cluster } = this.servers;
    const faults = this.#ofServers();
    if (cluster?.double) faults.push(...this.#ofDouble(cluster.double, cluster.nodes));
    else if (cluster && this.options.command !== undefined) {
      // What happens to the cluster, as often as what happens to servers.
      const fault = this.#ofCommand(this.options.command);
      faults.push(fault, fault);
    }
    const { only } = this.options;
    return only === undefined ? faults : faults.filter(({ name }) => name === only);
  }

  #ofServers(): Fault[] {
    const { servers } = this;
    const index = servers.any(this.random);
    const signal = (name: NodeJS.Signals): Promise<void> => {
      servers.at(index).signal(name);
      return Promise.resolve();
    };
    return [
      { name: 'server killed', begin: () => servers.kill(index), end: () => servers.start(index) },
      {
        name: 'server paused',
        begin: () => signal('SIGSTOP'),
        end: () => signal('SIGCONT'),
      },
    ];
  }

  #ofDouble(double: OwnProcess, nodes: number): Fault[] {
    const { stream } = this.servers;
    const node = this.random.below(nodes);
    const lift = (): Promise<unknown> => double.ask('liftFaults');
    const append = (how: 'silence' | 'reset' | 'timeout', kept: boolean): Fault => ({
      name: `append ${kept ? 'kept' : 'dropped'}: ${how}`,
      begin: () => double.ask('fault', { on: 'append', how, kept, stream }),
    });
    const faults: Fault[] = [
      append('silence', true),
      append('reset', true),
      append('reset', false),
      append('timeout', true),
      {
        name: 'connections cut',
        begin: async () => {
          await double.ask('refuseConnections');
          await double.ask('resetConnections');
        },
        end: () => double.ask('acceptConnections'),
      },
      {
        name: 'records come late',
        begin: async () => {
          await double.ask('fault', { on: 'subscribe', how: 'delay', milliseconds: 200, times: 'always', stream });
          await double.ask('endSubscriptions');
        },
        end: lift,
      },
      {
        // So that what is followed stops in the middle of a command too.
        name: 'records come one by one',
        begin: async () => {
          await double.ask('fault', { on: 'subscribe', how: 'end', afterRecords: 1, times: 'always', stream });
          await double.ask('endSubscriptions');
        },
        end: lift,
      },
      { name: 'election', begin: () => double.ask('startElection'), end: () => double.ask('finishElection') },
    ];
    if (nodes > 1)
      faults.push(
        { name: 'node killed', begin: () => double.ask('kill', node), end: () => double.ask('restart', node) },
        {
          name: 'node behind',
          begin: () => double.ask('stopReplication', node),
          end: () => double.ask('resumeReplication', node),
        },
      );
    return faults;
  }

  #ofCommand(command: string): Fault {
    const number = String(this.random.below(1_000));
    const run = (...args: string[]): Promise<unknown> => promisify(execFile)(command, args);
    return { name: 'fault command', begin: () => run('begin', number), end: () => run('end', number) };
  }
}
