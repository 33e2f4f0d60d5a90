import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptHeads } from '../../src/audit/verify/kept.js';
import { catalogue } from '../../src/catalogue.js';
import { backUpKeys, backUpLog, restoreKeys, restoreLog } from '../../src/event-store/sqlite/backup.js';
import { dropErased } from '../../src/register/erasures.js';
import { TestApi } from '../support/api.js';
import { verified } from '../support/histories.js';
import { ServerProcess } from '../support/server-process.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

afterAll(removeTemporaryFolders);

const NAME = 'Zephyrine Quillfeather';
const MAIL = 'z.quillfeather@acme.example';
const HOOK = 'https://hooks.quillfeather.example/x';
const PARTY = { partyId: 'acme', name: NAME, category: 'rdp', emails: [MAIL], webhookUrl: HOOK };
const HOLDER = 'Peregrine Thistlewood';
/** What no file may hold, in any form in which text is commonly written. */
const SECRETS = ['uillfeather', 'histlewood'].flatMap((text) => [
  text,
  text.toUpperCase(),
  Buffer.from(text, 'utf16le').toString('latin1'),
  encodeURIComponent(text),
]);

const found = (what: string, bytes: Buffer | string): string[] => {
  const text = bytes.toString('latin1' as never);
  return SECRETS.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${what}`);
};
const foundInFolder = (folder: string): string[] =>
  readdirSync(folder).flatMap((file) => found(file, readFileSync(join(folder, file))));

describe('a name', () => {
  test('stands in the clear in no file, no log line, no export and no backup, before and after it is erased', async () => {
    const folder = temporaryFolder();
    const elsewhere = temporaryFolder();
    let head: string;
    const server = await ServerProcess.start({ DATA_DIR: folder, TREE_HEAD_INTERVAL: '0' });
    const command = (name: string, body: unknown, key?: string): ReturnType<typeof server.ask> =>
      server.ask('POST', `/commands/${name}`, key, body);
    try {
      expect((await command('RegisterParty', PARTY)).status).toBe(201);
      const issued = JSON.parse((await command('IssueApiKey', { name: HOLDER, roles: ['auditor'] })).text) as {
        key: string;
        keyId: string;
      };
      // Refused, malformed and looked for: all of it with the name in it.
      expect((await command('RegisterParty', PARTY)).status).toBe(409);
      expect((await command('RegisterParty', PARTY, issued.key)).status).toBe(403);
      expect((await command('RegisterParty', { ...PARTY, [NAME]: NAME, category: NAME })).status).toBe(400);
      expect((await server.ask('GET', `/parties/${encodeURIComponent(NAME)}`)).status).toBe(404);
      const search = await server.ask('GET', `/persons?name=${encodeURIComponent('quillFEATHER')}`);
      const { items } = JSON.parse(search.text) as { items: { person: string; found: string[]; as: string }[] };
      expect(items).toEqual([{ person: items[0]?.person, found: [NAME, MAIL, HOOK], as: 'party acme' }]);
      expect((await server.ask('GET', '/parties')).text).toContain(NAME);
      await command('SignTreeHead', {});
      head = (await server.ask('GET', '/audit/head')).text;
      expect(foundInFolder(folder)).toEqual([]);
      const before = (await server.ask('GET', '/events/export', issued.key)).text;

      expect((await command('ErasePerson', { person: items[0]?.person })).status).toBe(201);
      const shown = (await server.ask('GET', '/parties')).text;
      expect(JSON.parse(shown)).toMatchObject({ items: [{ name: null, emails: [null], webhookUrl: null }] });
      const keys = JSON.parse((await server.ask('GET', '/api-keys')).text) as { items: { person: string }[] };
      expect((await command('ErasePerson', { person: keys.items[0]?.person })).status).toBe(201);
      for (const path of ['/parties', '/api-keys', `/persons?name=quillfeather`, '/persons?name=thistlewood'])
        expect(found(path, (await server.ask('GET', path)).text)).toEqual([]);
      expect(found('events', (await server.ask('GET', '/events?limit=1000', issued.key)).text)).toEqual([]);
      // The same history, longer: what was exported and signed before still verifies.
      const after = (await server.ask('GET', '/events/export', issued.key)).text;
      expect(verified(Buffer.from(before)).faults).toEqual([]);
      expect(verified(Buffer.from(after), { heads: [JSON.parse(head) as never] }).faults).toEqual([]);
      expect([...found('export', before), ...found('export', after)]).toEqual([]);

      await backUpLog(folder, join(elsewhere, 'log.backup'), catalogue(), () => undefined);
      await backUpKeys(folder, join(elsewhere, 'keys.backup'));
      expect(foundInFolder(elsewhere)).toEqual([]);
      expect(foundInFolder(folder)).toEqual([]);
    } finally {
      await server.stop();
    }
    expect(foundInFolder(folder)).toEqual([]);
    expect(server.output).toContain('request completed');
    // Each new head is a line that an auditor can keep.
    const kept = keptHeads(head).map((one) => ({ ...one, position: undefined }));
    expect(keptHeads(server.output)).toEqual(kept);
    expect(found('output', server.output)).toEqual([]);
  });

  test('is searched for by this test in a way that finds it', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), `x${NAME}x`);
    writeFileSync(join(folder, 'b'), Buffer.from(NAME, 'utf16le'));
    expect(new Set(foundInFolder(folder).map((one) => one.slice(-1)))).toEqual(new Set(['a', 'b']));
  });
});

describe('an erased person', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await TestApi.start();
    await api.command('RegisterParty', PARTY, 'admin');
  });
  afterEach(() => api.stop());

  const person = async (): Promise<string> =>
    ((await api.get('/parties', 'admin')).body.items as [{ person: string }])[0].person;
  const name = async (): Promise<unknown> =>
    ((await api.get('/parties', 'admin')).body.items as [{ name: unknown }])[0].name;

  test('is erased by an admin alone, once, and by an id that exists', async () => {
    const id = await person();
    expect((await api.command('ErasePerson', { person: id }, 'scheduler')).status).toBe(403);
    const unknown = { person: 'person-000000000000000000000000' };
    expect((await api.command('ErasePerson', unknown, 'admin')).status).toBe(404);
    expect((await api.command('ErasePerson', { person: NAME }, 'admin')).status).toBe(400);
    expect((await api.command('ErasePerson?dryRun=true', { person: id }, 'admin')).status).toBe(200);
    expect(await name()).toBe(NAME);
    const erased = await api.command('ErasePerson', { person: id }, 'admin');
    expect(erased).toMatchObject({ status: 201, body: { events: [{ type: 'PersonErased', stream: id }] } });
    expect(await name()).toBeNull();
    expect(await api.command('ErasePerson', { person: id }, 'admin')).toMatchObject({
      status: 409,
      body: { code: 'already-erased' },
    });
    await api.restart();
    expect(await name()).toBeNull();
  });

  test('stays erased where the keys are restored from before, with the log that there is or without', async () => {
    const elsewhere = temporaryFolder();
    await backUpKeys(api.folder, join(elsewhere, 'keys'));
    await api.command('RegisterParty', { ...PARTY, partyId: 'other', name: 'Other' }, 'admin');
    await api.command('ErasePerson', { person: await person() }, 'admin');
    await backUpLog(api.folder, join(elsewhere, 'log'), catalogue(), () => undefined);
    await api.server.close();

    const restored = temporaryFolder();
    await restoreLog(join(elsewhere, 'log'), restored, catalogue(), () => undefined);
    await restoreKeys(join(elsewhere, 'keys'), restored, catalogue(), dropErased);
    // The key has gone before any server starts.
    expect(readFileSync(join(restored, 'persons.sqlite')).includes(await keyOf(join(elsewhere, 'keys')))).toBe(false);
    await expect(restoreKeys(join(elsewhere, 'keys'), restored, catalogue(), dropErased)).rejects.toThrow(
      'exists already',
    );

    // A folder with the older keys put there by hand.
    writeFileSync(join(api.folder, 'persons.sqlite'), readFileSync(join(elsewhere, 'keys')));
    await api.restart('2026-10-01T09:00:00Z');
    expect(await name()).toBeNull();
  });
});

/** The only key of a key file. */
async function keyOf(file: string): Promise<Buffer> {
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(file, { readOnly: true });
  const key = db.prepare('SELECT key FROM person').get()?.key as Uint8Array;
  db.close();
  return Buffer.from(key);
}
