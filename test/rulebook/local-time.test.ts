import fc from 'fast-check';
import {
  addDays,
  addMinutes,
  atLocal,
  clockChangeFrom,
  dateOfDay,
  dayNumber,
  elapsedMinutes,
  endOfMonth,
  firstOfMonth,
  intersects,
  isBefore,
  isDate,
  isMonth,
  localDate,
  localTime,
  minutesAfter,
  monthOf,
  nextMonth,
  previousMonth,
  readTime,
  splitByMonth,
  startOfDay,
  startOfMonth,
} from '../../src/rulebook/local-time.js';

describe('an instant in London', () => {
  test.each([
    ['2026-12-05T22:00:00Z', '2026-12-05T22:00'],
    ['2026-06-30T23:00:00Z', '2026-07-01T00:00'],
    ['2026-06-30T22:59:59Z', '2026-06-30T23:59:59'],
    ['2026-12-31T23:59:59.500Z', '2026-12-31T23:59:59.5'],
    ['2027-01-01T00:00:00Z', '2027-01-01T00:00'],
    ['2027-03-28T00:59:00Z', '2027-03-28T00:59'],
    ['2027-03-28T01:00:00Z', '2027-03-28T02:00'],
    ['2027-10-31T00:30:00Z', '2027-10-31T01:30'],
    ['2027-10-31T01:30:00Z', '2027-10-31T01:30'],
  ])('%s is %s', (instant, local) => {
    expect(localTime(instant)).toBe(local);
    expect(localDate(instant)).toBe(local.slice(0, 10));
    expect(monthOf(instant)).toBe(local.slice(0, 7));
  });
});

