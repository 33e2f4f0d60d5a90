import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Type from 'typebox';
import { CheckFailed, type EventStore } from '../../src/event-store/event-store.js';
import { fact, FactCatalogue, InvalidEvent, UnknownEvent, type Upcast } from '../../src/event-store/facts.js';
import { inMemoryEventStore } from '../../src/event-store/in-memory/in-memory-event-store.js';
import { batch, inventedFacts, inventedKinds, NameTaken, NoteWritten, record } from '../support/invented-facts.js';
import { missingSamples, storedSamples } from '../support/stored-samples.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

const samples = join(import.meta.dirname, 'samples');

afterAll(removeTemporaryFolders);

describe('a fact', () => {
  test('is made at the newest version of its type', () => {
    expect(NoteWritten.of({ text: 'a', tags: [] })).toEqual({
      type: 'NoteWritten',
      version: 2,
      data: { text: 'a', tags: [] },
    });
  });

  test('claims the names that its type says, or none', () => {
    expect(inventedFacts.claimsOf({ type: 'NameTaken', version: 1, data: { name: 'H1' } })).toEqual(['name/H1']);
    expect(inventedFacts.claimsOf({ type: 'NoteWritten', version: 2, data: { text: 'a', tags: [] } })).toEqual([]);
  });
});

describe('a catalogue', () => {
  test('names its types in the order in which they were given', () => {
    expect(inventedFacts.types()).toEqual(['NoteWritten', 'NameTaken']);
    expect(inventedFacts.definitions()).toEqual([NoteWritten, NameTaken]);
  });

  test('refuses two types of one name', () => {
    expect(() => new FactCatalogue([NameTaken, NoteWritten, NameTaken])).toThrow('NameTaken is defined twice');
  });

  test('refuses a type without the upcast from a version that was once written', () => {
    const gap = fact('NoteWritten', 3, NoteWritten.schema, { upcasts: NoteWritten.options.upcasts ?? {} });
    expect(() => new FactCatalogue([gap])).toThrow('NoteWritten has no upcast from version 2');
  });

  test.each<[string, unknown, string]>([
    ['a wrong type', { text: 1, tags: [] }, '/text'],
    ['something deep inside', { text: '', tags: ['a', 'b', ''] }, '/tags/2'],
    ['a missing field', { text: '' }, '/tags'],
    ['no object at all', 'text', '/'],
  ])('names type, version and JSON pointer of %s', (_, data, pointer) => {
    expect(() => inventedFacts.check('NoteWritten', 2, data)).toThrow(InvalidEvent);
    expect(() => inventedFacts.check('NoteWritten', 2, data)).toThrow(`NoteWritten version 2: ${pointer} `);
  });

  test('names every fault of the data, not the first alone', () => {
    expect(() => inventedFacts.check('NoteWritten', 2, { text: 1, tags: 2 })).toThrow(/\/text .*; \/tags /);
    expect(() => inventedFacts.check('NoteWritten', 2, {})).toThrow('/text is missing; /tags is missing');
  });

  test('names a missing field by a JSON pointer, wherever it is and whatever its name', () => {
    const within = Type.Object({ 'a/b': Type.Object({ 'c~d/e': Type.String() }) });
    const odd = new FactCatalogue([fact('Odd', 1, within)]);
    expect(() => odd.check('Odd', 1, { 'a/b': {} })).toThrow('/a~1b/c~0d~1e is missing');
  });
});

