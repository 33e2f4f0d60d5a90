import { changeRates, isAdverse } from '../../src/rulebook/change-targets.js';

const counts = {
  implemented: 100,
  successful: 96,
  failed: 4,
  adverseImpact: 2,
  failedWithMinimalImpact: 4,
};

describe('the targets are strict', () => {
  test.each([
    [95, 100, false],
    [96, 100, true],
    [19, 20, false],
    [9_501, 10_000, true],
    [9_500, 10_000, false],
    [190_001, 200_000, true],
  ])('success: %d of %d meets it: %s', (successful, implemented, met) => {
    const rates = changeRates({ ...counts, implemented, successful });
    expect(rates.successRate).toBe(successful / implemented);
    expect(rates.meets.success).toBe(met);
  });

  test.each([
    [3, 100, false],
    [2, 100, true],
    [299, 10_000, true],
    [300, 10_000, false],
    [0, 1, true],
  ])('adverse impact: %d of %d meets it: %s', (adverseImpact, implemented, met) => {
    const rates = changeRates({ ...counts, implemented, adverseImpact });
    expect(rates.adverseImpactRate).toBe(adverseImpact / implemented);
    expect(rates.meets.adverseImpact).toBe(met);
  });

  test.each([
    [80, 100, false],
    [81, 100, true],
    [4, 5, false],
    [85, 104, true],
  ])('minimal impact: %d of %d failures meets it: %s', (failedWithMinimalImpact, failed, met) => {
    const rates = changeRates({ ...counts, failed, failedWithMinimalImpact });
    expect(rates.minimalImpactShare).toBe(failedWithMinimalImpact / failed);
    expect(rates.meets.minimalImpact).toBe(met);
  });
});

test('without a denominator there is no rate, and nothing is met or missed', () => {
  const none = { implemented: 0, successful: 0, failed: 0, adverseImpact: 0, failedWithMinimalImpact: 0 };
  expect(changeRates(none)).toEqual({
    successRate: null,
    adverseImpactRate: null,
    minimalImpactShare: null,
    meets: { success: null, adverseImpact: null, minimalImpact: null },
  });
  expect(changeRates({ ...none, implemented: 2, successful: 2 })).toEqual({
    successRate: 1,
    adverseImpactRate: 0,
    minimalImpactShare: null,
    meets: { success: true, adverseImpact: true, minimalImpact: null },
  });
});

test('incidents of category 1 and 2 are adverse, 3 to 5 are not', () => {
  expect([1, 2, 3, 4, 5].map(isAdverse)).toEqual([true, true, false, false, false]);
});
