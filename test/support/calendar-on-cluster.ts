import { KurrentDbDouble } from './kurrentdb-double/kurrentdb-double.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { newPrefix, openServer, type ClusterServer } from './cluster-server.js';
import { faultsOf } from './hash-chain.js';
import { batch, record } from './invented-facts.js';
import { removeTemporaryFolders } from './temporary-folder.js';

/** A cluster of three nodes for a file of tests, and for each test a calendar of its own and the servers on it. */
export class CalendarOnCluster {
  #double: KurrentDbDouble | undefined;
  readonly servers: ClusterServer[] = [];
  prefix = '';

  constructor() {
    beforeAll(async () => {
      this.#double = await KurrentDbDouble.start({ nodes: 3 });
    });
    beforeEach(() => this.anotherCalendar());
    afterEach(async () => {
      this.double.liftFaults();
      await this.double.acceptConnections();
      await Promise.all(this.servers.splice(0).map(({ store }) => store.close()));
    });
    afterAll(async () => {
      await this.double.stop();
      removeTemporaryFolders();
    });
  }

  get double(): KurrentDbDouble {
    if (!this.#double) throw new Error('no test has begun');
    return this.#double;
  }

  /** From now on another calendar, empty. */
  anotherCalendar(): void {
    this.prefix = newPrefix();
  }

  /** One more server on the calendar of the test. */
  readonly server = async (...more: [Parameters<typeof openServer>[2]?]): Promise<ClusterServer> => {
    const opened = await openServer(this.double.url, this.prefix, ...more);
    this.servers.push(opened);
    return opened;
  };

  readonly stream = (): string => `${this.prefix}maintenance-calendar`;

  /** The calendar on the cluster is whole, and every server has it. */
  readonly agree = async (expected: number): Promise<void> => {
    const there = (): ReturnType<KurrentDbDouble['stream']> => this.double.stream(this.stream());
    expect(there()).toHaveLength(expected);
    for (const { store } of this.servers) {
      expect(await store.reaches(expected, 30_000)).toBe(true);
      expect(ids(store)).toEqual(there().map(({ id }) => id));
      expect(faultsOf([...store.read({})])).toEqual([]);
    }
  };
}

export const append = (store: EventStore, name = 'slot-1'): Promise<unknown> => store.append(batch([record(name)]));
export const ids = (store: EventStore): string[] => [...store.read({})].map(({ id }) => id);
