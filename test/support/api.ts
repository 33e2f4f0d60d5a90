import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from '../../src/operations/configuration.js';
import { startServer, type Server } from '../../src/server.js';

export const ADMIN_KEY = 'test-admin-key-0123456789-0123456789';

/** An answer over HTTP, as a client sees it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** What a request may carry besides its path. */
export interface RequestOptions {
  readonly as?: string | undefined;
  readonly body?: unknown;
  readonly raw?: string;
  readonly type?: string;
  readonly headers?: Record<string, string>;
}

/** The real server on a free port and a folder of its own, and a client for it. */
export class TestApi {
  constructor(readonly folder = mkdtempSync(join(tmpdir(), 'calendar-'))) {}

  readonly #keys = new Map<string, string>([['admin', ADMIN_KEY]]);
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
  async keyOf(role: string): Promise<string> {
    const known = this.#keys.get(role);
    if (known !== undefined) return known;
    const [roles = '', serviceProvider] = role.split(':');
    const issued = await this.request('POST', '/commands/IssueApiKey', {
      as: 'admin',
      body: { name: `test ${role}`, roles: roles.split('+'), ...(serviceProvider ? { serviceProvider } : {}) },
    });
    const key = String(issued.body.key);
    this.#keys.set(role, key);
    return key;
  }

  async request(
    method: string,
    path: string,
    { as, body, raw, type, headers = {} }: RequestOptions = {},
  ): Promise<Answer> {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(as === undefined
          ? {}
          : { authorization: `Bearer ${as.startsWith('Bearer ') ? as.slice(7) : await this.keyOf(as)}` }),
        ...(payload === undefined ? {} : { 'content-type': type ?? 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson && text !== '' ? JSON.parse(text) : {}) as Record<string, unknown>,
    };
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
