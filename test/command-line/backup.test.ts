import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TestApi } from '../support/api.js';
import { commandLine } from '../support/command-line.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

afterAll(removeTemporaryFolders);

let api: TestApi;
let restored: TestApi | undefined;
beforeEach(async () => {
  api = await TestApi.start();
  restored = undefined;
  for (const partyId of ['a', 'b'])
    await api.command(
      'RegisterParty',
      { partyId, name: `Name of ${partyId}`, category: 'rdp', emails: [`${partyId}@party.example`] },
      'admin',
    );
});
afterEach(async () => {
  await api.stop();
  await restored?.stop();
});

const names = async (from: TestApi): Promise<unknown[]> =>
  ((await from.get('/parties', 'admin')).body.items as { name: unknown }[]).map(({ name }) => name);

test('a backup made while the server runs is restored as it was, and whoever was erased since stays erased', async () => {
  const folder = temporaryFolder();
  const [log, keys, later] = ['log.backup', 'keys.backup', 'later.backup'].map((file) => join(folder, file)) as [
    string,
    string,
    string,
  ];
  const made = await commandLine(['backup', log, '--keys', keys], { DATA_DIR: api.folder });
  expect(made).toMatchObject({ code: 0 });
  expect(made.stdout).toContain(`2 records in ${log}, newest hash `);
  const [{ person }] = (await api.get('/parties', 'admin')).body.items as [{ person: string }];
  await api.command('ErasePerson', { person }, 'admin');
  expect(await commandLine(['backup', later], { DATA_DIR: api.folder })).toMatchObject({ code: 0 });

  restored = new TestApi(join(folder, 'restored'));
  const target = { DATA_DIR: restored.folder };
  const put = await commandLine(['restore', later, '--keys', keys], target);
  expect(put.stdout).toContain('3 records restored');
  expect(put.stdout).toContain('without those of whoever was erased since');
  await restored.restart('2026-10-01T09:00:00Z');
  expect(await names(restored)).toEqual([null, 'Name of b']);
});

test('nothing is overwritten, and what cannot be done is said', async () => {
  const folder = temporaryFolder();
  const log = join(folder, 'log.backup');
  await commandLine(['backup', log], { DATA_DIR: api.folder });
  expect(await commandLine(['backup', log], { DATA_DIR: api.folder })).toMatchObject({ code: 1 });
  expect((await commandLine(['backup', log, '--keys', log], { DATA_DIR: api.folder })).stderr).toContain(
    'of their own',
  );
  expect((await commandLine(['restore', log], { DATA_DIR: api.folder })).stderr).toContain('in use by the process');
  expect((await commandLine(['backup', log], { DATA_DIR: join(folder, 'nowhere') })).stderr).toContain('holds no log');
  expect((await commandLine(['restore', join(folder, 'no')], { DATA_DIR: join(folder, 'y') })).code).toBe(1);
  expect(existsSync(join(folder, 'nowhere'))).toBe(false);
});
