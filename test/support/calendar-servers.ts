import { TestApi } from './api.js';
import { newPrefix } from './cluster-server.js';
import type { KurrentDbDouble } from './kurrentdb-double/kurrentdb-double.js';

const NOW = '2026-10-01T09:00:00Z';

/** Real servers that share one calendar on a double. */
export class CalendarServers {
  readonly prefix = newPrefix();
  readonly #all: TestApi[] = [];

  constructor(private readonly double: KurrentDbDouble) {}

  /** The stream that holds the log. */
  get stream(): string {
    return `${this.prefix}maintenance-calendar`;
  }

  /** What a server of this calendar is started with. */
  get settings(): Record<string, string> {
    return { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: this.double.url, KURRENTDB_PREFIX: this.prefix };
  }

  /** One more server, on a folder of its own or an earlier one, once it is ready. */
  async start(api = new TestApi(), settings: Record<string, string> = {}): Promise<TestApi> {
    await api.restart(NOW, { ...this.settings, ...settings });
    if (!this.#all.includes(api)) this.#all.push(api);
    while ((await fetch(`${api.url}/health/ready`)).status !== 200);
    return api;
  }

  /** What is recorded from now on comes late to every server but the one that records it. */
  lag(milliseconds: number): void {
    this.double.fault({ on: 'subscribe', how: 'delay', milliseconds, times: 'always', stream: this.stream });
    this.double.endSubscriptions();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.splice(0).map((api) => api.stop()));
  }
}
