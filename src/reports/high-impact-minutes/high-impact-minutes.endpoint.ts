import { ReportQuery } from '../range-request.js';
import { reportEndpoint, withTotal } from '../report-read.js';
import { highImpactMinutesReport } from './high-impact-minutes.js';
import { HighImpactMinutesAnswer } from '../answers.js';

/** GET /reports/high-impact-minutes */
export const highImpactMinutesEndpoint = reportEndpoint({
  name: 'HighImpactMinutes',
  answers: HighImpactMinutesAnswer,
  path: 'high-impact-minutes',
  summary: 'High Impact minutes beside their limit, by service provider too, and unplanned work beside them',
  query: ReportQuery,
  report: (reading, range) => highImpactMinutesReport(reading, range),
  /** Rows without a provider are of all windows, each counted once; unplanned work stands on those alone. */
  rows: (report) =>
    withTotal(report).flatMap(({ providers, unplanned, ...all }) => [
      { serviceProvider: null, limit: null, carriedIn: null, ...all, unplanned },
      ...providers.map((one) => ({ month: all.month, limit: null, carriedIn: null, ...one, unplanned: null })),
    ]),
  columns: {
    month: (row) => row.month,
    serviceProvider: (row) => row.serviceProvider,
    limit: (row) => row.limit,
    windows: (row) => row.windows,
    used: (row) => row.used,
    carriedIn: (row) => row.carriedIn,
    planned: (row) => row.planned,
    actual: (row) => row.actual,
    unplannedCount: (row) => row.unplanned?.count,
    unplannedUnderWay: (row) => row.unplanned?.underWay,
    unplannedMinutes: (row) => row.unplanned?.minutes,
    unplannedBeforeMonth: (row) => row.unplanned?.plannedBeforeMonth,
  },
});
