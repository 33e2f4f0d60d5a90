import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import Type from 'typebox';
import { LogUnavailable } from '../../src/event-store/event-store.js';
import { fact, FactCatalogue } from '../../src/event-store/facts.js';
import { PersonKeys, SealedText } from '../../src/event-store/personal-data.js';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { faultsOf } from '../support/hash-chain.js';
import { batch, record } from '../support/invented-facts.js';
import { filesIn, removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

const NAME = 'Aurelia Quillfeather';
/** The record that asks for it. */
const ERASURE = { position: 7, hash: 'aa' };
const MAIL = 'aurelia@quillfeather.example';

const PersonNamed = fact('PersonNamed', 1, Type.Object({ name: SealedText, mail: SealedText }));
const catalogue = new FactCatalogue([PersonNamed]);

describe('the keys of persons', () => {
  let folder: string;
  let keys: PersonKeys;
  beforeEach(() => {
    folder = temporaryFolder();
    keys = new PersonKeys(join(folder, 'persons.sqlite'));
  });
  afterEach(() => keys.close());
  afterAll(removeTemporaryFolders);

  /** Files of the folder in which the text stands in the clear. */
  const filesWith = (text: string | Uint8Array): string[] =>
    [...filesIn(folder)].filter(([, bytes]) => bytes.includes(text)).map(([name]) => name);

  test('open what they sealed, whatever the text', async () => {
    const person = await keys.newPerson();
    for (const text of [NAME, '', 'Zoë 🦉 O’Brien', 'x'.repeat(100_000)])
      expect(keys.open(keys.seal(person, text))).toBe(text);
  });

  test('seal the same text differently every time', async () => {
    const person = await keys.newPerson();
    expect(keys.seal(person, NAME).sealed).not.toBe(keys.seal(person, NAME).sealed);
  });

  test('are still there when the file is opened again', async () => {
    const person = await keys.newPerson();
    const sealed = keys.seal(person, NAME);
    const digest = keys.digest(NAME);
    const known = await keys.personFor(NAME);
    keys.close();
    keys = new PersonKeys(join(folder, 'persons.sqlite'));
    expect(keys.open(sealed)).toBe(NAME);
    expect(keys.digest(NAME)).toBe(digest);
    expect(await keys.personFor(NAME)).toBe(known);
  });

  test('open nothing that was changed, or that is said to be of another person', async () => {
    const [one, other] = [await keys.newPerson(), await keys.newPerson()];
    const { sealed } = keys.seal(one, NAME);
    const bytes = Buffer.from(sealed, 'base64');
    for (const at of [0, 12, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      expect(() => keys.open({ person: one, sealed: changed.toString('base64') })).toThrow();
    }
    expect(() => keys.open({ person: one, sealed: '' })).toThrow();
    expect(() => keys.open({ person: other, sealed })).toThrow();
  });

  test('know a person by name again, until that person is erased', async () => {
    const person = await keys.personFor(NAME);
    expect(await keys.personFor(` ${NAME} `.normalize('NFD'))).toBe(person);
    expect(await keys.personFor(MAIL)).not.toBe(person);
    keys.erase(person, ERASURE);
    expect(await keys.personFor(NAME)).not.toBe(person);
  });

  test('give ids that say nothing of the person', async () => {
    expect(await keys.personFor(NAME)).toMatch(/^person-[0-9a-f]{24}$/);
    expect(await keys.newPerson()).not.toBe(await keys.newPerson());
  });

  test('digest the same text the same, under a secret of their own', () => {
    const others = new PersonKeys(':memory:');
    expect(keys.digest(NAME)).toBe(keys.digest(NAME));
    expect(keys.digest(NAME)).not.toBe(keys.digest(MAIL));
    expect(others.digest(NAME)).not.toBe(keys.digest(NAME));
    others.close();
  });

  describe('of a new person of a command', () => {
    test('are in memory until the command is to be recorded, and then on the disk', async () => {
      const people = keys.forCommand();
      const [one, other] = [people.newPerson(), people.newPerson()];
      const sealed = people.seal(one, NAME);
      expect(keys.count()).toBe(0);
      expect(keys.open(sealed)).toBeUndefined();
      await people.keep();
      expect(keys.count()).toBe(2);
      expect(keys.open(sealed)).toBe(NAME);
      expect(keys.open(keys.seal(other, MAIL))).toBe(MAIL);
    });

    test('are kept once, however often that is asked', async () => {
      const people = keys.forCommand();
      people.newPerson();
      await people.keep();
      await people.keep();
      expect(keys.count()).toBe(1);
    });

    test('seal for nobody else', async () => {
      const people = keys.forCommand();
      const other = await keys.newPerson();
      expect(() => people.seal(other, NAME)).toThrow('not a new person of this command');
    });

    test('are all kept or none where the disk refuses, and the log counts as unavailable', async () => {
      const disk = new DatabaseSync(join(folder, 'persons.sqlite'));
      disk.exec(
        "CREATE TRIGGER full BEFORE INSERT ON person WHEN (SELECT count(*) FROM person) > 0 BEGIN SELECT raise(FAIL, 'the disk is full'); END",
      );
      const people = keys.forCommand();
      const one = people.newPerson();
      people.newPerson();
      await expect(people.keep()).rejects.toThrow(LogUnavailable);
      await expect(people.keep()).rejects.toThrow('the disk is full');
      expect(keys.count()).toBe(0);
      disk.exec('DROP TRIGGER full');
      disk.close();
      await people.keep();
      expect(keys.count()).toBe(2);
      expect(keys.open(keys.seal(one, NAME))).toBe(NAME);
    });
  });

  describe('when a person is erased', () => {
    test('open nothing of that person any more, and everything of the others', async () => {
      const [one, other] = [await keys.newPerson(), await keys.newPerson()];
      const [gone, kept] = [keys.seal(one, NAME), keys.seal(other, MAIL)];
      keys.erase(one, ERASURE);
      keys.erase(one, { position: 8, hash: 'bb' });
      expect(keys.has(one)).toBe(false);
      expect(keys.lastErasure()).toEqual({ position: 8, hash: 'bb' });
      expect(keys.open(gone)).toBeUndefined();
      expect(keys.open(kept)).toBe(MAIL);
      expect(() => keys.seal(one, NAME)).toThrow(one);
    });

    test('stay so after the file is opened again, and leave no trace of the key', async () => {
      const person = await keys.newPerson();
      const sealed = keys.seal(person, NAME);
      const file = new DatabaseSync(join(folder, 'persons.sqlite'), { readOnly: true });
      const key = file.prepare('SELECT key FROM person WHERE id = ?').get(person)?.key as Uint8Array;
      file.close();
      expect(filesWith(key)).toEqual(['persons.sqlite']);
      keys.erase(person, ERASURE);
      expect(filesWith(key)).toEqual([]);
      keys.close();
      keys = new PersonKeys(join(folder, 'persons.sqlite'));
      expect(keys.open(sealed)).toBeUndefined();
      expect(filesWith(key)).toEqual([]);
      expect(filesWith(person)).toEqual([]);
    });
  });

  test('keep the text out of every file: the log, its -wal, and their own', async () => {
    const log = openSqliteEventStore(join(folder, 'log.sqlite'), catalogue, ['month']).store;
    const person = await keys.personFor(NAME);
    const data = { name: keys.seal(person, NAME), mail: keys.seal(person, MAIL) };
    const actor = { id: person, role: 'scheduler' };
    await log.append(batch([record('month-2026-12', { type: 'PersonNamed', version: 1, data, actor })]));
    expect([...filesIn(folder).keys()]).toContain('log.sqlite-wal');
    // What must be found is found: the search itself works.
    expect(filesWith(data.name.sealed)).toEqual(['log.sqlite-wal']);
    for (const text of [NAME, MAIL, 'Quillfeather', 'quillfeather', Buffer.from(NAME).toString('base64').slice(0, 24)])
      expect(filesWith(text)).toEqual([]);

    keys.erase(person, ERASURE);
    const [stored] = log.readStream('month-2026-12');
    expect(keys.open(stored?.data.name as unknown as SealedText)).toBeUndefined();
    expect(faultsOf([...log.read({})])).toEqual([]);
    await log.close();
    expect(filesWith('uillfeather')).toEqual([]);
    expect(filesWith(data.name.sealed)).toEqual(['log.sqlite']);
  });
});
