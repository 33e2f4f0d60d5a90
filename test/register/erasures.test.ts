import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LogUnavailable } from '../../src/event-store/event-store.js';
import { PersonKeys } from '../../src/event-store/personal-data.js';
import { Erasures } from '../../src/register/erasures.js';
import { PersonErased } from '../../src/register/events.js';
import { TestCalendar } from '../support/calendar.js';
import { tell } from '../support/told-log.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

afterAll(removeTemporaryFolders);

const NOW = '2026-10-01T09:00:00Z';

let store: TestCalendar['store'];
let file: string;
let keys: PersonKeys;
beforeEach(() => {
  ({ store } = new TestCalendar(NOW));
  file = join(temporaryFolder(), 'persons.sqlite');
  keys = new PersonKeys(file);
});
afterEach(() => keys.close());

const erased = (person: string): Promise<void> =>
  tell(store, NOW, [{ stream: person, fact: PersonErased.of({ person }) }]);
/** The keys as they are now, in another file. */
function copied(): PersonKeys {
  const copy = join(temporaryFolder(), 'persons.sqlite');
  new DatabaseSync(file).exec(`VACUUM INTO '${copy}'`);
  return new PersonKeys(copy);
}

test('a key is deleted as soon as the record is durable', async () => {
  const [one, other] = [await keys.newPerson(), await keys.newPerson()];
  const erasures = new Erasures(store, keys);
  store.follow((records) => erasures.follow(records));
  await erased(one);
  expect([keys.has(one), keys.has(other)]).toEqual([false, true]);
});

test('a key that a crash came before is deleted at the next start', async () => {
  const person = await keys.newPerson();
  await erased(person);
  expect(keys.has(person)).toBe(true);
  new Erasures(store, keys).apply();
  expect(keys.has(person)).toBe(false);
});

test('keys from an older backup lose what was erased since, and nothing else', async () => {
  const [before, after, kept] = [await keys.newPerson(), await keys.newPerson(), await keys.newPerson()];
  await erased(before);
  new Erasures(store, keys).apply();
  const backup = copied();
  await erased(after);
  new Erasures(store, keys).apply();
  expect([before, after, kept].map((one) => backup.has(one))).toEqual([false, true, true]);
  new Erasures(store, backup).apply();
  expect([before, after, kept].map((one) => backup.has(one))).toEqual([false, false, true]);
  backup.close();
});

test('keys that have been erased from for a log which was restored to an older state begin anew', async () => {
  const lost = await keys.newPerson();
  await erased(lost);
  await erased(lost);
  new Erasures(store, keys).apply();
  ({ store } = new TestCalendar(NOW));
  const person = await keys.newPerson();
  await erased(person);
  await erased(randomPerson());
  await erased(randomPerson());
  new Erasures(store, keys).apply();
  expect(keys.has(person)).toBe(false);
});
const randomPerson = (): string => `person-${randomUUID().replaceAll('-', '').slice(0, 24)}`;

test('a key that cannot be deleted is tried again, and nothing else fails for it', async () => {
  const person = await keys.newPerson();
  const disk = new DatabaseSync(file);
  disk.exec("CREATE TRIGGER full BEFORE DELETE ON person BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
  const erasures = new Erasures(store, keys);
  store.follow((records) => erasures.follow(records));
  await erased(person);
  expect(() => erasures.apply()).toThrow(LogUnavailable);
  disk.exec('DROP TRIGGER full');
  disk.close();
  erasures.apply();
  expect(keys.has(person)).toBe(false);
});
