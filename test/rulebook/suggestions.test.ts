import fc from 'fast-check';
import {
  addMinutes,
  atLocal,
  elapsedMinutes,
  type Interval,
  localDate,
  localTime,
} from '../../src/rulebook/local-time.js';
import { insideBand, NIGHT_BAND } from '../../src/rulebook/night-band.js';
import { candidateIntervals } from '../../src/rulebook/suggestions.js';

const first = (count: number, requested: Interval, from = localDate(requested.start), nights = 100): Interval[] =>
  candidateIntervals(requested, { notBefore: '2000-01-01', from, nights, derogations: [] }).take(count).toArray();
const utc = (start: string, end: string): Interval => ({ start: `${start}:00Z`, end: `${end}:00Z` });

describe('what is worth trying', () => {
  test('the same time and length on the following nights', () => {
    expect(first(3, utc('2026-12-05T22:00', '2026-12-06T00:00'))).toEqual([
      utc('2026-12-05T22:00', '2026-12-06T00:00'),
      utc('2026-12-06T22:00', '2026-12-07T00:00'),
      utc('2026-12-07T22:00', '2026-12-08T00:00'),
    ]);
  });

  test('from the first date worth trying, be it after the one asked for or before it', () => {
    for (const day of ['20', '02'])
      expect(first(1, utc('2026-12-05T22:00', '2026-12-06T00:00'), `2026-12-${day}`)).toEqual([
        { start: `2026-12-${day}T22:00:00Z`, end: addMinutes(`2026-12-${day}T22:00:00Z`, 120) },
      ]);
  });

  test('the same local time on the other side of a clock change, and the same elapsed length', () => {
    const candidates = first(3, utc('2027-03-26T22:00', '2027-03-27T04:00'));
    expect(candidates[1]).toEqual(utc('2027-03-27T22:00', '2027-03-28T04:00'));
    expect(candidates[2]).toEqual(utc('2027-03-28T21:00', '2027-03-29T03:00'));
  });

  test('none before the first date that can be, whatever was asked for', () => {
    const requested = utc('2026-12-05T22:00', '2026-12-06T00:00');
    for (const from of ['2026-12-03', undefined])
      expect(
        candidateIntervals(requested, { notBefore: '2026-12-20', from, nights: 9, derogations: [] }).next().value,
      ).toEqual(utc('2026-12-20T22:00', '2026-12-21T00:00'));
  });

  test('where the time does not lie in the night, from 20:00', () => {
    expect(first(1, utc('2026-12-05T12:00', '2026-12-05T14:00'))).toEqual([
      utc('2026-12-05T20:00', '2026-12-05T22:00'),
    ]);
    expect(first(1, utc('2026-12-05T07:00', '2026-12-05T08:01'))).toEqual([
      utc('2026-12-05T20:00', '2026-12-05T21:01'),
    ]);
  });

  test('shorter ones come last, in steps of half an hour', () => {
    const candidates = first(10_000, utc('2026-12-05T20:00', '2026-12-06T02:10'), '2026-12-05', 8);
    const lengths = candidates.map(elapsedMinutes);
    expect(lengths.slice(0, 9)).toEqual([370, 370, 370, 370, 370, 370, 370, 370, 360]);
    expect(lengths).toEqual(lengths.toSorted((one, other) => other - one));
    expect(lengths.at(-1)).toBe(30);
  });

  test('shorter ones are tried on the night asked for and then once a week, as far ahead as all are', () => {
    const candidates = first(10_000, utc('2026-12-05T20:00', '2026-12-05T21:00'), '2026-12-05', 14);
    const shorter = candidates.filter((one) => elapsedMinutes(one) === 30).map(({ start }) => localDate(start));
    expect(candidates).toHaveLength(14 + 2);
    expect(shorter).toEqual(['2026-12-05', '2026-12-12']);
  });

  test('where a day and more is asked for, from a whole night down', () => {
    const lengths = first(10_000, utc('2026-12-05T20:00', '2026-12-07T02:10'), '2026-12-05', 8).map(elapsedMinutes);
    expect([...new Set(lengths)]).toEqual(Array.from({ length: 24 }, (_, step) => 720 - step * 30));
  });

  test('none at a time that the clocks skip or repeat: from 20:00 instead', () => {
    const skipped = first(2, utc('2027-03-27T01:30', '2027-03-27T03:00'));
    expect(skipped[1]).toEqual(utc('2027-03-28T19:00', '2027-03-28T20:30'));
    const startRepeated = first(2, utc('2027-10-30T00:30', '2027-10-30T02:00'));
    expect(startRepeated[1]).toEqual(utc('2027-10-31T20:00', '2027-10-31T21:30'));
    const endRepeated = first(1, utc('2027-10-30T21:30', '2027-10-31T01:15'));
    expect(endRepeated).toEqual([utc('2027-10-30T19:00', '2027-10-30T22:45')]);
  });

  test('where 20:00 would end in the hour repeated, until 08:00', () => {
    expect(first(1, utc('2027-10-30T19:30', '2027-10-31T00:45'))).toEqual([
      utc('2027-10-31T02:45', '2027-10-31T08:00'),
    ]);
  });
});

test('each lies in one night, is no longer than asked for, and can be said in local time', () => {
  const from = Date.parse('2027-03-01T00:00:00Z');
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 365 * 24 * 60 }),
      fc.integer({ min: 1, max: 900 }),
      fc.constantFrom('2027-03-26', '2027-10-29', undefined),
      (offset, minutes, chosen) => {
        const requested = {
          start: new Date(from + offset * 60_000).toISOString(),
          end: new Date(from + (offset + minutes) * 60_000).toISOString(),
        };
        const begin = chosen ?? localDate(requested.start);
        for (const candidate of first(40, requested, begin, 8)) {
          expect(insideBand(candidate, NIGHT_BAND)).toBe(true);
          expect(elapsedMinutes(candidate)).toBeLessThanOrEqual(minutes);
          expect(localDate(candidate.start) >= begin).toBe(true);
          for (const instant of [candidate.start, candidate.end]) {
            const [date = '', time = ''] = localTime(instant).split('T');
            expect(atLocal(date, time)).toHaveProperty('instant');
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});
