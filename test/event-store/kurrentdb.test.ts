import { newPrefix, openServer } from '../support/cluster-server.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';
import { removeTemporaryFolders } from '../support/temporary-folder.js';
import { eventStoreContract } from './contract/contract.js';

let double: KurrentDbDouble | undefined;
/** The server that is named in the environment, or the double. */
let url: string;
beforeAll(async () => {
  double = process.env.KURRENTDB_URL === undefined ? await KurrentDbDouble.start() : undefined;
  url = double?.url ?? process.env.KURRENTDB_URL ?? '';
});
afterAll(async () => {
  await double?.stop();
  removeTemporaryFolders();
});

eventStoreContract('on a KurrentDB cluster', async () => (await openServer(url, newPrefix())).store, 12);
