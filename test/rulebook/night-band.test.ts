import fc from 'fast-check';
import { bandOn, insideBand, NIGHT_BAND, runsOverMidnight } from '../../src/rulebook/night-band.js';
import { atLocal } from '../../src/rulebook/local-time.js';

const at = (local: string): string => {
  const [date = '', time = ''] = local.split('T');
  const moment = atLocal(date, time);
  if (!('instant' in moment)) throw new Error(`${local} is not one instant`);
  return moment.instant;
};
const inside = (start: string, end: string, band = NIGHT_BAND): boolean =>
  insideBand({ start: at(start), end: at(end) }, band);

test('the night is from 20:00 to 08:00', () => {
  expect(NIGHT_BAND).toEqual({ earliest: '20:00', latest: '08:00' });
});

describe.each(['2026-12-05', '2027-06-05', '2027-03-27', '2027-10-30'])('the night of %s', (date) => {
  const next =
    { '2026-12-05': '2026-12-06', '2027-06-05': '2027-06-06', '2027-03-27': '2027-03-28' }[date] ?? '2027-10-31';
  test.each([
    ['whole', '20:00', '08:00', true],
    ['a minute too early', '19:59', '08:00', false],
    ['a second too early', '19:59:59', '08:00', false],
    ['a minute too late', '20:00', '08:01', false],
    ['a second too late', '20:00', '08:00:01', false],
    ['over midnight', '23:59', '00:01', true],
    ['across the hour in which the clocks change', '22:00', '05:00', true],
  ])('%s', (_, start, end, lawful) => {
    expect(inside(`${date}T${start}`, `${next}T${end}`)).toBe(lawful);
  });

  test('parts of it', () => {
    expect(inside(`${date}T20:00`, `${date}T23:00`)).toBe(true);
    expect(inside(`${date}T19:59`, `${date}T23:00`)).toBe(false);
    expect(inside(`${next}T06:00`, `${next}T08:00`)).toBe(true);
    expect(inside(`${next}T06:00`, `${next}T08:01`)).toBe(false);
    expect(inside(`${next}T00:00`, `${next}T00:30`)).toBe(true);
  });

  test('never a day between two nights', () => {
    expect(inside(`${next}T07:00`, `${next}T21:00`)).toBe(false);
    expect(inside(`${next}T08:00`, `${next}T20:00`)).toBe(false);
    expect(inside(`${next}T12:00`, `${next}T13:00`)).toBe(false);
  });
});

test('a night is 12 hours, 11 when the clocks go forward, 13 when they go back', () => {
  expect(bandOn('2026-12-05', NIGHT_BAND)).toEqual({ start: '2026-12-05T20:00:00Z', end: '2026-12-06T08:00:00Z' });
  expect(bandOn('2027-06-05', NIGHT_BAND)).toEqual({ start: '2027-06-05T19:00:00Z', end: '2027-06-06T07:00:00Z' });
  expect(bandOn('2027-03-27', NIGHT_BAND)).toEqual({ start: '2027-03-27T20:00:00Z', end: '2027-03-28T07:00:00Z' });
  expect(bandOn('2027-10-30', NIGHT_BAND)).toEqual({ start: '2027-10-30T19:00:00Z', end: '2027-10-31T08:00:00Z' });
});

describe('other bands', () => {
  test('one within a day', () => {
    const day = { earliest: '09:00', latest: '17:00' };
    expect(runsOverMidnight(day)).toBe(false);
    expect(inside('2026-12-05T09:00', '2026-12-05T17:00', day)).toBe(true);
    expect(inside('2026-12-05T08:59', '2026-12-05T17:00', day)).toBe(false);
    expect(inside('2026-12-05T09:00', '2026-12-05T17:01', day)).toBe(false);
    expect(inside('2026-12-05T16:00', '2026-12-06T10:00', day)).toBe(false);
  });

  test('equal edges make a whole day', () => {
    const day = { earliest: '20:00', latest: '20:00' };
    expect(runsOverMidnight(day)).toBe(true);
    expect(inside('2026-12-05T20:00', '2026-12-06T20:00', day)).toBe(true);
    expect(inside('2026-12-05T19:00', '2026-12-05T21:00', day)).toBe(false);
  });

  test('an edge that the clocks skip is the moment of the change; of a repeated one the outer counts', () => {
    const small = { earliest: '01:30', latest: '01:45' };
    expect(bandOn('2027-03-28', small)).toEqual({ start: '2027-03-28T01:00:00Z', end: '2027-03-28T01:00:00Z' });
    expect(bandOn('2027-10-31', small)).toEqual({ start: '2027-10-31T00:30:00Z', end: '2027-10-31T01:45:00Z' });
  });
});

test('it agrees with reading the wall clock minute by minute', () => {
  const minute = 60_000;
  fc.assert(
    fc.property(
      fc.constantFrom('2027-03-27', '2027-10-30', '2027-06-05', '2026-12-05'),
      fc.integer({ min: -180, max: 900 }),
      fc.integer({ min: 1, max: 1000 }),
      (date, offset, length) => {
        const start = Temporal.Instant.from(bandOn(date, NIGHT_BAND).start).epochMilliseconds + offset * minute;
        const instants = Array.from({ length }, (_, index) => start + index * minute);
        const byNight = instants.every((instant) => {
          const { hour } = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO('Europe/London');
          return hour >= 20 || hour < 8;
        });
        const interval = {
          start: Temporal.Instant.fromEpochMilliseconds(start).toString(),
          end: Temporal.Instant.fromEpochMilliseconds(start + length * minute).toString(),
        };
        expect(insideBand(interval, NIGHT_BAND)).toBe(byNight);
      },
    ),
    { numRuns: 150 },
  );
});
