/** What the rates of changes are made of: counts of changes that were made, of one month or of several. */
export interface ChangeCounts {
  readonly implemented: number;
  readonly successful: number;
  /** Failed or backed out. */
  readonly failed: number;
  /** Implemented changes, successful or not, with at least one incident of category 1 or 2. */
  readonly adverseImpact: number;
  /** Failed changes without such an incident. */
  readonly failedWithMinimalImpact: number;
}

/** The rates, as fractions; null where there is nothing to divide by. And whether each target is met. */
export interface ChangeRates {
  readonly successRate: number | null;
  readonly adverseImpactRate: number | null;
  readonly minimalImpactShare: number | null;
  readonly meets: {
    readonly success: boolean | null;
    readonly adverseImpact: boolean | null;
    readonly minimalImpact: boolean | null;
  };
}

/** MP092, Annex D: the targets, in per cent. Each is strict: a rate of exactly 95, 3 or 80 % does not meet it. */
export const CHANGE_TARGETS = { successAbove: 95, adverseImpactBelow: 3, minimalImpactAbove: 80 } as const;

/** Incidents up to this category (1 is the most severe) make an impact adverse, and not minimal. */
const SEVEREST_CATEGORIES = 2;

/** MP092, Annex D: whether an incident of this category counts as adverse impact. */
export const isAdverse = (category: number): boolean => category <= SEVEREST_CATEGORIES;

/**
 * MP092, Annex D: the change success rate, the adverse impact rate and the share of failures with minimal impact, each
 * against its target. Success and adverse impact are independent: a successful change can have caused an incident.
 * Compared in whole numbers, so that exactly 95 % is exactly that.
 */
export function changeRates(counts: ChangeCounts): ChangeRates {
  const { implemented, successful, failed, adverseImpact, failedWithMinimalImpact } = counts;
  return {
    successRate: fraction(successful, implemented),
    adverseImpactRate: fraction(adverseImpact, implemented),
    minimalImpactShare: fraction(failedWithMinimalImpact, failed),
    meets: {
      success: implemented === 0 ? null : successful * 100 > implemented * CHANGE_TARGETS.successAbove,
      adverseImpact: implemented === 0 ? null : adverseImpact * 100 < implemented * CHANGE_TARGETS.adverseImpactBelow,
      minimalImpact: failed === 0 ? null : failedWithMinimalImpact * 100 > failed * CHANGE_TARGETS.minimalImpactAbove,
    },
  };
}

/** A part of a whole; null where there is no whole. */
export const fraction = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