describe('an older version', () => {
  const stored = (version: number, data: object): Promise<unknown> => {
    const log = inMemoryEventStore(inventedFacts, inventedKinds);
    return log
      .append(batch([record('month-2026-12', { version, data: { ...data } })]))
      .then(() => log.readStream('month-2026-12')[0]);
  };

  test('is brought to the newest, with the fields that nobody knows', async () => {
    expect(await stored(1, { text: 'a', tag: 'one', colour: 'blue' })).toMatchObject({
      version: 2,
      data: { text: 'a', tags: ['one'], colour: 'blue' },
    });
    expect(await stored(1, { text: 'a' })).toMatchObject({ version: 2, data: { text: 'a', tags: [] } });
  });

  test('keeps everything else of its record', async () => {
    expect(await stored(1, { text: 'a' })).toMatchObject({ position: 1, revision: 0, previousHash: null });
  });

  const step = (up: Upcast['up']): Upcast => ({ schema: Type.Object({}), up });
  const written = async (version: number, upcasts: Record<number, Upcast>): Promise<EventStore> => {
    const counted = fact('Counted', 3, Type.Object({ count: Type.Integer() }), { upcasts });
    const log = inMemoryEventStore(new FactCatalogue([counted]), inventedKinds);
    await log.append(batch([record('month-2026-12', { type: 'Counted', version, data: {} })]));
    return log;
  };

  test('passes through every version between', async () => {
    const upcasts = {
      1: step(() => ({ one: 40 })),
      2: step((data) => ({ count: ((data as { one?: number }).one ?? 0) + 2 })),
    };
    expect((await written(1, upcasts)).readStream('month-2026-12')[0]?.data).toEqual({ count: 42 });
    expect((await written(2, upcasts)).readStream('month-2026-12')[0]?.data).toEqual({ count: 2 });
  });

  test('whose upcast makes data that do not fit is not let in', async () => {
    const upcasts = { 1: step((data) => data), 2: step(() => ({ count: 'many' })) };
    await expect(written(2, upcasts)).rejects.toThrow(InvalidEvent);
    await expect(written(2, upcasts)).rejects.toThrow('Counted version 3: /count ');
  });

  test('claims what it would at the newest, so that a name is claimed once, by whatever version', async () => {
    const named = fact('Named', 2, Type.Object({ name: Type.String() }), {
      claims: ({ name }) => [`name/${name}`],
      upcasts: {
        1: {
          schema: Type.Object({ called: Type.String() }),
          up: (data) => ({ name: (data as { called: string }).called }),
        },
      },
    });
    const log = inMemoryEventStore(new FactCatalogue([named]), inventedKinds);
    const append = (version: number, data: Record<string, string>): Promise<unknown> =>
      log.append(batch([record('month-2026-12', { type: 'Named', version, data })]));
    await append(1, { called: 'H1' });
    expect(log.claimOf('name/H1')?.position).toBe(1);
    await expect(append(2, { name: 'H1' })).rejects.toThrow(CheckFailed);
    await expect(append(1, { called: 'H1' })).rejects.toThrow(CheckFailed);
    await append(1, { called: 'H2' });
    expect(log.claimOf('name/H2')?.position).toBe(2);
  });

  test('that was never defined is unknown', () => {
    expect(() => inventedFacts.check('NoteWritten', 3, {})).toThrow(UnknownEvent);
    expect(() => inventedFacts.check('NoteWritten', 3, {})).toThrow('unknown version 3 of the event type NoteWritten');
  });
});

describe('the stored samples', () => {
  test('hold every version of every type', () => {
    expect(missingSamples(inventedFacts, samples)).toEqual([]);
  });

  test.each(storedSamples(samples))('$type version $version can still be read', ({ type, version, data, current }) => {
    inventedFacts.check(type, version, data);
    expect(inventedFacts.current({ ...template, type, version, data }).data).toEqual(current);
  });

  test('show a version that was forgotten', () => {
    const folder = join(temporaryFolder(), 'samples');
    mkdirSync(folder);
    writeFileSync(join(folder, 'NoteWritten.2.json'), '{}');
    expect(missingSamples(inventedFacts, folder)).toEqual(['NoteWritten.1.json', 'NameTaken.1.json']);
  });
});

const template = {
  ...record('month-2026-12'),
  position: 1,
  revision: 0,
  recordedAt: '2026-12-01T12:00:00.000Z',
  previousHash: null,
  hash: '',
};
