import { monthLimits } from '../../src/rulebook/limits.js';
import { usage } from '../../src/rulebook/usage.js';
import { granted, high, low, told, weigh } from '../support/windows.js';

describe('every rule weighed is in the answer', () => {
  test('of a High Impact window', () => {
    const found = weigh(high('A', '2026-12-05T22:00:00Z', '2026-12-06T01:00:00Z'));
    expect(told(found)).toEqual([
      'H8.3(b) | pass | 2026-12-05T22:00 to 2026-12-06T01:00 | 20:00 to 08:00 |  | 2026-12',
      'H8.3(c) | pass | 1 | 2 | windows | 2026-12',
      'H8.3(c) | pass | 180 | 360 | minutes | 2026-12',
    ]);
    expect(found.every(({ detail }) => detail !== '')).toBe(true);
  });

  test('of a Low Impact window across the month’s last midnight, for both months', () => {
    expect(told(weigh(low('A', '2026-12-31T22:00:00Z', '2027-01-01T04:00:00Z')))).toEqual([
      'H8.3(b) | pass | 2026-12-31T22:00 to 2027-01-01T04:00 | 20:00 to 08:00 |  | 2026-12',
      'H8.3(d) | pass | 1 | 6 | windows | 2026-12',
      'H8.3(d) | pass | 360 | 360 | minutes | 2026-12',
      'H8.3(d) | pass | 1 | 6 | windows | 2027-01',
      'H8.3(d) | pass | 240 | 360 | minutes | 2027-01',
    ]);
  });

  test('a window that ends on the last midnight is of one month only', () => {
    const months = weigh(low('A', '2027-06-30T20:00:00Z', '2027-06-30T23:00:00Z')).map(({ month }) => month);
    expect(new Set(months)).toEqual(new Set(['2027-06']));
  });

  test('before MP092, of a window with and without the Self-Service Interface', () => {
    const ssi = low('A', '2018-03-06T20:00:00Z', '2018-03-07T00:00:00Z');
    expect(told(weigh(ssi))).toEqual([
      'pre-MP092.H8.3(a) | pass | 2018-03-06T20:00 to 2018-03-07T00:00 | 20:00 to 08:00 |  | 2018-03',
      'pre-MP092.H8.3(b) | pass | 240 | 240 | minutes | 2018-03',
      'pre-MP092.H8.3(c) | pass | 240 | 360 | minutes | 2018-03',
    ]);
    expect(weigh({ ...ssi, affectsSsi: false }).map(({ rule }) => rule)).toEqual([
      'pre-MP092.H8.3(a)',
      'pre-MP092.H8.3(c)',
    ]);
  });

  test('a window into April 2019 is held against the trial’s limits there', () => {
    expect(told(weigh(high('A', '2019-03-31T21:00:00Z', '2019-04-01T01:00:00Z')))).toEqual([
      'pre-MP092.H8.3(a) | pass | 2019-03-31T22:00 to 2019-04-01T02:00 | 20:00 to 08:00 |  | 2019-03',
      'pre-MP092.H8.3(c) | pass | 240 | 360 | minutes | 2019-03',
      'H8.3(c) | pass | 1 | 2 | windows | 2019-04',
      'H8.3(c) | pass | 120 | 360 | minutes | 2019-04',
      'pre-MP092.H8.3(c) | pass | 120 | 360 | minutes | 2019-04',
    ]);
  });
});

test('a finding names a derogation only where it rests on one', () => {
  const plain = weigh(high('A', '2026-12-05T10:00:00Z', '2026-12-05T18:00:00Z'));
  expect(plain.map(({ outcome }) => outcome)).toEqual(['refused', 'pass', 'refused']);
  for (const finding of plain) expect(finding).not.toHaveProperty('reference');
});

