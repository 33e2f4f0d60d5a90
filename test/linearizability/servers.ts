import { randomUUID } from 'node:crypto';
import { BuiltServer } from '../support/built-server.js';
import { startOwnProcess, type OwnProcess } from '../support/kurrentdb-double/own-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import type { Random } from './random.js';

/** Which servers are checked. */
export interface ServersOptions {
  readonly store: 'sqlite' | 'kurrentdb';
  /** How many; one on SQLite. */
  readonly servers: number;
  /** Nodes of the double. */
  readonly nodes?: number | undefined;
  /** `main.js` of another build than this checkout's; else the one that CALENDAR_PROGRAM names, if it is set. */
  readonly program?: string | undefined;
}

/** How long a server may be away when nothing is wrong any more, in milliseconds: long for the slowest machine. */
const COMES_BACK_WITHIN = 180_000;

/** The cluster that the servers share: the one at KURRENTDB_URL, or a double of one. */
export class Cluster {
  private constructor(
    readonly url: string,
    readonly nodes: number,
    readonly double: OwnProcess | undefined,
  ) {}

  static async start(nodes: number): Promise<Cluster> {
    const url = process.env.KURRENTDB_URL;
    if (url !== undefined && url !== '') return new Cluster(url, 0, undefined);
    const double = await startOwnProcess('--nodes', String(nodes));
    return new Cluster(double.url, nodes, double);
  }

  async stop(): Promise<void> {
    await this.double?.kill();
  }
}

/** The servers of one calendar, each in a process of its own that can be killed and paused. */
export class Servers {
  readonly all: readonly BuiltServer[];
  readonly prefix = `${randomUUID()}-`;
  /** Who can be asked: an index of `all`. */
  readonly #up = new Set<number>();
  #someUp = Promise.withResolvers<undefined>();

  constructor(
    private readonly options: ServersOptions,
    readonly cluster: Cluster | undefined,
  ) {
    this.all = Array.from({ length: options.servers }, () => new BuiltServer(temporaryFolder()));
  }

  /** The stream of the cluster that holds the log. */
  get stream(): string {
    return `${this.prefix}maintenance-calendar`;
  }

  at(index: number): BuiltServer {
    const server = this.all[index];
    if (!server) throw new RangeError(`there is no server ${index}`);
    return server;
  }

  /** Starts a server, and waits until it is ready. */
  async start(index: number): Promise<void> {
    const { cluster } = this;
    const env = cluster ? { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: cluster.url, KURRENTDB_PREFIX: this.prefix } : {};
    const server = this.at(index);
    await server.start({ env, program: this.options.program ?? process.env.CALENDAR_PROGRAM });
    while ((await fetch(`${server.url}/health/ready`)).status !== 200);
    this.#up.add(index);
    this.#someUp.resolve(undefined);
  }

  async kill(index: number): Promise<void> {
    this.#up.delete(index);
    if (this.#up.size === 0) this.#someUp = Promise.withResolvers();
    await this.at(index).kill();
  }

  /** The server of that number, or the next that can be asked; once there is one. */
  async near(number: number): Promise<number> {
    while (this.#up.size === 0) await this.#someUp.promise;
    for (let index = number % this.all.length; ; index = (index + 1) % this.all.length)
      if (this.#up.has(index)) return index;
  }

  /** Asks until the answer counts. @throws Error if none does for minutes, with what the server says of itself */
  async until<Answer>(index: number, ask: () => Promise<Answer | undefined>): Promise<Answer> {
    const patience = AbortSignal.timeout(COMES_BACK_WITHIN);
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (patience.aborted) throw new Error(`server ${index} does not come back: ${this.at(index).out.slice(-2_000)}`);
    }
  }

  any(random: Random): number {
    return random.below(this.all.length);
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((server) => server.kill()));
  }
}