describe('months and days', () => {
  test.each([
    ['2026-12', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['2027-03', '2027-03-01T00:00:00Z', '2027-03-31T23:00:00Z'],
    ['2027-07', '2027-06-30T23:00:00Z', '2027-07-31T23:00:00Z'],
    ['2027-10', '2027-09-30T23:00:00Z', '2027-11-01T00:00:00Z'],
  ])('%s runs from %s to %s', (month, start, end) => {
    expect(startOfMonth(month)).toBe(start);
    expect(endOfMonth(month)).toBe(end);
    expect(startOfDay(firstOfMonth(month))).toBe(start);
  });

  test('follow one another across years and leap days', () => {
    expect(nextMonth('2026-12')).toBe('2027-01');
    expect(nextMonth('2027-01')).toBe('2027-02');
    expect(previousMonth('2027-01')).toBe('2026-12');
    expect(previousMonth('2027-03')).toBe('2027-02');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2027-02-28', 1)).toBe('2027-03-01');
    expect(addDays('2027-01-01', -1)).toBe('2026-12-31');
  });

  test('every month is followed by the next, and the next preceded by it', () => {
    let month = '2000-01';
    for (let count = 0; count < 200 * 12 - 1; count += 1) {
      const next = nextMonth(month);
      const [year, number] = month.split('-').map(Number);
      const expected =
        number === 12 ? `${(year ?? 0) + 1}-01` : `${year ?? 0}-${String((number ?? 0) + 1).padStart(2, '0')}`;
      expect(next).toBe(expected);
      expect(previousMonth(next)).toBe(month);
      month = next;
    }
    expect(month).toBe('2199-12');
  });

  test('a day number counts days since 1970', () => {
    expect(dayNumber('1970-01-01')).toBe(0);
    expect(dayNumber('2000-03-01')).toBe(11_017);
    expect(dateOfDay(dayNumber('2199-12-31'))).toBe('2199-12-31');
  });

  test.each(['2000-01-01', '2028-02-29', '2199-12-31', '2026-12-05'])('%s is a date', (text) => {
    expect(isDate(text)).toBe(true);
  });

  test.each(['1999-12-31', '2200-01-01', '2027-02-29', '2100-02-29', '2026-13-01', '2026-00-10', '2026-12-32'])(
    '%s is no date',
    (text) => {
      expect(isDate(text)).toBe(false);
    },
  );

  test.each(['', '2026-1-05', '2026-12', '2026-12-05T00:00', ' 2026-12-05', '2026/12/05', 'tomorrow', '2026-12-05\n'])(
    '%j is no date',
    (text) => {
      expect(isDate(text)).toBe(false);
    },
  );

  test.each([
    ['2026-12', true],
    ['2000-01', true],
    ['2199-12', true],
    ['1999-12', false],
    ['2200-01', false],
    ['2026-13', false],
    ['2026-00', false],
    ['2026-1', false],
    ['2026-12-05', false],
    ['', false],
  ])('%j as a month: %s', (text, is) => {
    expect(isMonth(text)).toBe(is);
  });
});

describe('elapsed minutes', () => {
  test.each([
    ['2026-12-05T22:00:00Z', '2026-12-06T04:00:00Z', 360],
    ['2026-12-05T22:00:00Z', '2026-12-06T04:00:00.001Z', 361],
    ['2026-12-05T22:00:00Z', '2026-12-06T04:00:01Z', 361],
    ['2026-12-05T22:00:30Z', '2026-12-05T22:01:30Z', 1],
    ['2026-12-05T22:00:00Z', '2026-12-05T22:00:00Z', 0],
    ['2026-12-05T22:00:00Z', '2026-12-05T21:00:00Z', 0],
    ['2027-03-27T22:00:00Z', '2027-03-28T04:00:00Z', 360],
  ])('from %s to %s: %d', (start, end, minutes) => {
    expect(elapsedMinutes({ start, end })).toBe(minutes);
  });

  test('after an instant: the part that lies after it', () => {
    const night = { start: '2026-12-31T22:00:00Z', end: '2027-01-01T04:00:00Z' };
    expect(minutesAfter(night, '2027-01-01T00:00:00Z')).toBe(240);
    expect(minutesAfter(night, '2026-12-31T20:00:00Z')).toBe(360);
    expect(minutesAfter(night, '2027-01-01T03:59:30Z')).toBe(1);
    expect(minutesAfter(night, '2027-01-01T04:00:00Z')).toBe(0);
    expect(minutesAfter(night, '2027-01-02T00:00:00Z')).toBe(0);
  });

  test('added to an instant', () => {
    expect(addMinutes('2027-03-28T00:30:00Z', 60)).toBe('2027-03-28T01:30:00Z');
    expect(addMinutes('2027-03-28T00:30:00Z', -31)).toBe('2027-03-27T23:59:00Z');
  });

  test('order does not depend on how many digits an instant is written with', () => {
    expect(isBefore('2026-12-05T22:00:00Z', '2026-12-05T22:00:00.5Z')).toBe(true);
    expect(isBefore('2026-12-05T22:00:00.5Z', '2026-12-05T22:00:00Z')).toBe(false);
    expect(isBefore('2026-12-05T22:00:00Z', '2026-12-05T22:00:00.000Z')).toBe(false);
  });
});

describe('splitting by month', () => {
  test.each([
    ['2026-12-05T22:00:00Z', '2026-12-06T01:00:00Z', [{ month: '2026-12', minutes: 180 }]],
    [
      '2026-12-31T22:00:00Z',
      '2027-01-01T04:00:00Z',
      [
        { month: '2026-12', minutes: 120 },
        { month: '2027-01', minutes: 240 },
      ],
    ],
    ['2026-12-31T22:00:00Z', '2027-01-01T00:00:00Z', [{ month: '2026-12', minutes: 120 }]],
    ['2027-01-01T00:00:00Z', '2027-01-01T01:00:00Z', [{ month: '2027-01', minutes: 60 }]],
    [
      '2027-06-30T22:59:00Z',
      '2027-06-30T23:01:00Z',
      [
        { month: '2027-06', minutes: 1 },
        { month: '2027-07', minutes: 1 },
      ],
    ],
    [
      '2026-12-31T23:59:30Z',
      '2027-01-01T00:00:30Z',
      [
        { month: '2026-12', minutes: 1 },
        { month: '2027-01', minutes: 0 },
      ],
    ],
    [
      '2027-02-28T23:00:00Z',
      '2027-04-01T01:00:00Z',
      [
        { month: '2027-02', minutes: 60 },
        { month: '2027-03', minutes: 31 * 24 * 60 - 60 },
        { month: '2027-04', minutes: 120 },
      ],
    ],
  ])('%s to %s', (start, end, parts) => {
    expect(splitByMonth({ start, end })).toEqual(parts);
  });

  test('the parts add up to the whole and lie in consecutive months', () => {
    const from = Date.parse('2019-01-01T00:00:00Z');
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 * 365 * 86_400 }),
        fc.integer({ min: 0, max: 70 * 86_400 }),
        (offset, length) => {
          const start = new Date(from + offset * 1000).toISOString();
          const end = new Date(from + (offset + length) * 1000).toISOString();
          const parts = splitByMonth({ start, end });
          expect(parts.reduce((sum, part) => sum + part.minutes, 0)).toBe(elapsedMinutes({ start, end }));
          expect(parts.every((part) => part.minutes >= 0)).toBe(true);
          expect(parts[0]?.month).toBe(monthOf(start));
          parts.slice(1).forEach((part, index) => expect(part.month).toBe(nextMonth(parts[index]?.month ?? '')));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test('intervals intersect where they share time, not where they touch', () => {
  const night = { start: '2026-12-05T22:00:00Z', end: '2026-12-06T00:00:00Z' };
  expect(intersects(night, { start: '2026-12-06T00:00:00Z', end: '2026-12-06T01:00:00Z' })).toBe(false);
  expect(intersects(night, { start: '2026-12-05T21:00:00Z', end: '2026-12-05T22:00:00Z' })).toBe(false);
  expect(intersects(night, { start: '2026-12-05T23:59:59Z', end: '2026-12-06T01:00:00Z' })).toBe(true);
  expect(intersects(night, { start: '2026-12-05T21:00:00Z', end: '2026-12-05T22:00:01Z' })).toBe(true);
  expect(intersects(night, { start: '2026-12-05T22:30:00Z', end: '2026-12-05T22:31:00Z' })).toBe(true);
});

describe('a local time of day', () => {
  test.each([
    ['2026-12-05', '22:00', { instant: '2026-12-05T22:00:00Z' }],
    ['2026-07-05', '22:00', { instant: '2026-07-05T21:00:00Z' }],
    ['2027-03-28', '00:59', { instant: '2027-03-28T00:59:00Z' }],
    ['2027-03-28', '01:00', { skipped: true }],
    ['2027-03-28', '01:59', { skipped: true }],
    ['2027-03-28', '02:00', { instant: '2027-03-28T01:00:00Z' }],
    ['2027-10-31', '00:59', { instant: '2027-10-30T23:59:00Z' }],
    ['2027-10-31', '01:00', { doubled: ['2027-10-31T00:00:00Z', '2027-10-31T01:00:00Z'] }],
    ['2027-10-31', '01:59', { doubled: ['2027-10-31T00:59:00Z', '2027-10-31T01:59:00Z'] }],
    ['2027-10-31', '02:00', { instant: '2027-10-31T02:00:00Z' }],
  ])('%s %s', (date, time, moment) => {
    expect(atLocal(date, time)).toEqual(moment);
  });

  test('the clocks change next at', () => {
    expect(clockChangeFrom('2027-03-28')).toBe('2027-03-28T01:00:00Z');
    expect(clockChangeFrom('2027-03-29')).toBe('2027-10-31T01:00:00Z');
  });
});

describe('reading a time', () => {
  test.each([
    ['2026-12-05T22:00:00Z', '2026-12-05T22:00:00Z'],
    ['2026-12-05T22:00Z', '2026-12-05T22:00:00Z'],
    ['2026-12-05T22:00:30Z', '2026-12-05T22:00:30Z'],
    ['2026-12-05T22:00:00.5Z', '2026-12-05T22:00:00.5Z'],
    ['2026-12-05T22:00:00.123456789Z', '2026-12-05T22:00:00.123Z'],
    ['2026-12-05T22:00:00.000Z', '2026-12-05T22:00:00Z'],
    ['2026-12-05T22:00+00:00', '2026-12-05T22:00:00Z'],
    ['2026-12-05T22:00:00-00:00', '2026-12-05T22:00:00Z'],
    ['2026-12-05T22:00:00+01:00', '2026-12-05T21:00:00Z'],
    ['2026-12-05T22:00:00-05:30', '2026-12-06T03:30:00Z'],
    ['2026-12-05T22:00', '2026-12-05T22:00:00Z'],
    ['2026-07-05T22:00', '2026-07-05T21:00:00Z'],
    ['2026-07-05T22:00:15', '2026-07-05T21:00:15Z'],
    ['2027-03-28T02:00', '2027-03-28T01:00:00Z'],
    ['2027-03-28T00:59:59', '2027-03-28T00:59:59Z'],
    ['2027-10-31T02:00', '2027-10-31T02:00:00Z'],
    ['2027-10-31T01:30+01:00', '2027-10-31T00:30:00Z'],
    ['2027-10-31T01:30+00:00', '2027-10-31T01:30:00Z'],
    ['2026-12-05T22:00+23:59', '2026-12-04T22:01:00Z'],
    ['2026-12-05T22:00-23:59', '2026-12-06T21:59:00Z'],
    ['2026-12-05T22:00:00.123456789Z', '2026-12-05T22:00:00.123Z'],
    ['2027-03-28T01:30:00Z', '2027-03-28T01:30:00Z'],
    ['2028-02-29T23:59:59', '2028-02-29T23:59:59Z'],
    ['2000-01-01T00:00Z', '2000-01-01T00:00:00Z'],
    ['2199-12-31T23:59:59Z', '2199-12-31T23:59:59Z'],
  ])('%s is %s', (text, instant) => {
    expect(readTime(text)).toEqual({ instant });
  });

  test.each([
    ...['', '2026-12-05', 'tomorrow', '22:00', '2026-12-05T22', '2026-12-05 22:00', '2026-12-05t22:00:00z'],
    ...['2026-12-05T22:00:00z', '2026-12-05T22:00:60Z', '2026-12-31T23:59:60Z', '2026-12-05T24:00', '2026-12-05T22:60'],
    ...['2026-12-05T22:00:00Z[Europe/London]', '2026-12-05T22:00[Europe/London]', '2026-12-05T22:00+01:00[UTC]'],
    ...[
      '2026-12-05T22:00+0100',
      '2026-12-05T22:00+01',
      '2026-12-05T22:00+24:00',
      '2026-12-05T22:00+01:60',
      '2026-12-05T22:00:00.1234567890Z',
      '2026-12-05T22:00+1:00',
    ],
    ...[
      '2027-02-29T22:00',
      '2026-13-05T22:00Z',
      '2026-12-32T22:00Z',
      '1999-12-31T23:59Z',
      '2200-01-01T00:00Z',
      '12026-12-05T22:00Z',
    ],
    ...[
      '2199-12-31T23:59-01:00',
      '2000-01-01T00:00+01:00',
      ' 2026-12-05T22:00Z',
      '2026-12-05T22:00Z ',
      '2026-12-05T22:00Z\n',
    ],
    ...['2026-12-05T22:00:00.Z', '2026-12-05T22:00.5Z', '2026-12-05T22:00:00,5Z', '+002026-12-05T22:00Z', '1796508000'],
  ])('%j is a problem', (text) => {
    const read = readTime(text);
    expect(read).toEqual({ problem: expect.any(String) as string });
  });

  test('a local time that does not exist says so, and how to write it', () => {
    const read = readTime('2027-03-28T01:30');
    expect('problem' in read && read.problem).toMatch(/does not exist/);
    expect('problem' in read && read.problem).toContain('2027-03-28T02:00');
  });

  test('a local time that exists twice says so, and gives the two offsets', () => {
    const read = readTime('2027-10-31T01:30');
    expect('problem' in read && read.problem).toMatch(/exists twice/);
    expect('problem' in read && read.problem).toContain('2027-10-31T01:30+01:00');
    expect('problem' in read && read.problem).toContain('2027-10-31T01:30+00:00');
  });

  test('what it advises can be read', () => {
    expect(readTime('2027-10-31T01:30:20')).toEqual({
      problem: expect.stringContaining('2027-10-31T01:30:20+01:00') as string,
    });
    expect(readTime('2027-10-31T01:30:20+01:00')).toEqual({ instant: '2027-10-31T00:30:20Z' });
  });
});
