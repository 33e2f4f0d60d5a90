import { IdField } from '../../http/fields.js';
import { ReportQuery } from '../range-request.js';
import { reportEndpoint, withTotal } from '../report-read.js';
import { changePerformanceReport } from './change-performance.js';
import { ChangePerformanceAnswer } from '../answers.js';

class ChangePerformanceQuery extends ReportQuery {
  @IdField({ description: 'only the changes of this service provider', optional: true, example: 'DSP' })
  serviceProvider?: string;
}

/** GET /reports/change-performance */
export const changePerformanceEndpoint = reportEndpoint({
  name: 'ChangePerformance',
  answers: ChangePerformanceAnswer,
  path: 'change-performance',
  summary:
    'How changes went that were made: success, adverse impact, failures with minimal impact, against the targets',
  query: ChangePerformanceQuery,
  report: (reading, range, { serviceProvider }) => changePerformanceReport(reading, range, serviceProvider),
  rows: (report) => withTotal(report),
  columns: {
    month: (row) => row.month,
    implemented: (row) => row.implemented,
    successful: (row) => row.successful,
    failed: (row) => row.failed,
    adverseImpact: (row) => row.adverseImpact,
    failedWithMinimalImpact: (row) => row.failedWithMinimalImpact,
    standard: (row) => row.standard,
    normal: (row) => row.normal,
    emergency: (row) => row.emergency,
    latent: (row) => row.latent,
    noImpact: (row) => row.noImpact,
    successRate: (row) => row.successRate,
    adverseImpactRate: (row) => row.adverseImpactRate,
    minimalImpactShare: (row) => row.minimalImpactShare,
    standardShare: (row) => row.standardShare,
    meetsSuccess: (row) => row.meets.success,
    meetsAdverseImpact: (row) => row.meets.adverseImpact,
    meetsMinimalImpact: (row) => row.meets.minimalImpact,
  },
});
