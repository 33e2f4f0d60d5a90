import fc from 'fast-check';
import { ACTS, type Step } from './steps.js';
import { Teller, type Recording } from './teller.js';

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom(...ACTS),
  a: fc.nat(997),
  b: fc.nat(997),
  c: fc.nat(997),
});

/** Histories of lawful facts over the nights on which much can go wrong. */
export const histories: fc.Arbitrary<readonly Recording[]> = fc
  .noBias(fc.array(step, { minLength: 1, maxLength: 110, size: 'max' }))
  .map((steps) => {
    const teller = new Teller();
    for (const one of steps) teller.tell(one);
    return teller.recordings;
  });
