import { CheckFailed, type NewRecord, type RecordQuery } from '../../../src/event-store/event-store.js';
import { InvalidEvent } from '../../../src/event-store/facts.js';
import { absent, batch, claim, record } from '../../support/invented-facts.js';
import type { LogUnderTest } from './log-under-test.js';

/** What is read, as of which position and instant, while others append. */
export function readingContract(subject: LogUnderTest): void {
  const { append, positions, refuses } = subject;

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
      await subject.log.append(batch([at('2026-12-01T12:01:00.25Z')], [], now(1)));
      await subject.log.append(batch([at('2026-12-01T12:02:00.250Z'), at('2026-12-01T11:00:00Z')], [], now(2)));
      await subject.log.append(batch([at('2026-12-01T12:03:00Z'), at('2026-12-01T12:00:30Z')], [], now(3)));
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
      for (const { position } of subject.log.read({})) {
        seen.push(position);
        if (seen.length > 6) break;
        expect(positions({ limit: 1 })).toEqual([1]);
        await append(record('month-2026-12'));
      }
      expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
      expect(subject.log.head()).toBe(12);
    });

    test('goes on undisturbed while appends are refused', async () => {
      const seen: number[] = [];
      for (const { position } of subject.log.read({})) {
        seen.push(position);
        await refuses(batch([record('slot-1')], [absent('slot-1')]), CheckFailed);
      }
      expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    });

    test('may be given up half way', async () => {
      for (const { position } of subject.log.read({})) if (position === 2) break;
      await append(record('month-2026-12'));
      expect(positions({ after: 5 })).toEqual([6, 7]);
    });

    test('one stream, from a revision and up to a position', () => {
      const read = (...args: [number?, number?]): number[] =>
        subject.log.readStream('month-2026-12', ...args).map(({ position }) => position);
      expect(read()).toEqual([1, 3, 6]);
      expect(read(1)).toEqual([3, 6]);
      expect(read(3)).toEqual([]);
      expect(read(0, 3)).toEqual([1, 3]);
      expect(read(0, 2)).toEqual([1]);
      expect(read(1, 5)).toEqual([3]);
      expect(read(0, 0)).toEqual([]);
    });

    test('the revision of a stream as of a position', () => {
      const revisions = [0, 1, 2, 3, 5, 6, 7].map((upTo) => subject.log.revisionOf('month-2026-12', upTo));
      expect(revisions).toEqual([-1, 0, 0, 1, 1, 2, 2]);
      expect(subject.log.revisionOf('month-2026-12')).toBe(2);
      expect(subject.log.revisionOf('month-2027-01', 3)).toBe(-1);
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
      expect(subject.log.streamsOf('slot-pattern')).toEqual(['slot-pattern-2', 'slot-pattern-1-of-3']);
      expect(subject.log.streamsOf('slot')).toEqual(['slot-9', 'slot-patterns']);
      expect(subject.log.streamsOf('month')).toEqual(['month-2026-12']);
      expect(subject.log.streamsOf('mont')).toEqual([]);
    });

    test('are those that had begun by a position', () => {
      expect([0, 1, 3, 4].map((upTo) => subject.log.streamsOf('slot-pattern', upTo).length)).toEqual([0, 1, 1, 2]);
      expect([1, 2, 5, 6].map((upTo) => subject.log.streamsOf('slot', upTo).length)).toEqual([0, 1, 1, 2]);
    });
  });
}
