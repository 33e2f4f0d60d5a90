import { firstRefused, type Finding, type Outcome, type Rule, RULES, several } from '../../src/rulebook/finding.js';

const finding = (rule: Rule, outcome: Outcome): Finding => ({ rule, outcome, detail: '' });

describe('the rule that names a refusal', () => {
  test('is none where nothing refuses', () => {
    expect(firstRefused([])).toBeUndefined();
    const outcomes = ['pass', 'waived', 'breach', 'warning'] as const;
    expect(firstRefused(outcomes.map((outcome) => finding('H8.3(b)', outcome)))).toBeUndefined();
  });

  test('is the first in the order of precedence, whatever the order of the findings', () => {
    const every = RULES.map((rule) => finding(rule, 'refused'));
    every.forEach(({ rule }, index) => {
      expect(firstRefused(every.slice(index).toReversed())).toBe(rule);
    });
  });

  test('passes over a rule of higher precedence that does not refuse', () => {
    expect(firstRefused([finding('H8.3(b)', 'pass'), finding('H8.3(d)', 'refused')])).toBe('H8.3(d)');
  });

  test('keeps the published order of precedence', () => {
    expect(RULES).toEqual([
      ...['A.PlannedMaintenance', 'A.Classification', 'H8.3(b)', 'H8.3(c)', 'H8.3(d)', 'H8.4', 'H8.4A(a)', 'H8.4A(b)'],
      ...['H8.5', 'H8.6', 'H8.7', 'AL-3.1(c)', 'MP92-DT7'],
      ...['pre-MP092.H8.3(a)', 'pre-MP092.H8.3(b)', 'pre-MP092.H8.3(c)'],
    ]);
  });
});

test('a number and what it counts read as a person says them', () => {
  expect([0, 1, 2, 360].map((count) => several(count, 'minute'))).toEqual([
    '0 minutes',
    '1 minute',
    '2 minutes',
    '360 minutes',
  ]);
});
