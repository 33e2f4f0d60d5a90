import { HISTORY_READERS } from '../access/roles.js';
import { AsOf, queryEndpoint, type ReadContext } from '../commands/query-endpoint.js';
import type { Reading } from '../commands/reading.js';
import { MonthField, PatternField } from '../http/fields.js';
import { notFound } from '../http/problem.js';
import { accountOf } from './account.js';
import { NAME } from './events-read.js';
import { StreamHistoryAnswer } from './answers.js';

/** Records of one page. */
const PAGE = 1_000;

class HistoryQuery extends AsOf {
  @PatternField({
    description: '`next` of the page before',
    pattern: /^\d{1,15}$/,
    what: 'a position',
    optional: true,
  })
  after?: string;
}

/** A stream's life, a page at a time. */
function historyOf(reading: Reading, stream: string, { after }: HistoryQuery, { pipeline }: ReadContext): object {
  const records = [
    ...pipeline.store.read({
      stream,
      after: Number(after ?? 0),
      upTo: reading.upTo,
      occurredBy: reading.occurredBy,
      limit: PAGE + 1,
    }),
  ];
  const page = records.slice(0, PAGE);
  return {
    stream,
    items: page.map(accountOf),
    next: records.length > PAGE ? String(page.at(-1)?.position) : null,
  };
}

class MonthParams {
  @MonthField({ description: 'the month', example: '2026-12' })
  month!: string;
}

/** GET /months/{month}/history: what `maintenance-calendar replay` tells, as JSON. */
export const monthHistoryEndpoint = queryEndpoint({
  name: 'MonthHistory',
  answers: StreamHistoryAnswer,
  path: 'months/:month/history',
  params: MonthParams,
  query: HistoryQuery,
  roles: HISTORY_READERS,
  tag: 'Audit',
  summary: "A month's life, event by event: who did what when, under which rulebook, and what was weighed",
  answer: (reading, { month }, query, context) => historyOf(reading, `month-${month}`, query, context),
});

class StreamParams {
  @PatternField({ description: 'the stream', pattern: NAME, what: 'the name of a stream', example: 'change-CRQ000001' })
  stream!: string;
}

/** GET /streams/{stream}/history: the same of any stream. */
export const streamHistoryEndpoint = queryEndpoint({
  name: 'StreamHistory',
  answers: StreamHistoryAnswer,
  path: 'streams/:stream/history',
  params: StreamParams,
  query: HistoryQuery,
  roles: HISTORY_READERS,
  tag: 'Audit',
  summary: "Any stream's life, event by event",
  answer: (reading, { stream }, query, context) => {
    if (context.pipeline.store.revisionOf(stream, reading.upTo) < 0) throw notFound(`there is no stream ${stream}`);
    return historyOf(reading, stream, query, context);
  },
});
