import { EVERY_ROLE } from '../access/roles.js';
import { etagBeside, etagOf } from '../commands/etag.js';
import { historyEntry } from '../commands/history-entry.js';
import { AsOf, NoParams, queryEndpoint } from '../commands/query-endpoint.js';
import type { Reading } from '../commands/reading.js';
import { ChoiceField, DateField, IdField, MonthField, PatternField } from '../http/fields.js';
import { notFound } from '../http/problem.js';
import { addDays } from '../rulebook/local-time.js';
import { riskScore } from '../rulebook/risk-calculator.js';
import { latestNotice } from '../rulebook/working-days.js';
import { unplannedInMonth } from '../unplanned/unplanned-by-month.js';
import { findMaintenance, readCalendar } from './calendar.js';
import type { CalendarEvent } from './events.js';
import { diffView, maintenanceView, monthView, versionView } from './month-view.js';
import { monthFold, type ScheduleVersion } from './month.js';
import {
  DiffAnswer,
  MaintenanceAnswer,
  MonthAnswer,
  NoticeDeadlineAnswer,
  RiskAnswer,
  VersionAnswer,
  VersionsAnswer,
} from './answers.js';

const WHOLE = /^\d{1,4}$/;

class MonthParams {
  @MonthField({ description: 'the month', example: '2026-12' })
  month!: string;
}

/** GET /months/{month}: the month's schedule, its budget and its windows. */
export const monthEndpoint = queryEndpoint({
  name: 'Month',
  answers: MonthAnswer,
  path: 'months/:month',
  params: MonthParams,
  query: AsOf,
  roles: EVERY_ROLE,
  tag: 'Calendar',
  isRemembered: true,
  summary: "A month: its schedule's status, its budget under H8.3, its windows, and beside them the unplanned work",
  answer: (reading, { month }, _query, context) => ({
    ...monthView(readCalendar(reading, context, [`${month}-01`]), month),
    unplanned: unplannedInMonth(reading, month),
  }),
  // Commands act on the month alone: unplanned work makes a reader's copy stale, not a scheduler's If-Match.
  etag: ({ unplanned, ...month }: { unplanned?: unknown }) => etagBeside(etagOf(month), unplanned),
});

/** The issues of a month's schedule; none for a draft. */
function versionsOf(reading: Reading, month: string): readonly ScheduleVersion[] {
  const { publication } = reading.state(monthFold, month);
  return publication.status === 'draft' ? [] : publication.versions;
}

/** One issue. @throws Problem 404 */
function versionOf(reading: Reading, month: string, number: string): ScheduleVersion {
  const version = versionsOf(reading, month).find((one) => one.version === Number(number));
  if (!version) throw notFound(`the schedule of ${month} has no version ${number}`);
  return version;
}

/** GET /months/{month}/versions: every issue of the schedule. */
export const versionsEndpoint = queryEndpoint({
  name: 'ScheduleVersions',
  answers: VersionsAnswer,
  path: 'months/:month/versions',
  params: MonthParams,
  query: AsOf,
  roles: EVERY_ROLE,
  tag: 'Calendar',
  isRemembered: true,
  summary: "Every issue of a month's schedule",
  answer: (reading, { month }) => ({
    month,
    items: versionsOf(reading, month).map((version) => versionView(month, version)),
  }),
});

class VersionParams extends MonthParams {
  @PatternField({ description: 'the version', pattern: WHOLE, what: 'a whole number', example: '1' })
  version!: string;
}

/** GET /months/{month}/versions/{n}: one issue, as it was published. */
export const versionEndpoint = queryEndpoint({
  name: 'ScheduleVersion',
  answers: VersionAnswer,
  path: 'months/:month/versions/:version',
  params: VersionParams,
  query: AsOf,
  roles: EVERY_ROLE,
  tag: 'Calendar',
  isRemembered: true,
  summary: "One issue of a month's schedule, as it was published",
  answer: (reading, { month, version }) => versionView(month, versionOf(reading, month, version)),
});

class DiffQuery extends AsOf {
  @PatternField({ description: 'the earlier version', pattern: WHOLE, what: 'a whole number', example: '1' })
  from!: string;

  @PatternField({ description: 'the later version', pattern: WHOLE, what: 'a whole number', example: '2' })
  to!: string;
}

/** GET /months/{month}/diff: what changed between two issues. */
export const diffEndpoint = queryEndpoint({
  name: 'ScheduleDiff',
  answers: DiffAnswer,
  path: 'months/:month/diff',
  params: MonthParams,
  query: DiffQuery,
  roles: EVERY_ROLE,
  tag: 'Calendar',
  isRemembered: true,
  summary: "What changed between two issues of a month's schedule",
  answer: (reading, { month }, { from, to }) => ({
    month,
    ...diffView(versionOf(reading, month, from), versionOf(reading, month, to)),
  }),
});

