import type { NewRecord } from '../../../src/event-store/event-store.js';
import { InvalidEvent, UnknownEvent } from '../../../src/event-store/facts.js';
import { faultsOf } from '../../support/hash-chain.js';
import { batch, record } from '../../support/invented-facts.js';
import type { LogUnderTest } from './log-under-test.js';

/** What the program knows and does not know: types, versions and data. */
export function validityContract(subject: LogUnderTest): void {
  const { whole, append, refuses } = subject;

  describe('what the program does not know', () => {
    test('is refused by the name of the type', async () => {
      const error = await refuses(batch([record('month-2026-12', { type: 'NoteBurned' })]), UnknownEvent);
      expect(error.message).toContain('NoteBurned');
    });

    test.each([0, 3, 1.5])('is refused by the type and its version %d', async (version) => {
      const error = await refuses(batch([record('month-2026-12', { version })]), UnknownEvent);
      expect(error.message).toMatch(new RegExp(`${version}\\b.*NoteWritten`));
    });

    test.each(['diary-1', 'month', 'month-', 'months-2026', '-month-1', ''])(
      'is refused by the stream "%s"',
      async (stream) => {
        const error = await refuses(batch([record(stream)]), Error);
        expect(error).toMatchObject({ name: 'UnknownStreamKind' });
        expect(error.message).toContain(stream);
      },
    );
  });

  describe('data that do not fit their type', () => {
    test.each<[string, NewRecord['data'], string]>([
      ['of the wrong type', { text: 7, tags: [] }, '/text'],
      ['deep inside', { text: '', tags: ['a', ''] }, '/tags/1'],
      ['that are missing', { text: '' }, 'tags'],
    ])('%s are refused, and the message says where', async (_, data, where) => {
      const error = await refuses(batch([record('month-2026-12', { data })]), InvalidEvent);
      expect(error.message).toContain('NoteWritten version 2');
      expect(error.message).toContain(where);
    });

    test.each<[string, NewRecord['data']]>([
      ['half a character', { text: '\ud83d', tags: [] }],
      ['half a character in an unknown field', { text: '', tags: [], more: { deep: ['\udc00'] } }],
      ['half a character in the name of a field', { text: '', tags: [], ['\udc00']: 1 }],
      ['a number that is not finite', { text: '', tags: [], more: Infinity }],
      ['not a number', { text: '', tags: [], more: NaN }],
    ])('because they have no JSON form (%s) are refused as invalid', async (_, data) => {
      const error = await refuses(batch([record('month-2026-12', { data })]), InvalidEvent);
      expect(error.message).toContain('NoteWritten version 2');
    });

    test('are checked against the version that they are of', () =>
      refuses(batch([record('month-2026-12', { version: 1, data: { text: '', tag: 1 } })]), InvalidEvent));
  });

  test('unknown fields of data are kept', async () => {
    const data = { text: 'a', tags: [], colour: 'blue', nested: { list: [1, { x: null }], ['__proto__']: 'kept' } };
    const [recorded] = await append(record('month-2026-12', { data }));
    expect(recorded?.data).toEqual(data);
    expect(whole()[0]?.data).toEqual(data);
  });

  test('facts of an older version are read at the newest', async () => {
    await append(record('month-2026-12', { version: 1, data: { text: 'a', tag: 'one', colour: 'blue' } }));
    const [read] = whole();
    expect(read).toMatchObject({ version: 2, data: { text: 'a', tags: ['one'], colour: 'blue' } });
    expect(read?.data).not.toHaveProperty('tag');
    expect(subject.log.readStream('month-2026-12')).toEqual([read]);
    expect(subject.log.find(read?.id ?? '')).toEqual(read);
  });

  test('a chain through facts of an older version holds', async () => {
    const [first] = await append(record('month-2026-12', { version: 1, data: { text: 'a' } }));
    const [second] = await append(record('month-2026-12'));
    if (!first || !second) throw new Error('nothing was recorded');
    expect(faultsOf([first, second])).toEqual([]);
  });

  test('neither what was given nor what was returned can change the log', async () => {
    const fresh = record('month-2026-12', { data: { text: 'a', tags: ['x'] } });
    const returned = await append(fresh);
    const kept = JSON.stringify(whole());
    const spoil = (one: NewRecord | undefined): void => {
      Object.assign(one ?? {}, { position: 7, stream: 'slot-1', hash: 'none' });
      Object.assign(one?.data ?? {}, { text: 'spoiled' });
      Object.assign(one?.data.tags ?? {}, { 0: 'spoiled' });
      Object.assign(one?.actor ?? {}, { id: 'spoiled' });
    };
    const again = await append({ ...structuredClone(fresh) });
    for (const one of [
      fresh,
      returned[0],
      again[0],
      subject.log.find(returned[0]?.id ?? ''),
      subject.log.readStream('month-2026-12')[0],
      whole()[0],
    ])
      spoil(one);
    expect(JSON.stringify(whole())).toBe(kept);
    await append(record('month-2026-12'));
    expect(faultsOf(whole())).toEqual([]);
  });
}
