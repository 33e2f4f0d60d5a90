import type { TSchema } from 'typebox';
import { REPORT_READERS } from '../access/roles.js';
import { NoParams, queryEndpoint, type QueryEndpoint, type ReadContext } from '../commands/query-endpoint.js';
import type { Reading } from '../commands/reading.js';
import { csvTable, type CsvValue } from '../http/csv.js';
import type { MonthRange } from './months.js';
import { rangeOf, type ReportQuery } from './range-request.js';

/** What a report over months is. */
export interface ReportOptions<Query extends ReportQuery, Report extends object, Row> {
  /** Name of the query, in the reference. */
  readonly name: string;
  /** `ssi-outage`, as in `GET /reports/ssi-outage`; also the name of the CSV file. */
  readonly path: string;
  readonly summary: string;
  /** What it answers, for the reference. */
  readonly answers: TSchema;
  readonly query: new () => Query;
  report(reading: Reading, range: MonthRange, query: Query, context: ReadContext): Report;
  /** The report as the rows of a table, the total (where there is one) as the last. */
  readonly rows: (report: Report) => readonly Row[];
  readonly columns: Readonly<Record<string, (row: Row) => CsvValue>>;
}

/** Makes the endpoint of a report over a range of months: JSON and CSV, as of any instant, for those who read reports. */
export function reportEndpoint<Query extends ReportQuery, Report extends object, Row>(
  options: ReportOptions<Query, Report, Row>,
): QueryEndpoint {
  const { name, path, summary, answers, query, rows, columns } = options;
  const report = (reading: Reading, asked: Query, context: ReadContext): Report =>
    options.report(reading, rangeOf(asked, context.now), asked, context);
  return queryEndpoint({
    name,
    answers,
    path: `reports/${path}`,
    params: NoParams,
    query,
    roles: REPORT_READERS,
    tag: 'Reports',
    isRemembered: true,
    summary,
    answer: (reading, _params, asked, context) => report(reading, asked, context),
    csv: (reading, _params, asked, context) => {
      const version = report(reading, asked, context);
      return csvTable({ name: path, version, columns, rows: rows(version) });
    },
  });
}

/** The months of a report, and its total under that word, as the rows of a table. */
export const withTotal = <Month extends object, Total extends object>(report: {
  readonly months: readonly (Month & { readonly month: string })[];
  readonly total: Total;
}): ((Month | Total) & { readonly month: string })[] => [...report.months, { month: 'total', ...report.total }];