describe('what counts', () => {
  const third = high('C', '2026-12-19T22:00:00Z', '2026-12-19T23:00:00Z');
  const two = [
    high('A', '2026-12-05T22:00:00Z', '2026-12-05T23:00:00Z'),
    high('B', '2026-12-12T22:00:00Z', '2026-12-12T23:00:00Z'),
  ];

  test('a refusal says the numbers in plain English', () => {
    const refused = weigh(third, { others: two }).filter(({ outcome }) => outcome === 'refused');
    expect(refused.map(({ detail }) => detail)).toEqual([
      '3 High Impact windows in 2026-12 with this one; at most 2 are allowed',
    ]);
  });

  test('the window itself is counted once, though it is among the others (as when it moves)', () => {
    const moved = { ...two[0], maintenanceId: 'A', start: '2026-12-08T22:00:00Z', end: '2026-12-09T03:00:00Z' };
    const counts = weigh({ ...third, ...moved }, { others: two });
    expect(told(counts).slice(1)).toEqual([
      'H8.3(c) | pass | 2 | 2 | windows | 2026-12',
      'H8.3(c) | pass | 360 | 360 | minutes | 2026-12',
    ]);
  });

  test('a fact past several limits breaches each of them', () => {
    const overrun = high('C', '2026-12-19T22:00:00Z', '2026-12-20T08:01:00Z');
    const found = weigh(overrun, { others: two, as: 'fact' });
    expect(told(found)).toEqual([
      'H8.3(b) | breach | 2026-12-19T22:00 to 2026-12-20T08:01 | 20:00 to 08:00 |  | 2026-12',
      'H8.3(c) | breach | 3 | 2 | windows | 2026-12',
      'H8.3(c) | breach | 721 | 360 | minutes | 2026-12',
    ]);
  });

  test('a started minute is a whole one: one second more is a minute more', () => {
    const found = weigh(low('A', '2026-12-05T20:00:00Z', '2026-12-06T02:00:01Z'));
    expect(found.at(-1)).toMatchObject({ outcome: 'refused', value: 361 });
  });

  test('the usage of a month: what starts in it, whole, and what runs in from the month before', () => {
    const windows = [
      high('A', '2026-12-31T22:00:00Z', '2027-01-01T04:00:00Z'),
      low('B', '2026-12-31T23:00:00Z', '2027-01-01T00:00:00Z'),
      low('C', '2027-01-05T22:00:00Z', '2027-01-06T00:30:00Z'),
      high('D', '2027-01-31T22:00:00Z', '2027-02-01T01:00:00Z'),
      low('E', '2027-02-01T00:00:00Z', '2027-02-01T01:00:00Z'),
    ];
    expect(usage('2027-01', windows)).toEqual({
      high: { windows: { used: 1, carriedIn: 1 }, minutes: { used: 180, carriedIn: 240 } },
      low: { windows: { used: 1, carriedIn: 0 } },
      general: { minutes: { used: 330, carriedIn: 240 } },
      ssi: { minutes: { used: 150, carriedIn: 0 } },
    });
    expect(usage('2026-12', windows)).toMatchObject({
      high: { windows: { used: 1, carriedIn: 0 }, minutes: { used: 360, carriedIn: 0 } },
      low: { windows: { used: 1, carriedIn: 0 } },
    });
  });
});

describe('the limits that a month shows', () => {
  test('today’s', () => {
    expect(monthLimits('2026-12', [])).toEqual({
      rulebook: 'MP092',
      high: { windows: 2, minutes: 360 },
      low: { windows: 6, minutesEach: 360 },
      general: null,
      ssi: null,
      references: [],
    });
  });

  test.each([
    ['2019-03', 'pre-MP092', null, 240, 360],
    ['2019-04', 'trial', 2, null, null],
    ['2021-01', 'trial', 2, null, null],
    ['2021-02', 'MP092', 2, null, null],
  ])('%s: %s', (month, rulebook, windows, ssi, general) => {
    expect(monthLimits(month, [])).toMatchObject({ rulebook, high: { windows }, ssi, general });
  });

  test('the most lenient in force on any date of the month', () => {
    const numbers = granted({ limits: { lowWindows: 8, lowMinutesEach: 400 }, from: '2026-12-31', to: '2027-01-01' });
    expect(monthLimits('2026-11', [numbers]).low).toEqual({ windows: 6, minutesEach: 360 });
    expect(monthLimits('2026-12', [numbers])).toMatchObject({
      low: { windows: 8, minutesEach: 400 },
      references: ['SECP_1'],
    });
    expect(monthLimits('2027-01', [numbers]).low).toEqual({ windows: 8, minutesEach: 400 });
    expect(monthLimits('2027-02', [numbers])).toMatchObject({ low: { windows: 6 }, references: [] });
  });

  test('a stricter number counts only where it holds all month', () => {
    const strict = granted({ limits: { lowWindows: 3 }, from: '2026-12-01', to: '2026-12-30' });
    expect(monthLimits('2026-12', [strict]).low.windows).toBe(6);
    expect(monthLimits('2026-12', [{ ...strict, to: '2026-12-31' }]).low.windows).toBe(3);
    expect(monthLimits('2026-12', [{ ...strict, from: '2026-12-02', to: null }]).low.windows).toBe(6);
  });
});
