import { ReportQuery } from '../range-request.js';
import { reportEndpoint, withTotal } from '../report-read.js';
import { maintenancePerformanceReport } from './maintenance-performance.js';
import { MaintenancePerformanceAnswer } from '../answers.js';

/** GET /reports/maintenance-performance */
export const maintenancePerformanceEndpoint = reportEndpoint({
  name: 'MaintenancePerformance',
  answers: MaintenancePerformanceAnswer,
  path: 'maintenance-performance',
  summary: 'Windows planned, completed in time, overrun and cancelled, by service provider and impact',
  query: ReportQuery,
  report: (reading, range) => maintenancePerformanceReport(reading, range),
  /** Rows without a provider are of all windows, each counted once. */
  rows: (report) =>
    withTotal(report).flatMap(({ month, all, providers }) => [
      ...all.map((one) => ({ month, serviceProvider: null, ...one })),
      ...providers.map((one) => ({ month, ...one })),
    ]),
  columns: {
    month: (row) => row.month,
    serviceProvider: (row) => row.serviceProvider,
    impact: (row) => row.impact,
    planned: (row) => row.planned,
    completedInTime: (row) => row.completedInTime,
    overran: (row) => row.overran,
    cancelled: (row) => row.cancelled,
    open: (row) => row.open,
    minutesPlanned: (row) => row.minutesPlanned,
    minutesActual: (row) => row.minutesActual,
  },
});
