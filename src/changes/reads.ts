import { EVERY_ROLE, REPORT_READERS } from '../access/roles.js';
import { AsOf, AsOfAsTable, NoParams, queryEndpoint } from '../commands/query-endpoint.js';
import { isId } from '../commands/text.js';
import type { TablesReader } from '../event-store/tables.js';
import { csvTable } from '../http/csv.js';
import { ChoiceField, IdField, MonthField, PatternField } from '../http/fields.js';
import { badFields, notFound } from '../http/problem.js';
import { CHANGE_CLASSES, type ChangeClass } from '../rulebook/changes.js';
import { localTime, type Interval } from '../rulebook/local-time.js';
import { challengeFold, type Challenge } from './challenge.js';
import { changeAnswer, changeView, plannedInterval } from './change-view.js';
import { CHANGE_STATUSES, madeOf, type ChangeStatus } from './change.js';
import { forwardSchedule, pageOf, type Filter, type ScheduledChange } from './forward-schedule.js';
import { ChallengesAnswer, ChangeAnswer, ChangesAnswer } from './answers.js';

const DEFAULT_LIMIT = 100;
const MAXIMUM_LIMIT = 1_000;

class ChangesQuery extends AsOfAsTable {
  @MonthField({ description: 'planned to start in this month', optional: true, example: '2026-12' })
  month?: string;

  @ChoiceField({ description: 'where it is in its life', of: CHANGE_STATUSES, optional: true })
  status?: ChangeStatus;

  @ChoiceField({ description: 'how it is handled', of: CHANGE_CLASSES, optional: true })
  class?: ChangeClass;

  @IdField({ description: 'whose it is', optional: true, example: 'DSP' })
  serviceProvider?: string;

  @PatternField({
    description: '`next` of the page before; empty pages can come before the last',
    pattern: /^[\w-]{1,100}$/,
    what: '`next` of the page before',
    optional: true,
  })
  cursor?: string;

  @PatternField({
    description: `how many at most (${String(MAXIMUM_LIMIT)} is the most); as CSV always all of them`,
    pattern: /^([1-9]\d{0,2}|1000)$/,
    what: `a whole number from 1 to ${String(MAXIMUM_LIMIT)}`,
    optional: true,
    example: '100',
  })
  limit?: string;
}

/** GET /changes: the forward schedule of change. */
export const changesEndpoint = queryEndpoint({
  name: 'Changes',
  answers: ChangesAnswer,
  path: 'changes',
  params: NoParams,
  query: ChangesQuery,
  roles: EVERY_ROLE,
  tag: 'Changes',
  summary: 'The forward schedule of change, in the order of ids, page by page; or all of it as CSV',
  pagedBy: 'cursor',
  answer: (reading, _params, { cursor, limit, ...query }) => {
    const after = cursor === undefined ? null : afterOf(cursor);
    const page = pageOf(reading.projected(forwardSchedule), filterOf(query), after, Number(limit ?? DEFAULT_LIMIT));
    return {
      items: page.items.map(({ change, window }) => changeView(change, window)),
      next: page.next === null ? null : Buffer.from(page.next).toString('base64url'),
    };
  },
  csv: (reading, _params, query) => {
    const filter = filterOf(query);
    return csvTable({
      name: 'changes',
      version: { position: reading.head(), occurredBy: reading.occurredBy ?? null, filter },
      columns: COLUMNS,
      rows: everyChange(() => reading.projected(forwardSchedule), filter),
    });
  },
});

const filterOf = ({ month, status, class: changeClass, serviceProvider }: Filter): Filter => ({
  month,
  status,
  class: changeClass,
  serviceProvider,
});

/** The id in a cursor. @throws Problem 400 */
function afterOf(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!isId(id)) throw badFields([{ pointer: '/cursor', detail: 'must be `next` of the page before' }]);
  return id;
}

