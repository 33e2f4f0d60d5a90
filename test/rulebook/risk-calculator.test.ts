import { riskScore } from '../../src/rulebook/risk-calculator.js';

/** Service, consumers, downtime in minutes, complexity; then the literal product and the additive form. */
test.each([
  [true, true, 11, 'high', 1000, 350],
  [true, true, 11, 'low', 400, 140],
  [true, true, 10, 'high', 200, 70],
  [true, true, 10, 'low', 80, 28],
  [true, false, 11, 'high', 0, 100],
  [true, false, 11, 'low', 0, 40],
  [true, false, 10, 'high', 0, 20],
  [true, false, 10, 'low', 0, 8],
  [false, true, 11, 'high', 250, 275],
  [false, true, 11, 'low', 100, 110],
  [false, true, 10, 'high', 50, 55],
  [false, true, 10, 'low', 20, 22],
  [false, false, 11, 'high', 0, 25],
  [false, false, 11, 'low', 0, 10],
  [false, false, 10, 'high', 0, 5],
  [false, false, 0, 'low', 0, 2],
] as const)(
  'core %s, consumers %s, %d minutes, complexity %s: %d and %d',
  (core, consumerAffecting, downtimeMinutes, complexity, product, additive) => {
    expect(riskScore({ core, consumerAffecting, downtimeMinutes, complexity })).toEqual({
      product,
      additive,
      additiveIsConjecture: true,
    });
  },
);
