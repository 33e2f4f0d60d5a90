import type { Reading } from '../../commands/reading.js';
import type { Impact } from '../../rulebook/classification.js';
import { maintenanceFigures, performanceByProvider, performanceIn } from '../figures/maintenance-figures.js';
import { performance, type WindowPerformance } from '../figures/window-shares.js';
import { monthsOf, type MonthRange } from '../months.js';
import { added } from '../sums.js';

/** How windows of one impact went: counts, and minutes. */
export interface MaintenancePerformance extends WindowPerformance {
  readonly impact: Impact;
}

/** How the windows of a month (or of all months) went: all of them, each counted once, and each provider's. */
export interface PerformanceOfMonth {
  readonly all: readonly MaintenancePerformance[];
  /** A window with activities of several providers counts whole for each. */
  readonly providers: readonly (MaintenancePerformance & { readonly serviceProvider: string })[];
}

/** How maintenance went by provider and impact (what PM10 needs), by the month for which it was planned and in total. */
export interface MaintenancePerformanceReport extends MonthRange {
  readonly months: readonly (PerformanceOfMonth & { readonly month: string })[];
  readonly total: PerformanceOfMonth;
}

const IMPACTS: readonly Impact[] = ['High', 'Low'];

/** How maintenance went, planned against done. */
export function maintenancePerformanceReport(reading: Reading, range: MonthRange): MaintenancePerformanceReport {
  const tables = reading.projected(maintenanceFigures);
  const providersIn = (months: MonthRange): PerformanceOfMonth['providers'] =>
    performanceByProvider(tables, months).map(({ serviceProvider, impact, figures }) => ({
      serviceProvider,
      impact,
      ...figures,
    }));
  const months = monthsOf(range).map((month) => ({
    month,
    all: IMPACTS.map((impact) => ({ impact, ...performanceIn(tables, month, impact) })),
    providers: providersIn({ from: month, to: month }),
  }));
  return {
    ...range,
    months,
    total: {
      all: IMPACTS.map((impact) => ({
        impact,
        ...added(
          performance,
          months.map(({ month }) => performanceIn(tables, month, impact)),
        ),
      })),
      providers: providersIn(range),
    },
  };
}
