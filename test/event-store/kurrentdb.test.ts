import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  openKurrentDbEventStore,
  type KurrentDbEventStore,
} from '../../src/event-store/kurrentdb/kurrentdb-event-store.js';
import { inventedFacts, inventedKinds } from '../support/invented-facts.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';
import { eventStoreContract } from './contract.js';

let double: KurrentDbDouble;
beforeAll(async () => {
  double = await KurrentDbDouble.start();
});
afterAll(async () => {
  await double.stop();
  removeTemporaryFolders();
});

const told: string[] = [];
const tell = {
  info: () => undefined,
  warn: (text: string) => told.push(text),
  fatal: (text: string) => told.push(text),
};

/** A server's store on a calendar, with a replica of its own. */
const open = (prefix: string, file = join(temporaryFolder(), 'log.sqlite')): Promise<KurrentDbEventStore> =>
  openKurrentDbEventStore({
    address: { url: double.url, prefix },
    file,
    catalogue: inventedFacts,
    kinds: inventedKinds,
    tell,
    before: () => Promise.resolve(),
    checkClock: true,
  });

eventStoreContract('on a KurrentDB cluster', async () => (await open(`${randomUUID()}-`)).store, 12);
