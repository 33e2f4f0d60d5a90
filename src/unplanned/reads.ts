import { EVERY_ROLE } from '../access/roles.js';
import { historyEntry } from '../commands/history-entry.js';
import { AsOf, NoParams, queryEndpoint } from '../commands/query-endpoint.js';
import { IdField, MonthField } from '../http/fields.js';
import { notFound } from '../http/problem.js';
import { elapsedMinutes, localTime } from '../rulebook/local-time.js';
import { unplannedFold, type Unplanned } from './unplanned.js';
import { UnplannedAnswer, UnplannedListAnswer } from './answers.js';

/** Unplanned Maintenance as it is read. Instants in UTC, `…Local` in Europe/London. */
function unplannedView({ stage, ...unplanned }: Unplanned): object {
  const ended = stage.status === 'ended' ? stage : null;
  return {
    unplannedId: unplanned.unplannedId,
    month: unplanned.month,
    status: stage.status,
    emergency: unplanned.emergency,
    awareAt: unplanned.awareAt,
    notifiedAt: unplanned.notifiedAt,
    minutesToNotice: elapsedMinutes({ start: unplanned.awareAt, end: unplanned.notifiedAt }),
    plannedBeforeMonth: unplanned.plannedBeforeMonth,
    start: unplanned.start,
    startLocal: localTime(unplanned.start),
    expectedEnd: unplanned.expectedEnd,
    expectedEndLocal: localTime(unplanned.expectedEnd),
    activities: unplanned.activities,
    riskToReturn: unplanned.riskToReturn,
    told: stage.status === 'declared' ? (stage.told ?? null) : null,
    end: ended?.endedAt ?? null,
    endLocal: ended ? localTime(ended.endedAt) : null,
    minutes: ended?.minutes ?? null,
    ssiOutageMinutes: ended?.ssiOutageMinutes ?? null,
    servicesDisrupted: ended?.servicesDisrupted ?? null,
  };
}

class UnplannedQuery extends AsOf {
  @MonthField({ description: 'only what starts in this month', optional: true, example: '2026-11' })
  month?: string;
}

/** GET /unplanned */
export const unplannedListEndpoint = queryEndpoint({
  name: 'UnplannedList',
  answers: UnplannedListAnswer,
  path: 'unplanned',
  params: NoParams,
  query: UnplannedQuery,
  roles: EVERY_ROLE,
  tag: 'Unplanned',
  summary: 'Unplanned Maintenance, in the order in which it was declared (H8.6)',
  answer: (reading, _params, { month }) => ({
    items: reading
      .all(unplannedFold)
      .flatMap((one) => (one && (month === undefined || one.month === month) ? [unplannedView(one)] : [])),
  }),
});

class UnplannedParams {
  @IdField({ description: 'the Unplanned Maintenance', example: 'U-2027-004' })
  unplannedId!: string;
}

/** GET /unplanned/{id} */
export const unplannedEndpoint = queryEndpoint({
  name: 'Unplanned',
  answers: UnplannedAnswer,
  path: 'unplanned/:unplannedId',
  params: UnplannedParams,
  query: AsOf,
  roles: EVERY_ROLE,
  tag: 'Unplanned',
  summary: 'One Unplanned Maintenance, with its history',
  answer: (reading, { unplannedId }) => {
    const unplanned = reading.state(unplannedFold, unplannedId);
    if (!unplanned) throw notFound(`there is no Unplanned Maintenance ${unplannedId}`);
    return { ...unplannedView(unplanned), history: reading.history(`unplanned-${unplannedId}`).map(historyEntry) };
  },
});
