import { inForce } from '../../src/rulebook/derogation.js';
import { RULEBOOKS, rulebookFor, trialReference } from '../../src/rulebook/rulebooks.js';

test.each([
  ['2015-01-01', 'pre-MP092'],
  ['2019-03-31', 'pre-MP092'],
  ['2019-04-01', 'trial'],
  ['2021-02-24', 'trial'],
  ['2021-02-25', 'MP092'],
  ['2199-12-31', 'MP092'],
])('a window that starts on %s is under %s', (date, id) => {
  expect(rulebookFor(date).id).toBe(id);
});

test('the rulebooks follow one another, each under its own name', () => {
  const dates = RULEBOOKS.map(({ effectiveFrom }) => effectiveFrom);
  expect(dates).toEqual(dates.toSorted());
  expect(new Set(RULEBOOKS.map(({ id }) => id)).size).toBe(RULEBOOKS.length);
});

test.each([
  ['2019-04-01', 'OPSG_26_0511'],
  ['2019-11-30', 'OPSG_26_0511'],
  ['2019-12-01', 'SECP_74_1511'],
  ['2020-02-29', 'SECP_74_1511'],
  ['2020-03-01', 'SECP_76_1701'],
  ['2021-02-24', 'SECP_76_1701'],
])('on %s the trial rests on %s', (date, reference) => {
  expect(trialReference(date)).toBe(reference);
});

test.each([
  ['2026-12-09', 'enduring'],
  ['2026-12-10', 'enduring, month'],
  ['2026-12-20', 'enduring, month'],
  ['2026-12-21', 'enduring'],
  ['2026-11-30', ''],
  ['2199-01-01', 'enduring'],
])('in force on %s: %s', (date, expected) => {
  const derogations = [
    { derogationId: 'enduring', from: '2026-12-01', to: null },
    { derogationId: 'month', from: '2026-12-10', to: '2026-12-20' },
  ].map((one) => ({ ...one, clauses: ['H8.3(b)' as const], reference: 'R' }));
  const held = inForce(derogations, date).map(({ derogationId }) => derogationId);
  expect(held.join(', ')).toBe(expected);
});
