import type { CountedWindow } from './usage.js';
import { intersects, type Interval } from './local-time.js';

/** The other windows that share time with one: of the same impact (it is one window), and of the other (a warning). */
export function overlaps(
  window: CountedWindow & Interval,
  others: readonly CountedWindow[],
): { readonly same: CountedWindow[]; readonly otherImpact: CountedWindow[] } {
  const sharing = others.filter((other) => other.maintenanceId !== window.maintenanceId && intersects(window, other));
  return {
    same: sharing.filter(({ impact }) => impact === window.impact),
    otherImpact: sharing.filter(({ impact }) => impact !== window.impact),
  };
}
