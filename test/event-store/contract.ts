import fc from 'fast-check';
import {
  CheckFailed,
  EventIdReused,
  type Append,
  type Check,
  type EventStore,
  type LogRecord,
  type NewRecord,
  type RecordQuery,
} from '../../src/event-store/event-store.js';
import { InvalidEvent, UnknownEvent } from '../../src/event-store/facts.js';
import { faultsOf, recomputedHash } from '../support/hash-chain.js';
import { batch, claim, newId, NOON, record } from '../support/invented-facts.js';
import { batches, NaiveLog } from './naive-log.js';

/**
 * What every adapter of the log promises.
 * @param open gives an empty log that knows the invented facts and kinds
 * @param histories how many random histories it is held against a naive log on
 */
export function eventStoreContract(name: string, open: () => EventStore | Promise<EventStore>, histories = 150): void {
  describe(`the log ${name}`, () => {
    let log: EventStore;
    beforeEach(async () => {
      log = await open();
    });
    afterEach(() => log.close());

    const whole = (): LogRecord[] => [...log.read({})];
    const append = (...records: NewRecord[]): Promise<readonly LogRecord[]> => log.append(batch(records));
    const positions = (query: RecordQuery): number[] => [...log.read(query)].map(({ position }) => position);

    /** Refused with that error, and nothing at all has changed. */
    async function refuses(attempt: Append, error: new (...args: never[]) => Error): Promise<Error> {
      const before = whole();
      const thrown: unknown = await log.append(attempt).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(thrown).toBeInstanceOf(error);
      expect(whole()).toEqual(before);
      expect(log.head()).toBe(before.length);
      for (const { stream, id } of attempt.records) {
        const stored = before.filter((one) => one.stream === stream);
        expect(log.revisionOf(stream)).toBe(stored.length - 1);
        expect(log.find(id)).toEqual(before.find((one) => one.id === id));
      }
      return thrown as Error;
    }

    describe('when it is empty', () => {
      test('has no head, no times, no streams, no records and no claims', () => {
        expect(log.head()).toBe(0);
        expect(log.newestRecordedAt()).toBeNull();
        expect(log.positionAt('2099-01-01T00:00:00Z')).toBe(0);
        expect(log.revisionOf('month-2026-12')).toBe(-1);
        expect(log.readStream('month-2026-12')).toEqual([]);
        expect(whole()).toEqual([]);
        expect(log.find(newId())).toBeUndefined();
        expect(log.streamsOf('month')).toEqual([]);
        expect(log.claimedAt('name/H1')).toBeUndefined();
      });

      test('takes an append of nothing as nothing', async () => {
        expect(await log.append(batch([]))).toEqual([]);
        expect(log.head()).toBe(0);
      });
    });

    describe('an append to several streams', () => {
      test('records everything, in order, with its place in the log and in each stream', async () => {
        const fresh = [record('month-2026-12'), record('slot-1'), record('month-2026-12')];
        const recorded = await append(...fresh);
        expect(recorded.map(({ position, stream, revision }) => [position, stream, revision])).toEqual([
          [1, 'month-2026-12', 0],
          [2, 'slot-1', 0],
          [3, 'month-2026-12', 1],
        ]);
        recorded.forEach((one, index) => expect(one).toMatchObject({ ...fresh[index] }));
        expect(whole()).toEqual(recorded);
        expect(log.readStream('month-2026-12')).toEqual([recorded[0], recorded[2]]);
        expect(log.find(fresh[1]?.id ?? '')).toEqual(recorded[1]);
        expect(log.head()).toBe(3);
      });

      test('is refused whole when one check of many does not hold', async () => {
        await append(record('month-2026-12'), record('month-2027-01'));
        const stale: Check = { stream: 'month-2027-01', revision: -1 };
        const checks = [{ stream: 'month-2026-12', revision: 0 }, stale, { stream: 'slot-1', revision: -1 }];
        const error = await refuses(batch([record('month-2026-12'), record('slot-1')], checks), CheckFailed);
        expect(error).toMatchObject({ name: 'CheckFailed', check: stale });
        expect(error.message).toContain('month-2027-01');
      });

      test('is refused whole when its last record is invalid', () =>
        refuses(batch([record('month-2026-12'), record('slot-1', { data: { text: 1 } })]), InvalidEvent));

      test('is refused whole when its last record claims what is claimed', async () => {
        await append(claim('month-2026-12', 'H1'));
        await refuses(batch([claim('month-2026-12', 'H2'), claim('month-2027-01', 'H1')]), CheckFailed);
        expect(log.claimedAt('name/H2')).toBeUndefined();
      });
    });

    describe('a check on a stream', () => {
      test('holds at the newest revision and at no other', async () => {
        await append(record('month-2026-12'), record('month-2026-12'));
        for (const revision of [-1, 0, 2])
          await refuses(batch([record('month-2026-12')], [{ stream: 'month-2026-12', revision }]), CheckFailed);
        await log.append(batch([record('month-2026-12')], [{ stream: 'month-2026-12', revision: 1 }]));
        expect(log.revisionOf('month-2026-12')).toBe(2);
      });

      test('of revision -1 holds while the stream does not exist', async () => {
        const first = (): Append => batch([record('month-2026-12')], [{ stream: 'month-2026-12', revision: -1 }]);
        await log.append(first());
        await refuses(first(), CheckFailed);
      });

      test('may be on a stream that is not written', async () => {
        await append(record('slot-1'));
        await refuses(batch([record('month-2026-12')], [{ stream: 'slot-1', revision: -1 }]), CheckFailed);
        await refuses(batch([record('month-2026-12')], [{ stream: 'slot-2', revision: 0 }]), CheckFailed);
        const checks = [
          { stream: 'slot-1', revision: 0 },
          { stream: 'slot-2', revision: -1 },
        ];
        expect(await log.append(batch([record('month-2026-12')], checks))).toHaveLength(1);
      });

      test('counts even when nothing is to be written', () =>
        refuses(batch([], [{ stream: 'slot-1', revision: 0 }]), CheckFailed));
    });

    describe('a check on a kind', () => {
      test('holds while no further stream of it has begun, whatever happens in those that have', async () => {
        const relying = (streams: number): Append => batch([record('slot-1')], [{ kind: 'slot-pattern', streams }]);
        await log.append(relying(0));
        await append(record('slot-pattern-a'), record('slot-2'));
        const error = await refuses(relying(0), CheckFailed);
        expect(error).toMatchObject({ check: { kind: 'slot-pattern', streams: 0 } });
        await append(record('slot-pattern-a'));
        await log.append(relying(1));
        await append(record('slot-pattern-b'));
        await refuses(relying(1), CheckFailed);
        expect([log.countOf('slot-pattern'), log.countOf('month')]).toEqual([2, 0]);
        expect(log.streamsOf('slot-pattern')).toEqual(['slot-pattern-a', 'slot-pattern-b']);
      });
    });

    describe('a claim', () => {
      test('is found at the position of its record', async () => {
        await append(record('month-2026-12'), claim('month-2026-12', 'H1'));
        expect(log.claimedAt('name/H1')).toBe(2);
        expect(log.claimedAt('name/H')).toBeUndefined();
      });

      test('is refused when another record has made it, in whatever stream', async () => {
        await append(claim('month-2026-12', 'H1'));
        const error = await refuses(batch([claim('slot-1', 'H1')]), CheckFailed);
        expect(error).toMatchObject({ check: { unclaimed: 'name/H1' } });
      });

      test('is refused when it is made twice in one append', async () => {
        await refuses(batch([claim('month-2026-12', 'H1'), claim('month-2027-01', 'H1')]), CheckFailed);
        expect(log.claimedAt('name/H1')).toBeUndefined();
      });

      test('fails a check that nobody has made it', async () => {
        const relying = (): Append => batch([record('slot-1')], [{ unclaimed: 'name/H1' }]);
        await log.append(relying());
        await append(claim('month-2026-12', 'H1'));
        await refuses(relying(), CheckFailed);
      });
    });

    describe('an append that is repeated', () => {
      test('is a no-op that returns the first records, even when its checks no longer hold', async () => {
        const attempt = batch(
          [claim('month-2026-12', 'H1'), record('slot-1')],
          [
            { stream: 'month-2026-12', revision: -1 },
            { stream: 'month-2027-01', revision: -1 },
            { unclaimed: 'name/H1' },
          ],
        );
        const first = await log.append(attempt);
        await append(record('month-2026-12'), record('month-2027-01'));
        expect(await log.append({ ...attempt, now: '2026-12-02T00:00:00Z' })).toEqual(first);
        expect(log.head()).toBe(4);
      });

      test('is a no-op too for facts of an older version', async () => {
        const old = record('month-2026-12', { version: 1, data: { text: 'old', tag: 'one' } });
        const first = await append(old);
        expect(await append(old)).toEqual(first);
        expect(log.head()).toBe(1);
      });

      test('may have its fields in another order', async () => {
        const fresh = record('month-2026-12', { data: { text: 'a', tags: [], more: { x: 1, y: 2 } } });
        const first = await append(fresh);
        expect(await append({ ...fresh, data: { more: { y: 2, x: 1 }, tags: [], text: 'a' } })).toEqual(first);
      });

      test.each<[string, Partial<NewRecord>]>([
        ['other data', { data: { text: 'other', tags: [] } }],
        ['a field more', { data: { text: 'on month-2026-12', tags: [], more: true } }],
        ['another stream', { stream: 'month-2027-01' }],
        ['another type', { type: 'NameTaken', version: 1, data: { name: 'H1' } }],
        ['another version', { version: 1 }],
        ['another actor', { actor: { id: 'person-2', role: 'scheduler' } }],
        ['another time', { occurredAt: '2026-11-30T22:16:00Z' }],
        ['another command', { commandId: 'command-2' }],
      ])('with %s under the same event id is refused', async (_, change) => {
        const fresh = record('month-2026-12');
        await append(fresh);
        const error = await refuses(batch([{ ...fresh, ...change }]), EventIdReused);
        expect(error.message).toContain(fresh.id);
      });

      test('in part, with something new, is refused', async () => {
        const [first, second] = [record('month-2026-12'), record('slot-1')];
        await append(first, second);
        await refuses(batch([first, record('slot-1')]), EventIdReused);
        await refuses(batch([record('slot-1'), second]), EventIdReused);
      });

      test('within itself is refused', async () => {
        const fresh = record('month-2026-12');
        await refuses(batch([fresh, fresh]), EventIdReused);
      });
    });

    describe('positions and revisions', () => {
      test('have no gaps after appends that failed', async () => {
        await append(record('month-2026-12'));
        await refuses(batch([record('month-2026-12'), record('slot-1', { type: 'Nothing' })]), UnknownEvent);
        await refuses(batch([record('slot-1')], [{ stream: 'slot-1', revision: 7 }]), CheckFailed);
        await append(record('slot-1'), record('month-2026-12'));
        expect(whole().map(({ position, revision }) => [position, revision])).toEqual([
          [1, 0],
          [2, 0],
          [3, 1],
        ]);
      });

      test('are given to one of 50 appends that were started at once from the same revision', async () => {
        const racers = Array.from({ length: 50 }, () =>
          log.append(batch([record('month-2026-12'), record('slot-1')], [{ stream: 'month-2026-12', revision: -1 }])),
        );
        const outcomes = await Promise.allSettled(racers);
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        const reasons = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
        expect(reasons.every((reason) => reason instanceof CheckFailed)).toBe(true);
        expect(log.head()).toBe(2);
      });

      test('are given to all of 50 appends that were started at once and rely on nothing', async () => {
        await Promise.all(Array.from({ length: 50 }, () => append(record('month-2026-12'), record('slot-1'))));
        expect(log.head()).toBe(100);
        expect(faultsOf(whole())).toEqual([]);
      });
    });

    describe('the hash chain', () => {
      test('goes from record to record within each stream', async () => {
        await append(record('month-2026-12'), record('slot-1'), record('month-2026-12'));
        await append(record('slot-1'), record('month-2026-12'));
        const [first, second, third, fourth, fifth] = whole();
        expect(first?.previousHash).toBeNull();
        expect(second?.previousHash).toBeNull();
        expect(third?.previousHash).toBe(first?.hash);
        expect(fourth?.previousHash).toBe(second?.hash);
        expect(fifth?.previousHash).toBe(third?.hash);
      });

      test('can be worked out again from the records alone', async () => {
        await append(record('month-2026-12', { data: { text: 'ünï ✂ "quoted" \u0000 \u2028', tags: ['b', 'a'] } }));
        await append(
          record('month-2026-12', { data: { text: '', tags: [], n: -0, big: 1e21, small: 1.5e-9, b: null } }),
        );
        await append(record('month-2026-12', { actor: { id: 'person-2', role: 'panel' } }), claim('slot-1', 'H1'));
        expect(faultsOf(whole())).toEqual([]);
      });

      test('shows a record that was changed', async () => {
        await append(record('month-2026-12'));
        const [first] = whole();
        if (!first) throw new Error('nothing was recorded');
        expect(recomputedHash({ ...first, occurredAt: '2026-11-30T22:15:01Z' })).not.toBe(first.hash);
      });
    });

    describe('recordedAt', () => {
      const at = async (now: string): Promise<string | undefined> =>
        (await log.append(batch([record('month-2026-12')], [], now)))[0]?.recordedAt;

      test('never goes back when the clock does', async () => {
        expect(await at('2026-12-01T12:00:00.500Z')).toBe('2026-12-01T12:00:00.500Z');
        expect(await at('2026-12-01T11:00:00.000Z')).toBe('2026-12-01T12:00:00.500Z');
        expect(await at('2026-12-01T12:00:00Z')).toBe('2026-12-01T12:00:00.500Z');
        expect(await at('2026-12-01T12:00:00.501Z')).toBe('2026-12-01T12:00:00.501Z');
        expect(log.newestRecordedAt()).toBe('2026-12-01T12:00:00.501Z');
      });

      test.each([
        ['2026-12-01T12:00:00Z', '2026-12-01T12:00:00.000Z'],
        ['2026-12-01T12:00Z', '2026-12-01T12:00:00.000Z'],
        ['2026-12-01T12:00:00.5Z', '2026-12-01T12:00:00.500Z'],
        ['2026-12-01T12:00:00.123456789Z', '2026-12-01T12:00:00.123Z'],
        ['2026-12-01T13:00:00+01:00', '2026-12-01T12:00:00.000Z'],
      ])('of %s is stamped in milliseconds', async (now, stamp) => {
        expect(await at(now)).toBe(stamp);
      });

      test('is one and the same for an append', async () => {
        const recorded = await append(record('month-2026-12'), record('slot-1'));
        expect(recorded.map(({ recordedAt }) => recordedAt)).toEqual([NOON, NOON]);
      });
    });

    describe('the position at an instant', () => {
      beforeEach(async () => {
        for (const now of [
          '2026-12-01T12:00:00Z',
          '2026-12-01T12:00:00.250Z',
          '2026-12-01T12:00:00.250Z',
          '2026-12-01T12:00:01Z',
        ])
          await log.append(batch([record('month-2026-12')], [], now));
      });

      test.each([
        ['2026-12-01T11:59:59.999Z', 0],
        ['2026-12-01T12:00:00Z', 1],
        ['2026-12-01T12:00:00.000Z', 1],
        ['2026-12-01T12:00:00.2Z', 1],
        ['2026-12-01T12:00:00.249999Z', 1],
        ['2026-12-01T12:00:00.25Z', 3],
        ['2026-12-01T12:00:00.250000001Z', 3],
        ['2026-12-01T12:00:01Z', 4],
        ['2026-12-01T12:00:01.0Z', 4],
        ['2026-12-01T13:00:00.999+01:00', 3],
        ['2030-01-01T00:00:00Z', 4],
        ['+010000-01-01T00:00:00Z', 4],
        ['-000001-01-01T00:00:00Z', 0],
      ])('%s is %i', (instant, position) => {
        expect(log.positionAt(instant)).toBe(position);
      });
    });

    describe('reading', () => {
      beforeEach(async () => {
        const other = { actor: { id: 'person-2', role: 'panel' }, commandId: 'command-2' };
        await append(record('month-2026-12'), record('slot-1', other), claim('month-2026-12', 'H1'));
        await append(record('slot-1'), { ...claim('slot-pattern-a', 'H2'), ...other }, record('month-2026-12', other));
      });

      test.each<[string, RecordQuery, number[]]>([
        ['nothing in particular', {}, [1, 2, 3, 4, 5, 6]],
        ['after a position', { after: 4 }, [5, 6]],
        ['after the head', { after: 6 }, []],
        ['up to a position', { upTo: 2 }, [1, 2]],
        ['up to before the first', { upTo: 0 }, []],
        ['up to beyond the head', { upTo: 99 }, [1, 2, 3, 4, 5, 6]],
        ['between two positions', { after: 2, upTo: 5 }, [3, 4, 5]],
        ['between two positions that cross', { after: 5, upTo: 2 }, []],
        ['of a stream', { stream: 'slot-1' }, [2, 4]],
        ['of a stream whose name only begins so', { stream: 'slot' }, []],
        ['of a type', { type: 'NameTaken' }, [3, 5]],
        ['of an actor', { actor: 'person-2' }, [2, 5, 6]],
        ['the first few', { limit: 2 }, [1, 2]],
        ['none', { limit: 0 }, []],
        ['the first few of an actor after a position', { actor: 'person-2', after: 2, limit: 1 }, [5]],
        [
          'all conditions together',
          {
            stream: 'month-2026-12',
            type: 'NoteWritten',
            actor: 'person-2',
            after: 1,
            upTo: 6,
            limit: 3,
          },
          [6],
        ],
        ['conditions that nothing meets together', { stream: 'slot-1', type: 'NameTaken' }, []],
        [
          'conditions that are not set',
          { after: undefined, upTo: undefined, stream: undefined, limit: undefined },
          [1, 2, 3, 4, 5, 6],
        ],
      ])('%s', (_, query, expected) => {
        expect(positions(query)).toEqual(expected);
      });

      test('what was true by an instant, whenever it was recorded', async () => {
        const at = (occurredAt: string): NewRecord => record('slot-2', { occurredAt });
        const now = (minute: number): string => `2026-12-01T12:0${minute}:00.250Z`;
        await log.append(batch([at('2026-12-01T12:01:00.25Z')], [], now(1)));
        await log.append(batch([at('2026-12-01T12:02:00.250Z'), at('2026-12-01T11:00:00Z')], [], now(2)));
        await log.append(batch([at('2026-12-01T12:03:00Z'), at('2026-12-01T12:00:30Z')], [], now(3)));
        const by = (occurredBy: string, query: RecordQuery = {}): number[] =>
          positions({ stream: 'slot-2', occurredBy, ...query });
        expect(by('2026-12-01T10:59:59Z')).toEqual([]);
        expect(by('2026-12-01T12:00:00Z')).toEqual([9]);
        expect(by('2026-12-01T12:01:00.249Z')).toEqual([9, 11]);
        expect(by('2026-12-01T12:01:00.25Z')).toEqual([7, 9, 11]);
        expect(by('2026-12-01T12:02:30Z')).toEqual([7, 8, 9, 11]);
        expect(by('2026-12-01T12:03:00Z')).toEqual([7, 8, 9, 10, 11]);
        expect(by('2026-12-01T12:02:30Z', { limit: 2 })).toEqual([7, 8]);
        expect(by('2026-12-01T12:01:30Z', { limit: 2 })).toEqual([7, 9]);
        expect(by('2026-12-01T12:01:30Z', { after: 7, upTo: 10 })).toEqual([9]);
        expect(by('2026-12-01T12:01:30Z', { type: 'NameTaken' })).toEqual([]);
        expect(positions({ occurredBy: '2026-12-01T11:30:00Z' })).toEqual([1, 2, 3, 4, 5, 6, 9]);
      });

      test('what has not occurred cannot be recorded', async () => {
        const early = record('slot-2', { occurredAt: '2026-12-01T12:00:00.001Z' });
        await refuses(batch([early], [], '2026-12-01T12:00:00Z'), InvalidEvent);
      });

      test('goes on undisturbed while others read and append, to the head where it began', async () => {
        const seen: number[] = [];
        for (const { position } of log.read({})) {
          seen.push(position);
          if (seen.length > 6) break;
          expect(positions({ limit: 1 })).toEqual([1]);
          await append(record('month-2026-12'));
        }
        expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
        expect(log.head()).toBe(12);
      });

      test('goes on undisturbed while appends are refused', async () => {
        const seen: number[] = [];
        for (const { position } of log.read({})) {
          seen.push(position);
          await refuses(batch([record('slot-1')], [{ stream: 'slot-1', revision: -1 }]), CheckFailed);
        }
        expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
      });

      test('may be given up half way', async () => {
        for (const { position } of log.read({})) if (position === 2) break;
        await append(record('month-2026-12'));
        expect(positions({ after: 5 })).toEqual([6, 7]);
      });

      test('one stream, from a revision and up to a position', () => {
        const read = (...args: [number?, number?]): number[] =>
          log.readStream('month-2026-12', ...args).map(({ position }) => position);
        expect(read()).toEqual([1, 3, 6]);
        expect(read(1)).toEqual([3, 6]);
        expect(read(3)).toEqual([]);
        expect(read(0, 3)).toEqual([1, 3]);
        expect(read(0, 2)).toEqual([1]);
        expect(read(1, 5)).toEqual([3]);
        expect(read(0, 0)).toEqual([]);
      });

      test('the revision of a stream as of a position', () => {
        const revisions = [0, 1, 2, 3, 5, 6, 7].map((upTo) => log.revisionOf('month-2026-12', upTo));
        expect(revisions).toEqual([-1, 0, 0, 1, 1, 2, 2]);
        expect(log.revisionOf('month-2026-12')).toBe(2);
        expect(log.revisionOf('month-2027-01', 3)).toBe(-1);
      });
    });

    describe('the streams of a kind', () => {
      beforeEach(() =>
        append(
          record('slot-pattern-2'),
          record('slot-9'),
          record('month-2026-12'),
          record('slot-pattern-1-of-3'),
          record('slot-9'),
          record('slot-patterns'),
        ),
      );

      test('are told apart by the longest kind, hyphens and all, in order of their first records', () => {
        expect(log.streamsOf('slot-pattern')).toEqual(['slot-pattern-2', 'slot-pattern-1-of-3']);
        expect(log.streamsOf('slot')).toEqual(['slot-9', 'slot-patterns']);
        expect(log.streamsOf('month')).toEqual(['month-2026-12']);
        expect(log.streamsOf('mont')).toEqual([]);
      });

      test('are those that had begun by a position', () => {
        expect([0, 1, 3, 4].map((upTo) => log.streamsOf('slot-pattern', upTo).length)).toEqual([0, 1, 1, 2]);
        expect([1, 2, 5, 6].map((upTo) => log.streamsOf('slot', upTo).length)).toEqual([0, 1, 1, 2]);
      });
    });

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
      expect(log.readStream('month-2026-12')).toEqual([read]);
      expect(log.find(read?.id ?? '')).toEqual(read);
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
        log.find(returned[0]?.id ?? ''),
        log.readStream('month-2026-12')[0],
        whole()[0],
      ])
        spoil(one);
      expect(JSON.stringify(whole())).toBe(kept);
      await append(record('month-2026-12'));
      expect(faultsOf(whole())).toEqual([]);
    });

    test('agrees with a naive log on whatever is appended to both', async () => {
      await fc.assert(
        fc.asyncProperty(batches, async (steps) => {
          const real = await open();
          const naive = new NaiveLog();
          try {
            for (const step of steps) {
              const attempt = naive.batchOf(step);
              const expected = naive.append(attempt);
              const actual = await real.append(attempt).then(
                (recorded) =>
                  recorded.map(({ id, position, revision, recordedAt }) => ({ id, position, revision, recordedAt })),
                (error: unknown) => (error as Error).name,
              );
              expect(actual).toEqual(expected);
            }
            const records = [...real.read({})];
            expect(records).toMatchObject(naive.records);
            expect(faultsOf(records)).toEqual([]);
            for (const stream of naive.streams())
              expect(real.readStream(stream).map(({ position }) => position)).toEqual(naive.positionsIn(stream));
          } finally {
            await real.close();
          }
        }),
        { numRuns: histories },
      );
    });
  });
}
