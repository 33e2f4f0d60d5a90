import { ReportQuery } from '../range-request.js';
import { reportEndpoint } from '../report-read.js';
import { unexpectedCoreDisruptionReport } from './unexpected-core-disruption.js';
import { UnexpectedCoreDisruptionAnswer } from '../answers.js';

/** GET /reports/unexpected-core-disruption */
export const unexpectedCoreDisruptionEndpoint = reportEndpoint({
  name: 'UnexpectedCoreDisruption',
  answers: UnexpectedCoreDisruptionAnswer,
  path: 'unexpected-core-disruption',
  summary: 'Low Impact maintenance that in fact disrupted a core service',
  query: ReportQuery,
  report: (reading, range) => unexpectedCoreDisruptionReport(reading, range),
  rows: ({ months }) => months.flatMap(({ month, maintenance }) => maintenance.map((one) => ({ month, ...one }))),
  columns: {
    month: (row) => row.month,
    maintenanceId: (row) => row.maintenanceId,
    start: (row) => row.start,
    end: (row) => row.end,
    startLocal: (row) => row.startLocal,
    endLocal: (row) => row.endLocal,
    serviceProviders: (row) => row.serviceProviders.join('; '),
    services: (row) => row.services.join('; '),
  },
});
