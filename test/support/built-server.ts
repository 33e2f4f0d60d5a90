import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ADMIN_KEY, Client, type Answer, type RequestOptions } from './client.js';
import { temporaryFolder } from './temporary-folder.js';

/** The built server; `npm test` builds it before it tests. */
const PROGRAM = join(import.meta.dirname, '../../dist/main.js');

/** How a server is started. */
export interface StartOptions {
  /** Settings beside the usual ones; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A program and its arguments that starts it: `prlimit --fsize=100000`. */
  readonly under?: readonly string[];
  /** Another build than this checkout's: its `main.js`. */
  readonly program?: string | undefined;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A line of the server's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: number; readonly msg: string };

const started = new Set<BuiltServer>();

/** Kills every server that a test has left running; for `afterEach`. */
export async function killServers(): Promise<void> {
  await Promise.all([...started].map((server) => server.kill()));
  started.clear();
}

/** The built server as a process of its own on a data folder: started, killed and started again; and a client for it. */
export class BuiltServer {
  readonly #client = new Client(() => this.url);
  #child: ChildProcessByStdio<null, Readable, Readable> | undefined;
  #output = { out: '', err: '' };
  #ended: Promise<Ended> = Promise.resolve({ code: null, signal: null });
  #url: string | undefined;

  constructor(readonly folder = temporaryFolder()) {}

  /** A server on a folder of its own, that answers. */
  static async start(options: StartOptions = {}): Promise<BuiltServer> {
    const server = new BuiltServer();
    await server.start(options);
    return server;
  }

  get url(): string {
    if (this.#url === undefined) throw new Error('the server is not running');
    return this.#url;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** What it has written to standard error since it was started. */
  get err(): string {
    return this.#output.err;
  }

  /** What it has written to standard output since it was started. */
  get out(): string {
    return this.#output.out;
  }

  /** Its log since it was started, line by line. */
  get log(): readonly LogLine[] {
    const lines = this.out.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    return lines.map((line) => JSON.parse(line) as LogLine);
  }

  /** Resolves when the process is gone, and all that it said has been read. */
  get ended(): Promise<Ended> {
    return this.#ended;
  }

  /** Starts it, and waits for nothing. */
  launch({ env, under = [], program: main = PROGRAM }: StartOptions = {}): void {
    if (!existsSync(main)) throw new Error(`${main} is missing: npm run build`);
    const [program = '', ...args] = [...under, process.execPath, main] as readonly string[];
    const output = (this.#output = { out: '', err: '' });
    const child: ChildProcessByStdio<null, Readable, Readable> = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        DATA_DIR: this.folder,
        ADMIN_API_KEY: ADMIN_KEY,
        TEST_CLOCK: '2026-10-01T09:00:00Z',
        ...env,
      },
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text));
    this.#child = child;
    this.#url = undefined;
    this.#ended = once(child, 'close').then(([code, signal]) => {
      if (this.#child === child) this.#url = undefined;
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
    started.add(this);
  }

  /** Starts it, and waits until it listens. @throws Error where it ends instead, with what it said */
  async start(options: StartOptions = {}): Promise<void> {
    this.launch(options);
    await this.listening();
  }

  /** Resolves once it listens. @throws Error where it ends instead, with what it said */
  async listening(): Promise<void> {
    this.#url = await this.says(/"msg":"Server listening at (http:[^"]+)"/);
  }

  /** Resolves once it has written this, with what is in its first brackets. @throws Error where it ends instead */
  async says(pattern: RegExp): Promise<string | undefined> {
    const child = this.#child;
    const over = new AbortController();
    const gone = this.#ended.then((ended) => {
      throw new Error(`the server ended (${JSON.stringify(ended)}): ${this.err}${this.out}`);
    });
    try {
      for (;;) {
        const match = pattern.exec(this.out);
        if (match) return match[1];
        if (!child) throw new Error('the server was not started');
        await Promise.race([once(child.stdout, 'data', { signal: over.signal }), gone]);
      }
    } finally {
      over.abort();
      gone.catch(() => undefined);
    }
  }

  /** Sends a signal to the process. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** `kill -9`; resolves when the process is gone. */
  async kill(): Promise<Ended> {
    this.signal('SIGKILL');
    return this.#ended;
  }

  /** SIGTERM; resolves when the process is gone. */
  async stop(): Promise<Ended> {
    this.signal('SIGTERM');
    return this.#ended;
  }

  /** The key of a role, issued when first asked for. */
  keyOf(role: string): Promise<string> {
    return this.#client.keyOf(role);
  }

  request(method: string, path: string, options?: RequestOptions): Promise<Answer> {
    return this.#client.request(method, path, options);
  }

  get(path: string, as = 'reporting'): Promise<Answer> {
    return this.request('GET', path, { as });
  }

  command(name: string, body: unknown, as = 'scheduler', headers: Record<string, string> = {}): Promise<Answer> {
    return this.request('POST', `/commands/${name}`, { as, body, headers });
  }
}
