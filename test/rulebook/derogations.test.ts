import type { Derogation } from '../../src/rulebook/derogation.js';
import type { LimitCase } from '../../src/rulebook/limits.js';
import type { CountedWindow } from '../../src/rulebook/usage.js';
import { granted, high, low, told, weigh } from '../support/windows.js';

describe('derogations', () => {
  test('that waive the hours leave a window one night’s: planned for a day at most, recorded for as long as it took', () => {
    const derogations = [granted({ clauses: ['H8.3(b)'] })];
    const outcome = (end: string, as: LimitCase['as']): unknown =>
      weigh(high('A', '2026-12-05T10:00:00Z', end), { derogations, as })[0]?.outcome;
    expect(outcome('2026-12-06T10:00:00Z', 'intention')).toBe('waived');
    expect(outcome('2026-12-06T10:01:00Z', 'intention')).toBe('refused');
    expect(outcome('2026-12-06T10:01:00Z', 'fact')).toBe('waived');
  });

  describe('for a part of the month, and a fact', () => {
    const derogations = [
      granted({
        clauses: ['H8.3(c)'],
        limits: { highWindows: 3, highMinutes: 480 },
        from: '2026-12-15',
        to: '2026-12-31',
      }),
    ];
    const first = high('A', '2026-12-05T22:00:00Z', '2026-12-06T01:00:00Z');
    const second = high('B', '2026-12-12T22:00:00Z', '2026-12-13T01:00:00Z');
    const third = high('C', '2026-12-19T22:00:00Z', '2026-12-20T00:00:00Z');
    const fact = (window: CountedWindow, others: CountedWindow[]): unknown[] =>
      told(weigh(window, { others, derogations, as: 'fact' })).slice(1);

    test('count each window towards the number that holds on its own date', () => {
      expect(fact(first, [second, third])).toEqual([
        'H8.3(c) | pass | 2 | 2 | windows | 2026-12',
        'H8.3(c) | pass | 360 | 360 | minutes | 2026-12',
      ]);
      expect(fact(third, [first, second])).toEqual([
        'H8.3(c) | waived | 3 | 3 | windows | 2026-12',
        'H8.3(c) | waived | 480 | 480 | minutes | 2026-12',
      ]);
    });

    test('and hold it against the larger number too, once, where that is past', () => {
      const fourth = { ...third, maintenanceId: 'D', start: '2026-12-26T22:00:00Z', end: '2026-12-26T23:00:00Z' };
      expect(fact(first, [third, fourth, second])).toEqual([
        'H8.3(c) | pass | 2 | 2 | windows | 2026-12',
        'H8.3(c) | breach | 4 | 3 | windows | 2026-12',
        'H8.3(c) | pass | 360 | 360 | minutes | 2026-12',
        'H8.3(c) | breach | 540 | 480 | minutes | 2026-12',
      ]);
    });

    test('an intention is held against all that the month holds', () => {
      const planned = told(weigh(first, { others: [second, third], derogations })).slice(1);
      expect(planned).toEqual([
        'H8.3(c) | refused | 3 | 2 | windows | 2026-12',
        'H8.3(c) | refused | 480 | 360 | minutes | 2026-12',
      ]);
    });

    test('what is carried in counts as on the 1st', () => {
      const carried = high('N', '2026-11-30T23:00:00Z', '2026-12-01T01:00:00Z');
      const from = (date: string): Derogation[] => [granted({ clauses: ['H8.3(c)'], from: date, to: '2026-12-01' })];
      const weighed = (date: string): unknown[] =>
        told(weigh(first, { others: [second, carried], derogations: from(date), as: 'fact' })).slice(1);
      expect(weighed('2026-12-01')).toEqual([
        'H8.3(c) | pass | 2 | 2 | windows | 2026-12',
        'H8.3(c) | pass | 360 | 360 | minutes | 2026-12',
      ]);
      expect(weighed('2026-12-02')).toEqual([
        'H8.3(c) | breach | 3 | 2 | windows | 2026-12',
        'H8.3(c) | breach | 420 | 360 | minutes | 2026-12',
      ]);
    });

    test('a smaller number is held against all but what the Panel allowed beyond the Code', () => {
      const stricter = [
        granted({ clauses: ['H8.3(c)'], limits: { highWindows: 1 }, from: '2026-12-19', to: '2026-12-19' }),
      ];
      expect(told(weigh(third, { others: [first], derogations: stricter, as: 'fact' }))[1]).toBe(
        'H8.3(c) | breach | 2 | 1 | windows | 2026-12',
      );
    });
  });

  const acrossNewYear = low('A', '2026-12-31T23:00:00Z', '2027-01-01T06:30:00Z');

  test('what is carried over is weighed by those in force on the next month’s 1st', () => {
    const limits = { lowMinutesEach: 480 };
    const onlyDecember = weigh(acrossNewYear, { derogations: [granted({ limits, to: '2026-12-31' })] });
    expect(told(onlyDecember.filter(({ outcome }) => outcome !== 'pass'))).toEqual([
      'H8.3(d) | waived | 450 | 480 | minutes | 2026-12',
      'H8.3(d) | refused | 390 | 360 | minutes | 2027-01',
    ]);
    const both = weigh(acrossNewYear, { derogations: [granted({ limits, to: '2027-01-01' })] });
    expect(told(both.filter(({ outcome }) => outcome !== 'pass'))).toEqual([
      'H8.3(d) | waived | 450 | 480 | minutes | 2026-12',
      'H8.3(d) | waived | 390 | 480 | minutes | 2027-01',
    ]);
  });

  test('a waiver names its reference and the Code’s own limit; several are joined', () => {
    const derogations = [granted({ reference: 'R1' }), granted({ reference: 'R2' }), granted({ reference: 'R1' })];
    const [waived] = weigh(low('A', '2026-12-05T20:00:00Z', '2026-12-06T03:00:00Z'), { derogations }).filter(
      ({ outcome }) => outcome === 'waived',
    );
    expect(waived).toMatchObject({ rule: 'H8.3(d)', value: 420, limit: 360, reference: 'R1, R2' });
  });

  test('a decision that needed none names none', () => {
    const found = weigh(low('A', '2026-12-05T20:00:00Z', '2026-12-06T02:00:00Z'), { derogations: [granted({})] });
    expect(found.map(({ outcome, reference }) => [outcome, reference])).toEqual(found.map(() => ['pass', undefined]));
  });

  test('a fact past a replaced limit is a breach of that, and says whose it is', () => {
    const derogations = [granted({ clauses: ['H8.3(c)'], limits: { highMinutes: 400 } })];
    const found = weigh(high('A', '2026-12-05T20:00:00Z', '2026-12-06T02:41:00Z'), { derogations, as: 'fact' });
    expect(found.at(-1)).toMatchObject({ outcome: 'breach', value: 401, limit: 400, reference: 'SECP_1' });
  });

  test('a number of a clause that the derogation does not name has no effect', () => {
    const derogations = [granted({ clauses: ['H8.3(d)'], limits: { highWindows: 9, highMinutes: 900 } })];
    expect(weigh(high('A', '2026-12-05T20:00:00Z', '2026-12-06T02:01:00Z'), { derogations }).at(-1)?.outcome).toBe(
      'refused',
    );
  });

  test.each([
    ['an earlier evening', [{ earliest: '18:00' }], '18:00', '08:00', 'waived', '18:00 to 08:00'],
    ['not that early', [{ earliest: '18:01' }], '18:00', '08:00', 'refused', '18:01 to 08:00'],
    [
      'the edges of two together',
      [{ earliest: '18:00' }, { latest: '10:00' }],
      '18:00',
      '10:00',
      'waived',
      '18:00 to 10:00',
    ],
    ['and no further', [{ earliest: '18:00' }, { latest: '10:00' }], '18:00', '10:01', 'refused', '18:00 to 10:00'],
    [
      'of two the more lenient',
      [{ earliest: '21:00' }, { earliest: '19:00' }],
      '19:30',
      '23:00',
      'waived',
      '19:00 to 08:00',
    ],
    ['stricter hours bind', [{ earliest: '22:00', latest: '06:00' }], '21:59', '06:00', 'refused', '22:00 to 06:00'],
    ['stricter hours kept', [{ earliest: '22:00', latest: '06:00' }], '22:00', '06:00', 'pass', '22:00 to 06:00'],
    ['a number of another clause', [{ highWindows: 3 }], '19:59', '23:00', 'refused', '20:00 to 08:00'],
  ])('hours: %s', (_, named, from, to, outcome, limit) => {
    const derogations = named.map((limits) => granted({ clauses: ['H8.3(b)', 'H8.3(c)'], limits }));
    const end = to > from ? `2026-12-05T${to}:00Z` : `2026-12-06T${to}:00Z`;
    const [hours] = weigh(high('A', `2026-12-05T${from}:00Z`, end), { derogations });
    expect(hours).toMatchObject({ rule: 'H8.3(b)', outcome, limit });
  });

  test('hours within a day stand beside the nights that others name', () => {
    const night = granted({ clauses: ['H8.3(b)'], limits: { earliest: '21:00' }, reference: 'N' });
    const day = granted({ clauses: ['H8.3(b)'], limits: { earliest: '09:00', latest: '12:00' }, reference: 'M' });
    const outcomes = (derogations: Derogation[], start: string, end: string): string | undefined =>
      weigh(high('A', start, end), { derogations })[0]?.outcome;
    expect(outcomes([night, day], '2026-12-05T09:00:00Z', '2026-12-05T12:00:00Z')).toBe('waived');
    expect(outcomes([night, day], '2026-12-05T12:00:00Z', '2026-12-05T12:01:00Z')).toBe('refused');
    expect(outcomes([night, day], '2026-12-05T21:00:00Z', '2026-12-05T22:00:00Z')).toBe('pass');
    expect(outcomes([day], '2026-12-05T21:00:00Z', '2026-12-05T22:00:00Z')).toBe('refused');
    expect(
      outcomes([night, day, granted({ clauses: ['H8.3(b)'] })], '2026-12-05T12:00:00Z', '2026-12-05T13:00:00Z'),
    ).toBe('waived');
  });

  test('nights that together would leave no gap are not made into one', () => {
    const named = [
      { earliest: '22:00', latest: '21:00' },
      { earliest: '10:00', latest: '09:00' },
    ].map((limits) => granted({ clauses: ['H8.3(b)'], limits }));
    const outcome = (start: string, end: string): string | undefined =>
      weigh(high('A', start, end), { derogations: named })[0]?.outcome;
    expect(outcome('2026-12-05T22:00:00Z', '2026-12-06T21:00:00Z')).toBe('waived');
    expect(outcome('2026-12-05T10:00:00Z', '2026-12-06T09:00:00Z')).toBe('waived');
    expect(outcome('2026-12-05T10:00:00Z', '2026-12-06T09:01:00Z')).toBe('refused');
  });

  test('before MP092 they say nothing', () => {
    const derogations = [granted({ clauses: ['H8.3(b)', 'H8.3(c)', 'H8.3(d)'], from: '2018-01-01' })];
    expect(
      weigh(low('A', '2018-03-06T19:59:00Z', '2018-03-07T02:30:00Z'), { derogations }).map(({ outcome }) => outcome),
    ).toEqual(['refused', 'refused', 'refused']);
  });
});
