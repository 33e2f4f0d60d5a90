import { outageByMonth, plannedOutage, weighSsiOutage } from '../../src/rulebook/ssi-outage.js';

test('the planned outage is the sum over the activities, but never more than the window', () => {
  const window = { start: '2026-12-05T20:00:00Z', end: '2026-12-05T22:00:00Z' };
  expect(plannedOutage(window, 90)).toBe(90);
  expect(plannedOutage(window, 120)).toBe(120);
  expect(plannedOutage(window, 121)).toBe(120);
});

test('an outage is taken from the start of the window, and split at local midnight of the month’s end', () => {
  expect(outageByMonth('2027-01-31T23:00:00Z', 60)).toEqual([{ month: '2027-01', minutes: 60 }]);
  expect(outageByMonth('2027-01-31T23:00:00Z', 61)).toEqual([
    { month: '2027-01', minutes: 60 },
    { month: '2027-02', minutes: 1 },
  ]);
  // In summer time the month ends at 23:00 UTC.
  expect(outageByMonth('2026-05-31T22:30:00Z', 90)).toEqual([
    { month: '2026-05', minutes: 30 },
    { month: '2026-06', minutes: 60 },
  ]);
});

test('no minutes are no outage', () => {
  expect(outageByMonth('2027-01-31T23:59:00Z', 0)).toEqual([]);
});

test('an outage longer than the work is a warning, one as long is not', () => {
  const work = { start: '2026-12-05T20:00:00Z', end: '2026-12-05T22:00:00Z' };
  expect(weighSsiOutage(120, work)).toEqual([]);
  expect(weighSsiOutage(121, work)).toMatchObject([{ rule: 'H8.7', outcome: 'warning', value: 121, limit: 120 }]);
});
