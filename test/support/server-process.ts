import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ADMIN_KEY } from './api.js';

/** A server in a process of its own, with all that it writes to its standard output and error. */
export class ServerProcess {
  private constructor(
    readonly url: string,
    private readonly written: () => string,
    private readonly end: (signal: NodeJS.Signals) => Promise<void>,
  ) {}

  /** Starts the sources on a free port. */
  static async start(env: Readonly<Record<string, string>>): Promise<ServerProcess> {
    const root = join(import.meta.dirname, '../..');
    const child = spawn(
      process.execPath,
      ['--import', join(import.meta.dirname, 'typescript-hook.ts'), join(root, 'src/main.ts')],
      {
        env: { PATH: process.env.PATH, PORT: '0', ADMIN_API_KEY: ADMIN_KEY, LOG_LEVEL: 'trace', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const ended = once(child, 'close');
    let written = '';
    const address = Promise.withResolvers<string>();
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        written += String(chunk);
        const url = /Server listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(written)?.[1];
        if (url !== undefined) address.resolve(url);
      });
    void ended.then(() => address.reject(new Error(`the server stopped at start: ${written}`)));
    return new ServerProcess(
      await address.promise,
      () => written,
      async (signal) => {
        child.kill(signal);
        await ended;
      },
    );
  }

  /** Everything that it has written so far. */
  get output(): string {
    return this.written();
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.end(signal);
  }

  /** Asks, as whoever the key is of. */
  async ask(method: string, path: string, key = ADMIN_KEY, body?: unknown): Promise<{ status: number; text: string }> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  }
}
