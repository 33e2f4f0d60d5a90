import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue, STREAM_KINDS } from '../../src/catalogue.js';
import { CopiedKeys } from '../../src/command-line/copy-keys.js';
import { personStream } from '../../src/event-store/kurrentdb/address.js';
import { ClusterLog } from '../../src/event-store/kurrentdb/cluster-log.js';
import { PersonKeys } from '../../src/event-store/personal-data.js';
import { dataFolderFiles } from '../../src/event-store/sqlite/data-folder.js';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { PartyRegistered, PersonErased } from '../../src/register/events.js';
import { newPrefix, SHORT } from '../support/cluster-server.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';
import { tell, type Told } from '../support/told-log.js';

const NOW = '2026-10-01T09:00:00Z';

let double: KurrentDbDouble;
let url: string;
let cluster: ClusterLog;
let prefix: string;
let folder: string;
/** Two persons of the folder's log, the second found by the name in a schedule. */
let persons: readonly [string, string];
beforeAll(async () => {
  double = await KurrentDbDouble.start();
  // By which the client does not wait half a second before its first call.
  url = double.connectionString({ parameters: { discoveryInterval: '10' } });
  cluster = new ClusterLog({ url, prefix: '' }, SHORT.callWithin);
});
beforeEach(async () => {
  prefix = newPrefix();
  folder = temporaryFolder();
  const keys = new PersonKeys(dataFolderFiles(folder).persons);
  persons = [await keys.newPerson(), await keys.personFor('Ann Other')];
  await record(
    ...persons.map((person) => ({
      stream: `party-${person}`,
      fact: PartyRegistered.of({
        partyId: person,
        name: keys.seal(person, `Name of ${person}`),
        category: 'rdp',
        emails: [],
        mandatory: false,
      }),
    })),
  );
  keys.close();
});
afterAll(async () => {
  await cluster.close();
  await double.stop();
  removeTemporaryFolders();
});

async function record(...facts: readonly Told[]): Promise<void> {
  const { store } = openSqliteEventStore(dataFolderFiles(folder).log, catalogue(), STREAM_KINDS);
  await tell(store, NOW, facts);
  await store.close();
}

/** Erased on the log, and not in the file of the keys: as where that was restored from an older backup. */
const erase = (person: string): Promise<void> => record({ stream: person, fact: PersonErased.of({ person }) });

async function copied(direction: 'toCluster' | 'toFolder', where: string): Promise<string> {
  const keys = new CopiedKeys({ url, prefix }, where, catalogue());
  try {
    return await keys[direction]();
  } finally {
    await keys.close();
  }
}

/** A folder with the same log, and no keys. */
function sameLog(): string {
  const other = temporaryFolder();
  copyFileSync(dataFolderFiles(folder).log, dataFolderFiles(other).log);
  return other;
}

const onCluster = async (person: string): Promise<boolean> =>
  (await cluster.newestOf(personStream({ url: '', prefix }, person))) !== undefined;
const held = (where: string): { ids: string[]; ann: string | undefined; digest: string } => {
  const keys = new PersonKeys(dataFolderFiles(where).persons);
  const found = { ids: keys.all().map(({ id }) => id), ann: keys.named('Ann Other'), digest: keys.digest('text') };
  keys.close();
  return found;
};

test('the keys go to the cluster and from there into a folder, with the names by which persons are found', async () => {
  expect(await copied('toCluster', folder)).toContain('keys of 2 persons');
  expect(await copied('toCluster', folder)).toContain('keys of 2 persons');
  expect(await Promise.all(persons.map(onCluster))).toEqual([true, true]);
  const back = sameLog();
  expect(await copied('toFolder', back)).toContain('keys of 2 persons');
  expect(held(back)).toEqual(held(folder));
});

test('whoever is erased on the log is copied neither way, and erased where an earlier copy left them', async () => {
  await copied('toCluster', folder);
  const back = sameLog();
  await copied('toFolder', back);
  const [one, ann] = persons;
  await erase(ann);
  expect(await copied('toCluster', folder)).toContain('keys of 1 person,');
  expect([await onCluster(one), await onCluster(ann)]).toEqual([true, false]);
  copyFileSync(dataFolderFiles(folder).log, dataFolderFiles(back).log);
  await copied('toFolder', back);
  expect(held(back)).toMatchObject({ ids: [one], ann: undefined });
});

test('the keys of another calendar are neither replaced nor mixed with', async () => {
  await copied('toCluster', folder);
  const other = sameLog();
  const file = dataFolderFiles(other).persons;
  const keys = new PersonKeys(file);
  const stranger = await keys.newPerson();
  keys.close();
  await expect(copied('toFolder', other)).rejects.toThrow(`${file} holds the keys of another calendar`);
  await expect(copied('toCluster', other)).rejects.toThrow("are another calendar's");
  expect(await onCluster(stranger)).toBe(false);
  expect(held(other).ids).toEqual([stranger]);
});

test('keys that are not there are missed, and none are made up', async () => {
  const other = sameLog();
  expect(await copied('toCluster', other)).toContain(`There is no ${join(other, 'persons.sqlite')}`);
  expect(await copied('toFolder', other)).toContain('no keys of persons on the cluster');
  expect(existsSync(dataFolderFiles(other).persons)).toBe(false);
});
