import { CheckFailed, EventIdReused, type Append, type NewRecord } from '../../../src/event-store/event-store.js';
import { InvalidEvent, UnknownEvent } from '../../../src/event-store/facts.js';
import { faultsOf } from '../../support/hash-chain.js';
import { absent, asItStands, batch, claim, newId, record } from '../../support/invented-facts.js';
import type { LogUnderTest } from './log-under-test.js';

/** What is appended, and what is refused: checks, claims, and appends that are repeated. */
export function appendingContract(subject: LogUnderTest): void {
  const { whole, append, refuses } = subject;

  describe('when it is empty', () => {
    test('has no head, no times, no streams, no records and no claims', () => {
      expect(subject.log.head()).toBe(0);
      expect(subject.log.newestRecordedAt()).toBeNull();
      expect(subject.log.positionAt('2099-01-01T00:00:00Z')).toBe(0);
      expect(subject.log.revisionOf('month-2026-12')).toBe(-1);
      expect(subject.log.readStream('month-2026-12')).toEqual([]);
      expect(whole()).toEqual([]);
      expect(subject.log.find(newId())).toBeUndefined();
      expect(subject.log.streamsOf('month')).toEqual([]);
      expect(subject.log.claimOf('name/H1')).toBeUndefined();
    });

    test('takes an append of nothing as nothing', async () => {
      expect(await subject.log.append(batch([]))).toEqual([]);
      expect(subject.log.head()).toBe(0);
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
      expect(subject.log.readStream('month-2026-12')).toEqual([recorded[0], recorded[2]]);
      expect(subject.log.find(fresh[1]?.id ?? '')).toEqual(recorded[1]);
      expect(subject.log.head()).toBe(3);
    });

    test('is refused whole when one check of many does not hold', async () => {
      await append(record('month-2026-12'), record('month-2027-01'));
      const stale = absent('month-2027-01');
      const checks = [asItStands(subject.log, 'month-2026-12'), stale, absent('slot-1')];
      const error = await refuses(batch([record('month-2026-12'), record('slot-1')], checks), CheckFailed);
      expect(error).toMatchObject({ name: 'CheckFailed', check: stale });
      expect(error.message).toContain('month-2027-01');
    });

    test('is refused whole when its last record is invalid', () =>
      refuses(batch([record('month-2026-12'), record('slot-1', { data: { text: 1 } })]), InvalidEvent));

    test('is refused whole when its last record claims what is claimed', async () => {
      await append(claim('month-2026-12', 'H1'));
      await refuses(batch([claim('month-2026-12', 'H2'), claim('month-2027-01', 'H1')]), CheckFailed);
      expect(subject.log.claimOf('name/H2')).toBeUndefined();
    });
  });

  describe('a check on a stream', () => {
    test('holds for its newest record and for no other', async () => {
      const [first, second] = await append(record('month-2026-12'), record('month-2026-12'));
      const [other] = await append(record('slot-1'));
      const relying = (newest: string | null = null): Append =>
        batch([record('month-2026-12')], [{ stream: 'month-2026-12', newest }]);
      for (const newest of [null, first?.hash, other?.hash, '']) await refuses(relying(newest), CheckFailed);
      await subject.log.append(relying(second?.hash));
      expect(subject.log.revisionOf('month-2026-12')).toBe(2);
    });

    test('of no record holds while the stream does not exist', async () => {
      const first = (): Append => batch([record('month-2026-12')], [absent('month-2026-12')]);
      await subject.log.append(first());
      await refuses(first(), CheckFailed);
    });

    test('may be on a stream that is not written', async () => {
      await append(record('slot-1'));
      const standing = asItStands(subject.log, 'slot-1');
      await refuses(batch([record('month-2026-12')], [absent('slot-1')]), CheckFailed);
      await refuses(batch([record('month-2026-12')], [{ ...standing, stream: 'slot-2' }]), CheckFailed);
      const checks = [standing, absent('slot-2')];
      expect(await subject.log.append(batch([record('month-2026-12')], checks))).toHaveLength(1);
    });

    test('counts even when nothing is to be written', () =>
      refuses(batch([], [{ stream: 'slot-1', newest: 'another' }]), CheckFailed));
  });

  describe('a check on a kind', () => {
    test('holds while no further stream of it has begun, whatever happens in those that have', async () => {
      const relying = (...ids: string[]): Append =>
        batch([record('slot-1')], [{ kind: 'slot-pattern', streams: ids.map((id) => `slot-pattern-${id}`) }]);
      await subject.log.append(relying());
      await append(record('slot-pattern-a'), record('slot-2'));
      const error = await refuses(relying(), CheckFailed);
      expect(error).toMatchObject({ check: { kind: 'slot-pattern', streams: [] } });
      await append(record('slot-pattern-a'));
      await refuses(relying('b'), CheckFailed);
      await subject.log.append(relying('a'));
      await append(record('slot-pattern-b'));
      for (const others of [['a'], ['b', 'a'], ['a', 'c']]) await refuses(relying(...others), CheckFailed);
      await subject.log.append(relying('a', 'b'));
      expect(subject.log.streamsOf('slot-pattern')).toEqual(['slot-pattern-a', 'slot-pattern-b']);
    });
  });

  describe('a claim', () => {
    test('is found at the position of its record', async () => {
      const [, claiming] = await append(record('month-2026-12'), claim('month-2026-12', 'H1'));
      expect(subject.log.claimOf('name/H1')).toMatchObject({ position: 2, hash: claiming?.hash });
      expect(subject.log.claimOf('name/H')).toBeUndefined();
    });

    test('is refused when another record has made it, in whatever stream', async () => {
      await append(claim('month-2026-12', 'H1'));
      const error = await refuses(batch([claim('slot-1', 'H1')]), CheckFailed);
      expect(error).toMatchObject({ check: { name: 'name/H1', claimedBy: null } });
    });

    test('is refused when it is made twice in one append', async () => {
      await refuses(batch([claim('month-2026-12', 'H1'), claim('month-2027-01', 'H1')]), CheckFailed);
      expect(subject.log.claimOf('name/H1')).toBeUndefined();
    });

    test('fails a check that nobody, or another record, has made it', async () => {
      const relying = (claimedBy: string | null = null): Append =>
        batch([record('slot-1')], [{ name: 'name/H1', claimedBy }]);
      await subject.log.append(relying());
      const [claiming, other] = await append(claim('month-2026-12', 'H1'), record('month-2026-12'));
      for (const claimedBy of [null, other?.hash]) await refuses(relying(claimedBy), CheckFailed);
      await subject.log.append(relying(claiming?.hash));
    });
  });

  describe('an append that is repeated', () => {
    test('is a no-op that returns the first records, even when its checks no longer hold', async () => {
      const attempt = batch(
        [claim('month-2026-12', 'H1'), record('slot-1')],
        [absent('month-2026-12'), absent('month-2027-01'), { name: 'name/H1', claimedBy: null }],
      );
      const first = await subject.log.append(attempt);
      await append(record('month-2026-12'), record('month-2027-01'));
      expect(await subject.log.append({ ...attempt, now: '2026-12-02T00:00:00Z' })).toEqual(first);
      expect(subject.log.head()).toBe(4);
    });

    test('is a no-op too for facts of an older version', async () => {
      const old = record('month-2026-12', { version: 1, data: { text: 'old', tag: 'one' } });
      const first = await append(old);
      expect(await append(old)).toEqual(first);
      expect(subject.log.head()).toBe(1);
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
      await refuses(batch([record('slot-1')], [{ stream: 'slot-1', newest: 'another' }]), CheckFailed);
      await append(record('slot-1'), record('month-2026-12'));
      expect(whole().map(({ position, revision }) => [position, revision])).toEqual([
        [1, 0],
        [2, 0],
        [3, 1],
      ]);
    });

    test('are given to one of 50 appends that were started at once from the same revision', async () => {
      const racers = Array.from({ length: 50 }, () =>
        subject.log.append(batch([record('month-2026-12'), record('slot-1')], [absent('month-2026-12')])),
      );
      const outcomes = await Promise.allSettled(racers);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const reasons = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
      expect(reasons.every((reason) => reason instanceof CheckFailed)).toBe(true);
      expect(subject.log.head()).toBe(2);
    });

    test('are given to all of 50 appends that were started at once and rely on nothing', async () => {
      await Promise.all(Array.from({ length: 50 }, () => append(record('month-2026-12'), record('slot-1'))));
      expect(subject.log.head()).toBe(100);
      expect(faultsOf(whole())).toEqual([]);
    });
  });
}
