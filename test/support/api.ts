import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from '../../src/operations/configuration.js';
import { startServer, type Server } from '../../src/server.js';
import { ADMIN_KEY, Client, type Answer, type RequestOptions } from './client.js';

export { ADMIN_KEY, type Answer, type RequestOptions };

/** The real server on a free port and a folder of its own, and a client for it. */
export class TestApi {
  constructor(readonly folder = mkdtempSync(join(tmpdir(), 'calendar-'))) {}

  /** What the servers said on their way up, for a person to read. */
  readonly said: string[] = [];
  readonly #client = new Client(() => this.url);
  #server: Server | undefined;

  static async start(now = '2026-10-01T09:00:00Z'): Promise<TestApi> {
    const api = new TestApi();
    await api.restart(now);
    return api;
  }

  get server(): Server {
    if (!this.#server) throw new Error('the server is not running');
    return this.#server;
  }

  get url(): string {
    return this.server.url;
  }

  /** Stops the server where it runs, and starts it on the same folder, with settings of its own where there are any. */
  async restart(now = this.#server?.pipeline.now() ?? '', settings: Record<string, string> = {}): Promise<void> {
    await this.#server?.close();
    this.#server = await startServer(
      readConfiguration({
        PORT: '0',
        DATA_DIR: this.folder,
        ADMIN_API_KEY: ADMIN_KEY,
        TEST_CLOCK: now,
        LOG_LEVEL: 'silent',
        ...settings,
      }),
      (line) => this.said.push(line),
    );
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async moveClock(now: string): Promise<void> {
    await this.request('POST', '/test/clock', { body: { now } });
  }

  /** The key of a role (`service-provider:DSP`, `scheduler+panel`), issued when first asked for. */
  keyOf(role: string): Promise<string> {
    return this.#client.keyOf(role);
  }

  request(method: string, path: string, options?: RequestOptions): Promise<Answer> {
    return this.#client.request(method, path, options);
  }

  get(path: string, as = 'reporting', headers: Record<string, string> = {}): Promise<Answer> {
    return this.request('GET', path, { as, headers });
  }

  command(name: string, body: unknown, as = 'scheduler', headers: Record<string, string> = {}): Promise<Answer> {
    return this.request('POST', `/commands/${name}`, { as, body, headers });
  }
}

/** A Low Impact window as a body. */
export const lowWindow = (maintenanceId: string, start: string, end: string): Record<string, unknown> => ({
  maintenanceId,
  start,
  end,
  activities: [
    {
      description: 'Deploy a release',
      serviceProvider: 'DSP',
      services: [{ service: 'self-service-interface', effect: 'disrupted' }],
    },
  ],
  riskToReturn: 'Rollback takes 40 minutes',
});
