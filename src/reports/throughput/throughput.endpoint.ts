import { ReportQuery } from '../range-request.js';
import { reportEndpoint, withTotal } from '../report-read.js';
import { throughputReport } from './throughput.js';
import { ThroughputAnswer } from '../answers.js';

/** GET /reports/throughput */
export const throughputEndpoint = reportEndpoint({
  name: 'Throughput',
  answers: ThroughputAnswer,
  path: 'throughput',
  summary: 'Changes raised, visible and made, the share of standard changes, windows used and changes in each',
  query: ReportQuery,
  report: (reading, range) => throughputReport(reading, range),
  rows: (report) => withTotal(report),
  columns: {
    month: (row) => row.month,
    raised: (row) => row.raised,
    visible: (row) => row.visible,
    implemented: (row) => row.implemented,
    standard: (row) => row.standard,
    standardShare: (row) => row.standardShare,
    highWindows: (row) => row.windows.high.used,
    highWindowsLimit: (row) => ('limit' in row.windows.high ? row.windows.high.limit : null),
    lowWindows: (row) => row.windows.low.used,
    lowWindowsLimit: (row) => ('limit' in row.windows.low ? row.windows.low.limit : null),
    changesInHighWindows: (row) => row.changesInWindows.high,
    changesInLowWindows: (row) => row.changesInWindows.low,
    changesPerHighWindow: (row) => row.changesPerWindow.high,
    changesPerLowWindow: (row) => row.changesPerWindow.low,
  },
});