class MaintenanceParams {
  @IdField({ description: 'the window', example: 'M-2027-031' })
  maintenanceId!: string;
}

/** GET /maintenance/{id}: one window, wherever it now stands, with its history. */
export const maintenanceEndpoint = queryEndpoint({
  name: 'Maintenance',
  answers: MaintenanceAnswer,
  path: 'maintenance/:maintenanceId',
  params: MaintenanceParams,
  query: AsOf,
  roles: EVERY_ROLE,
  tag: 'Calendar',
  isRemembered: true,
  summary: 'One maintenance window, with its history',
  answer: (reading, { maintenanceId }) => {
    const found = findMaintenance(reading, maintenanceId);
    if (!found) throw notFound(`there is no maintenance ${maintenanceId}`);
    return { ...maintenanceView(found.maintenance), history: historyOf(reading, maintenanceId) };
  },
});

/** What happened to a window, in order, through every month that it stood in. */
function historyOf(reading: Reading, maintenanceId: string): object[] {
  const history = new Map<number, object>();
  const months: string[] = [];
  const first = reading.claimed(`maintenance/${maintenanceId}`)?.stream.slice('month-'.length);
  if (first !== undefined) months.push(first);
  for (let month = months.shift(); month !== undefined; month = months.shift())
    for (const record of reading.history(`month-${month}`)) {
      const { type, data } = record as unknown as CalendarEvent;
      const concerns =
        'maintenance' in data
          ? data.maintenance.maintenanceId
          : 'maintenanceId' in data
            ? data.maintenanceId
            : undefined;
      if (concerns !== maintenanceId || history.has(record.position)) continue;
      history.set(record.position, historyEntry(record));
      if (type === 'MaintenanceRescheduled' && data.toMonth !== month) months.push(data.toMonth);
    }
  return [...history].sort(([a], [b]) => a - b).map(([, entry]) => entry);
}

class NoticeDeadlineQuery extends AsOf {
  @DateField({ description: 'the date of the event', example: '2026-12-01' })
  event!: string;

  @PatternField({
    description: 'clear Working Days of notice',
    pattern: /^\d{1,3}$/,
    what: 'a whole number up to 999',
    example: '20',
  })
  days!: string;
}

/** GET /notice-deadline: until when clear Working Days' notice of an event can still be given. */
export const noticeDeadlineEndpoint = queryEndpoint({
  name: 'NoticeDeadline',
  answers: NoticeDeadlineAnswer,
  path: 'notice-deadline',
  params: NoParams,
  query: NoticeDeadlineQuery,
  roles: EVERY_ROLE,
  tag: 'Rulebook',
  summary: "The last date, and the last Working Day, on which N clear Working Days' notice can be given (H8.4)",
  answer: (reading, _params, { event, days }, context) => ({
    event,
    days: Number(days),
    ...latestNotice(readCalendar(reading, context, [event, longBefore(event, Number(days))]).days, event, Number(days)),
  }),
});

/** A date before which no notice of so many Working Days can be needed: not half of all days are holidays. */
const longBefore = (event: string, workingDays: number): string => addDays(event, -2 * workingDays);

class RiskQuery extends AsOf {
  @ChoiceField({ description: 'a core service is affected', of: ['true', 'false'], example: 'true' })
  core!: string;

  @ChoiceField({ description: 'consumers are affected', of: ['true', 'false'], example: 'true' })
  consumer!: string;

  @PatternField({
    description: 'downtime, minutes',
    pattern: /^\d{1,6}$/,
    what: 'a whole number of minutes',
    example: '30',
  })
  downtimeMinutes!: string;

  @ChoiceField({ description: 'complexity', of: ['high', 'low'], example: 'high' })
  complexity!: 'high' | 'low';
}

/** GET /risk-calculator: the superseded Change Risk Calculator; advisory. */
export const riskCalculatorEndpoint = queryEndpoint({
  name: 'RiskCalculator',
  answers: RiskAnswer,
  path: 'risk-calculator',
  params: NoParams,
  query: RiskQuery,
  roles: EVERY_ROLE,
  tag: 'Rulebook',
  summary: 'The Change Risk Calculator of the trial: superseded, advisory, decides nothing',
  answer: (_reading, _params, { core, consumer, downtimeMinutes, complexity }) => ({
    ...riskScore({
      core: core === 'true',
      consumerAffecting: consumer === 'true',
      downtimeMinutes: Number(downtimeMinutes),
      complexity,
    }),
    advisory: true,
    superseded: true,
  }),
});
