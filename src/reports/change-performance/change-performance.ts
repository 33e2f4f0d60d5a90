import type { Reading } from '../../commands/reading.js';
import { changeRates, fraction, type ChangeRates } from '../../rulebook/change-targets.js';
import {
  addedChanges,
  changeFigures,
  changesByMonth,
  changesRaised,
  type ChangeFigures,
} from '../figures/change-figures.js';
import { monthsOf, type MonthRange } from '../months.js';

/** How changes went that were made. All but the rates are counts. */
export interface ChangePerformance extends ChangeRates {
  /** Production changes with an outcome, by the local month in which they ended. */
  readonly implemented: number;
  readonly successful: number;
  /** Failed or backed out. */
  readonly failed: number;
  /** Implemented, successful or not, with at least one incident of category 1 or 2. */
  readonly adverseImpact: number;
  /** Failed without such an incident. */
  readonly failedWithMinimalImpact: number;
  readonly standard: number;
  readonly normal: number;
  readonly emergency: number;
  readonly latent: number;
  readonly noImpact: number;
  /** Standard changes among the implemented ones, a fraction. */
  readonly standardShare: number | null;
}

/** How changes went, by month, by provider over the whole range, and in total. */
export interface ChangePerformanceReport extends MonthRange {
  /** The provider that the report is narrowed to; null: all of them. */
  readonly serviceProvider: string | null;
  readonly months: readonly (ChangePerformance & { readonly month: string })[];
  readonly providers: readonly (ChangePerformance & { readonly serviceProvider: string })[];
  readonly total: ChangePerformance;
  /** Every change on the forward schedule when the answer holds, whatever its month, environment or fate. */
  readonly visibleChanges: number;
}

/** How changes went, against the targets of MP092. */
export function changePerformanceReport(
  reading: Reading,
  range: MonthRange,
  serviceProvider?: string,
): ChangePerformanceReport {
  const tables = reading.projected(changeFigures);
  const rows = [...changesByMonth(tables, range, serviceProvider)].filter(({ figures }) => figures.implemented > 0);
  const sum = (belongs: (row: (typeof rows)[number]) => boolean): ChangePerformance =>
    performanceOf(addedChanges(rows.filter(belongs).map(({ figures }) => figures)));
  const providers = [...new Set(rows.map((row) => row.serviceProvider))].sort();
  return {
    ...range,
    serviceProvider: serviceProvider ?? null,
    months: monthsOf(range).map((month) => ({ month, ...sum((row) => row.month === month) })),
    providers: providers.map((provider) => ({
      serviceProvider: provider,
      ...sum((row) => row.serviceProvider === provider),
    })),
    total: sum(() => true),
    visibleChanges: changesRaised(tables, { serviceProvider }),
  };
}

/** Counts and rates; the rates of a total come from its counts, never from other rates. */
function performanceOf(figures: ChangeFigures): ChangePerformance {
  const { implemented, successful, failed, adverseImpact, failedWithMinimalImpact } = figures;
  const { standard, normal, emergency, latent, noImpact } = figures;
  const counts = { implemented, successful, failed, adverseImpact, failedWithMinimalImpact };
  return {
    ...counts,
    standard,
    normal,
    emergency,
    latent,
    noImpact,
    ...changeRates(counts),
    standardShare: fraction(standard, implemented),
  };
}
