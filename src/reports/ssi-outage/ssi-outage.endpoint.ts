import { ReportQuery } from '../range-request.js';
import { reportEndpoint, withTotal } from '../report-read.js';
import { ssiOutageReport } from './ssi-outage.js';
import { SsiOutageAnswer } from '../answers.js';

/** GET /reports/ssi-outage */
export const ssiOutageEndpoint = reportEndpoint({
  name: 'SsiOutage',
  answers: SsiOutageAnswer,
  path: 'ssi-outage',
  summary: 'Minutes for which the SSI was out, planned and in fact, by month',
  query: ReportQuery,
  report: (reading, range) => ssiOutageReport(reading, range),
  rows: (report) => withTotal(report),
  columns: {
    month: (row) => row.month,
    planned: (row) => row.planned,
    actual: (row) => row.actual,
    high: (row) => row.high,
    low: (row) => row.low,
    unplanned: (row) => row.unplanned,
    changes: (row) => row.changes,
    limit: (row) => ('limit' in row ? row.limit : null),
  },
});
