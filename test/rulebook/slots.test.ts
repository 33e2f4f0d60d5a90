import type { Outcome } from '../../src/rulebook/finding.js';
import { datesAhead, weighSlots, type SlotCase } from '../../src/rulebook/slots.js';

const slot = (start: string, end: string): { start: string; end: string } => ({ start, end });
const weigh = (change: Partial<SlotCase>, outcome: Outcome): object[] =>
  weighSlots({ impact: 'High', slots: [], others: [], derogations: [], ...change }).filter(
    (finding) => finding.outcome === outcome,
  );

test.each([
  ['2027-01-01', 18, '2028-06-30'],
  ['2027-01-31', 18, '2028-06-30'],
  ['2027-12-15', 1, '2027-12-31'],
  ['2028-01-15', 2, '2028-02-29'],
])('from %s, %d months end on %s', (first, months, last) => {
  expect(datesAhead(first, months)).toEqual({ first, last });
});

test('of many slots each rule tells of the one that fares worst, and which it is', () => {
  const slots = [
    slot('2027-01-09T22:00:00Z', '2027-01-10T01:00:00Z'),
    slot('2027-02-13T19:00:00Z', '2027-02-13T22:00:00Z'),
    slot('2027-03-13T18:00:00Z', '2027-03-13T21:00:00Z'),
  ];
  expect(weigh({ slots }, 'refused')).toEqual([
    expect.objectContaining({
      rule: 'H8.3(b)',
      month: '2027-02',
      detail: expect.stringContaining('the slot of 2027-02-13T19:00') as string,
    }),
  ]);
  expect(weigh({ slots: slots.slice(0, 1) }, 'refused')).toEqual([]);
});

test('a slot across the month’s end is weighed in both months', () => {
  const slots = [slot('2027-01-31T22:00:00Z', '2027-02-01T04:00:00Z')];
  expect(weigh({ slots }, 'refused')).toEqual([]);
  const derogations = [
    {
      derogationId: 'D',
      clauses: ['H8.3(c)' as const],
      limits: { highMinutes: 239 },
      from: '2027-02-01',
      to: null,
      reference: 'R',
    },
  ];
  expect(weigh({ slots, derogations }, 'refused')).toMatchObject([
    { rule: 'H8.3(c)', month: '2027-02', value: 240, limit: 239 },
  ]);
});

test('a choice is warned of by its busiest month; where the Panel waived the limit there is none', () => {
  const nights = (month: string, days: readonly number[]): { start: string; end: string }[] =>
    days.map((day) => slot(`${month}-${day}T21:00:00Z`, `${month}-${day}T22:00:00Z`));
  const slots = [...nights('2027-01', [10, 11, 12]), ...nights('2027-02', [10, 11])];
  const others = nights('2027-02', [12, 13]);
  expect(weigh({ slots, others }, 'warning')).toMatchObject([
    { rule: 'H8.3(c)', month: '2027-02', value: 4, limit: 2, unit: 'windows' },
  ]);
  const derogations = [
    { derogationId: 'D', clauses: ['H8.3(c)' as const], from: '2027-01-01', to: null, reference: 'R' },
  ];
  expect(weigh({ slots, others, derogations }, 'warning')).toEqual([]);
  expect(weigh({ impact: 'Low', slots: nights('2027-01', [10, 11, 12, 13, 14, 15]) }, 'warning')).toEqual([]);
  expect(weigh({ impact: 'Low', slots: nights('2027-01', [10, 11, 12, 13, 14, 15, 16]) }, 'warning')).toMatchObject([
    { rule: 'H8.3(d)', value: 7, limit: 6 },
  ]);
});
