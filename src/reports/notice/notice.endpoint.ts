import { ReportQuery } from '../range-request.js';
import { reportEndpoint } from '../report-read.js';
import { noticeReport, type NoticeReport } from './notice.js';
import { NoticeAnswer } from '../answers.js';

/** GET /reports/notice */
export const noticeEndpoint = reportEndpoint({
  name: 'NoticeCompliance',
  answers: NoticeAnswer,
  path: 'notice',
  summary:
    'Notice given of every schedule, reissue and additional window, in clear Working Days, and every breach of it',
  query: ReportQuery,
  report: (reading, range, _query, context) => noticeReport(reading, range, context),
  rows: (report) => report.months.flatMap(rowsOf),
  columns: {
    month: (row) => row.month,
    kind: (row) => row.kind,
    at: (row) => row.at,
    version: (row) => row.version,
    because: (row) => row.because,
    maintenanceId: (row) => row.maintenanceId,
    unplannedId: (row) => row.unplannedId,
    impact: (row) => row.impact,
    rule: (row) => row.rule,
    noticeDate: (row) => row.noticeDate,
    eventDate: (row) => row.eventDate,
    neededWorkingDays: (row) => row.neededWorkingDays,
    marginWorkingDays: (row) => row.marginWorkingDays,
    restatedMarginWorkingDays: (row) => row.restatedMarginWorkingDays,
    compliant: (row) => row.compliant,
    elapsedMinutes: (row) => row.elapsedMinutes,
    detail: (row) => row.detail,
    reason: (row) => row.reason,
  },
});

/** A row of the table; what its kind does not have is empty. */
interface Row {
  readonly month: string;
  readonly kind: 'schedule' | 'reissue' | 'additional-window' | 'breach' | 'unplanned';
  readonly at: string;
  readonly version?: number;
  readonly because?: string;
  readonly maintenanceId?: string | null;
  readonly unplannedId?: string | null;
  readonly impact?: string;
  readonly rule?: string | null;
  readonly noticeDate?: string;
  readonly eventDate?: string;
  readonly neededWorkingDays?: number | null;
  readonly marginWorkingDays?: number;
  readonly restatedMarginWorkingDays?: number;
  readonly compliant?: boolean | null;
  readonly elapsedMinutes?: number;
  readonly detail?: string;
  readonly reason?: string | null;
}

function rowsOf(notice: NoticeReport['months'][number]): Row[] {
  const { month, schedule, reissues, additionalWindows, breaches, unplanned } = notice;
  return [
    ...(schedule ? [{ month, ...schedule, version: 1, reason: schedule.lateReason }] : []),
    ...reissues.map((one) => ({ month, ...one })),
    ...additionalWindows.map((one) => ({ month, ...one })),
    ...breaches.map(({ foundIn, ...one }) => ({ month, ...one, because: foundIn })),
    ...unplanned.map((one) => ({ month, ...one, at: one.notifiedAt })),
  ];
}