/** Page after page, each from the tables as they stand then, for a table that is written while others are served. */
function* everyChange(tables: () => TablesReader, filter: Filter): Iterable<ScheduledChange> {
  for (let after: string | null | undefined; after !== null;) {
    const page = pageOf(tables(), filter, after ?? null, MAXIMUM_LIMIT);
    yield* page.items;
    after = page.next;
  }
}

const plannedOf = ({ change, window }: ScheduledChange): Interval => plannedInterval(change, window);

/** The columns of the CSV; lists are joined by `;`, as in a schedule that is imported. */
const COLUMNS = {
  changeId: ({ change }: ScheduledChange) => change.changeId,
  title: ({ change }: ScheduledChange) => change.title,
  class: ({ change }: ScheduledChange) => change.class,
  status: ({ change }: ScheduledChange) => change.stage.status,
  serviceProvider: ({ change }: ScheduledChange) => change.serviceProvider,
  environment: ({ change }: ScheduledChange) => change.environment,
  services: ({ change }: ScheduledChange) =>
    change.services.map(({ service, effect }) => `${service}:${effect}`).join(';'),
  impact: ({ change }: ScheduledChange) => change.assessment?.impact,
  plannedStart: (scheduled: ScheduledChange) => plannedOf(scheduled).start,
  plannedEnd: (scheduled: ScheduledChange) => plannedOf(scheduled).end,
  plannedStartLocal: (scheduled: ScheduledChange) => localTime(plannedOf(scheduled).start),
  plannedEndLocal: (scheduled: ScheduledChange) => localTime(plannedOf(scheduled).end),
  maintenanceId: ({ change }: ScheduledChange) => change.placement?.maintenanceId,
  windowCancelled: ({ window }: ScheduledChange) => window?.cancelled,
  raisedAt: ({ change }: ScheduledChange) => change.raisedAt,
  outcome: ({ change }: ScheduledChange) => madeOf(change)?.outcome,
  actualStart: ({ change }: ScheduledChange) => madeOf(change)?.actualStart,
  actualEnd: ({ change }: ScheduledChange) => madeOf(change)?.actualEnd,
  ssiOutageMinutes: ({ change }: ScheduledChange) => madeOf(change)?.ssiOutageMinutes,
  incidents: ({ change }: ScheduledChange) =>
    change.incidents.map(({ incidentId, category }) => `${incidentId}:${String(category)}`).join(';'),
};

class ChangeParams {
  @IdField({ description: 'the change', example: 'CRQ000001' })
  changeId!: string;
}

/** GET /changes/{id}: one change, the window in which it is placed as that now stands, and its history. */
export const changeEndpoint = queryEndpoint({
  name: 'Change',
  answers: ChangeAnswer,
  path: 'changes/:changeId',
  params: ChangeParams,
  query: AsOf,
  roles: EVERY_ROLE,
  tag: 'Changes',
  summary: 'One change, with its window and its history',
  answer: (reading, { changeId }) => {
    const answer = changeAnswer(reading, changeId);
    if (!answer) throw notFound(`there is no change ${changeId}`);
    return answer;
  },
});

const challengeView = ({ answer, ...challenge }: Challenge): object => ({
  ...challenge,
  status: answer.status,
  answer:
    answer.status === 'open'
      ? null
      : { upheld: answer.status === 'upheld', rationale: answer.rationale, answeredAt: answer.answeredAt },
});

/** GET /challenges: what Users disputed, and what the DCC answered. Who disputed it is not told. */
export const challengesEndpoint = queryEndpoint({
  name: 'Challenges',
  answers: ChallengesAnswer,
  path: 'challenges',
  params: NoParams,
  query: AsOf,
  roles: [...REPORT_READERS, 'party'],
  tag: 'Changes',
  summary: 'Challenges of classifications, and how each was answered',
  answer: (reading) => ({
    items: reading.all(challengeFold).flatMap((challenge) => (challenge ? [challengeView(challenge)] : [])),
  }),
});
