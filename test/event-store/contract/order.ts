import { faultsOf, recomputedHash } from '../../support/hash-chain.js';
import { batch, claim, NOON, record } from '../../support/invented-facts.js';
import type { LogUnderTest } from './log-under-test.js';

/** The order of the log: its chain, its times, and the position at an instant. */
export function orderContract(subject: LogUnderTest): void {
  const { whole, append } = subject;

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
      await append(record('month-2026-12', { data: { text: '', tags: [], n: -0, big: 1e21, small: 1.5e-9, b: null } }));
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
      (await subject.log.append(batch([record('month-2026-12')], [], now)))[0]?.recordedAt;

    test('never goes back when the clock does', async () => {
      expect(await at('2026-12-01T12:00:00.500Z')).toBe('2026-12-01T12:00:00.500Z');
      expect(await at('2026-12-01T11:00:00.000Z')).toBe('2026-12-01T12:00:00.500Z');
      expect(await at('2026-12-01T12:00:00Z')).toBe('2026-12-01T12:00:00.500Z');
      expect(await at('2026-12-01T12:00:00.501Z')).toBe('2026-12-01T12:00:00.501Z');
      expect(subject.log.newestRecordedAt()).toBe('2026-12-01T12:00:00.501Z');
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
        await subject.log.append(batch([record('month-2026-12')], [], now));
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
      expect(subject.log.positionAt(instant)).toBe(position);
    });
  });
}
