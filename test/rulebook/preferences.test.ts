import { overlaps } from '../../src/rulebook/overlaps.js';
import { weighPreferences } from '../../src/rulebook/preferences.js';
import { high, low } from '../support/windows.js';

describe('overlaps', () => {
  const night = high('A', '2026-12-05T22:00:00Z', '2026-12-06T00:00:00Z');
  test('by impact, the window itself left out, and not where they only touch', () => {
    const same = high('B', '2026-12-05T23:59:00Z', '2026-12-06T01:00:00Z');
    const other = low('C', '2026-12-05T21:00:00Z', '2026-12-05T22:01:00Z');
    const touching = high('D', '2026-12-06T00:00:00Z', '2026-12-06T01:00:00Z');
    expect(overlaps(night, [night, same, other, touching])).toEqual({ same: [same], otherImpact: [other] });
  });
});

describe('preferences', () => {
  const warnings = (start: string, end: string, coreAffected = true): number => {
    const found = weighPreferences(high('A', start, end), { coreAffected });
    expect(found.every(({ rule, outcome }) => rule === 'H8.3(b)' && outcome === 'warning')).toBe(true);
    return found.length;
  };
  test.each([
    ['2026-12-05T20:01:00Z', '2026-12-06T02:00:00Z', 0],
    ['2026-12-05T20:01:00Z', '2026-12-06T02:01:00Z', 1],
    ['2026-12-05T20:00:00Z', '2026-12-06T02:00:00Z', 1],
    ['2026-12-05T20:00:00Z', '2026-12-06T02:01:00Z', 2],
    ['2027-06-05T19:00:00Z', '2027-06-05T21:00:00Z', 1],
    ['2027-06-05T20:00:00Z', '2027-06-05T21:00:00Z', 0],
    ['2026-12-06T00:00:00Z', '2026-12-06T01:00:00Z', 0],
    ['2026-12-06T02:00:00Z', '2026-12-06T03:00:00Z', 1],
    // Before 20:00, where the Panel allows that.
    ['2026-12-05T19:59:00Z', '2026-12-05T21:00:00Z', 1],
  ])('core-affecting work from %s to %s: %d warnings', (start, end, count) => {
    expect(warnings(start, end)).toBe(count);
  });
  test('none for other work', () => {
    expect(warnings('2026-12-05T20:00:00Z', '2026-12-06T03:00:00Z', false)).toBe(0);
  });
});
