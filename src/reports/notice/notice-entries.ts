import type { Static } from 'typebox';
import {
  MaintenanceActivityAdded,
  MaintenanceCancelled,
  MaintenanceCompleted,
  MaintenanceMovedIn,
  MaintenanceProgressReported,
  MaintenanceReclassified,
  MaintenanceRescheduled,
  MaintenanceScheduled,
  MaintenanceStarted,
  MonthlySchedulePublished,
  ScheduleReissued,
} from '../../calendar/events.js';
import type { FindingData, Reckoning } from '../../commands/fact-fields.js';
import { on, projection } from '../../event-store/projection.js';
import { table, type Tables, type TablesReader } from '../../event-store/tables.js';
import type { Impact } from '../../rulebook/classification.js';
import { elapsedMinutes, firstOfMonth, localDate, monthOf } from '../../rulebook/local-time.js';
import {
  UnplannedMaintenanceDeclared,
  UnplannedMaintenanceEnded,
  UnplannedProgressReported,
} from '../../unplanned/events.js';
import { inMonths, keyParts, rowKey, type MonthRange } from '../months.js';

/** Notice that was given of something, and what was needed, as judged when it was given. Dates are local. */
export interface Notice {
  readonly noticeDate: string;
  readonly eventDate: string;
  /** Clear Working Days; null where notice did not gate it (H8.5, a cancellation, work that turned nothing High). */
  readonly neededWorkingDays: number | null;
  /** Clear Working Days between the two, as the Working Days were known then. */
  readonly marginWorkingDays: number;
  /** Whether it was enough; null where none was needed. */
  readonly compliant: boolean | null;
}

/** A duty to tell that was not kept: what was found, and why where that was said. */
export interface NoticeBreach {
  readonly rule: string;
  readonly detail: string;
  /** The reason that was given (of a late schedule); null for none. */
  readonly reason: string | null;
  /** The fact that it was found with. */
  readonly foundIn: string;
  readonly at: string;
  readonly maintenanceId: string | null;
  readonly unplannedId: string | null;
}

/** What the report lists under a month. */
export type NoticeEntry =
  | (Notice & { readonly kind: 'schedule'; readonly at: string; readonly lateReason: string | null })
  | (Notice & {
      readonly kind: 'reissue';
      readonly at: string;
      readonly version: number;
      readonly because: string;
      readonly maintenanceId: string;
    })
  | (Notice & {
      readonly kind: 'additional-window';
      readonly at: string;
      readonly maintenanceId: string;
      readonly impact: Impact;
      readonly rule: string | null;
    })
  | (NoticeBreach & { readonly kind: 'breach' })
  | {
      readonly kind: 'unplanned';
      readonly unplannedId: string;
      readonly awareAt: string;
      readonly notifiedAt: string;
      /** From becoming aware to telling. The Code sets no deadline (H8.6). */
      readonly elapsedMinutes: number;
      readonly emergency: boolean;
      readonly plannedBeforeMonth: boolean;
    };

/** What is listed, by month and in the order in which it was recorded. */
const entries = table<NoticeEntry>('entry');
/** Where each window stands, and the notice that its newest change needed: for the reissue that follows it. */
const windows = table<{ readonly start: string; readonly notice: FoundNotice | null }>('window');
/** The month of Unplanned Maintenance, by its id. */
const unplannedMonths = table<string>('unplanned-month');

/** The clauses that ask for clear Working Days of notice. */
const NOTICE_RULES: readonly string[] = ['H8.4', 'H8.4A(a)', 'H8.4A(b)', 'AL-3.1(c)'];

/**
 * The clauses whose breaches are of notice: what had to be told, when and to whom. Those of the limits (H8.3) and of the
 * segregation of duties are not, and stand with the windows and changes.
 */
const DUTIES_TO_TELL: readonly string[] = [...NOTICE_RULES, 'H8.5', 'H8.6', 'H8.7'];

interface FoundNotice {
  readonly rule: string;
  readonly needed: number;
  readonly given: number;
  readonly enough: boolean;
}

/** The finding that weighed notice, among those of a decision; null where notice did not gate it. */
function noticeIn(findings: readonly Static<typeof FindingData>[]): FoundNotice | null {
  for (const { rule, limit, value, outcome } of findings)
    if (NOTICE_RULES.includes(rule) && typeof limit === 'number' && typeof value === 'number')
      return { rule, needed: limit, given: value, enough: outcome !== 'breach' };
  return null;
}

/** A fact as breaches in it are listed. */
interface Weighed {
  readonly position: number;
  readonly type: string;
  readonly occurredAt: string;
  readonly data: { readonly reckoning: Static<typeof Reckoning> };
}

function listBreaches(
  tables: Tables,
  month: string,
  record: Weighed,
  about: { readonly maintenanceId?: string; readonly unplannedId?: string; readonly reason?: string | undefined },
): void {
  const breaches = record.data.reckoning.findings.filter(
    ({ rule, outcome }) => outcome === 'breach' && DUTIES_TO_TELL.includes(rule),
  );
  for (const [index, { rule, detail }] of breaches.entries())
    list(
      tables,
      month,
      record.position,
      {
        kind: 'breach',
        rule,
        detail,
        reason: about.reason ?? null,
        foundIn: record.type,
        at: record.occurredAt,
        maintenanceId: about.maintenanceId ?? null,
        unplannedId: about.unplannedId ?? null,
      },
      index + 1,
    );
}

/** Digits of a position in a key, so that keys are in the order of positions. */
const POSITION_DIGITS = 15;

/** Lists an entry; `place` tells several of one record apart. */
function list(tables: Tables, month: string, position: number, entry: NoticeEntry, place = 0): void {
  tables.put(entries, rowKey(month, String(position).padStart(POSITION_DIGITS, '0'), String(place)), entry);
}

/** What the notice report is answered from. */
export const noticeEntries = projection(
  'report-notice',
  1,
  on(MaintenanceScheduled, (tables, record) => {
    const { month, maintenance, additional, reckoning } = record.data;
    const { maintenanceId, impact, start } = maintenance;
    const notice = noticeIn(reckoning.findings);
    tables.put(windows, rowKey(maintenanceId), { start, notice });
    if (additional && notice)
      list(tables, month, record.position, {
        kind: 'additional-window',
        at: record.occurredAt,
        maintenanceId,
        impact,
        rule: notice.rule,
        noticeDate: localDate(record.occurredAt),
        eventDate: localDate(start),
        neededWorkingDays: notice.needed,
        marginWorkingDays: notice.given,
        compliant: notice.enough,
      });
    listBreaches(tables, month, record, { maintenanceId });
  }),
  on(MonthlySchedulePublished, (tables, record) => {
    const { month, compliant, marginWorkingDays, lateReason, reckoning } = record.data;
    list(tables, month, record.position, {
      kind: 'schedule',
      at: record.occurredAt,
      noticeDate: localDate(record.occurredAt),
      eventDate: firstOfMonth(month),
      neededWorkingDays: noticeIn(reckoning.findings)?.needed ?? null,
      marginWorkingDays,
      compliant,
      lateReason: lateReason ?? null,
    });
    listBreaches(tables, month, record, { reason: lateReason });
  }),
  on(ScheduleReissued, (tables, record) => {
    const { month, version, because, maintenanceId, marginWorkingDays } = record.data;
    const window = tables.get(windows, rowKey(maintenanceId));
    if (!window) return;
    list(tables, month, record.position, {
      kind: 'reissue',
      at: record.occurredAt,
      version,
      because,
      maintenanceId,
      noticeDate: localDate(record.occurredAt),
      eventDate: localDate(window.start),
      neededWorkingDays: window.notice?.needed ?? null,
      marginWorkingDays,
      compliant: window.notice?.enough ?? null,
    });
  }),
  on(MaintenanceRescheduled, (tables, record) => {
    const { maintenanceId, to, toMonth, reckoning } = record.data;
    tables.put(windows, rowKey(maintenanceId), { start: to.start, notice: noticeIn(reckoning.findings) });
    listBreaches(tables, toMonth, record, { maintenanceId });
  }),
  on(MaintenanceMovedIn, (tables, { data: { maintenance } }) => {
    const { maintenanceId, start } = maintenance;
    const notice = tables.get(windows, rowKey(maintenanceId))?.notice ?? null;
    tables.put(windows, rowKey(maintenanceId), { start, notice });
  }),
  on(MaintenanceCancelled, (tables, { data: { maintenanceId } }) => weigh(tables, maintenanceId, null)),
  on(MaintenanceActivityAdded, (tables, record) => {
    const { maintenanceId, month, reckoning } = record.data;
    weigh(tables, maintenanceId, noticeIn(reckoning.findings));
    listBreaches(tables, month, record, { maintenanceId });
  }),
  on(MaintenanceReclassified, (tables, record) => {
    const { maintenanceId, month, reckoning } = record.data;
    weigh(tables, maintenanceId, noticeIn(reckoning.findings));
    listBreaches(tables, month, record, { maintenanceId });
  }),
  on(MaintenanceStarted, (tables, record) => listBreaches(tables, record.data.month, record, record.data)),
  on(MaintenanceProgressReported, (tables, record) => listBreaches(tables, record.data.month, record, record.data)),
  on(MaintenanceCompleted, (tables, record) => listBreaches(tables, record.data.month, record, record.data)),
  on(UnplannedMaintenanceDeclared, (tables, record) => {
    const { unplannedId, month, awareAt, notifiedAt, emergency, plannedBeforeMonth } = record.data;
    tables.put(unplannedMonths, rowKey(unplannedId), month);
    list(tables, month, record.position, {
      kind: 'unplanned',
      unplannedId,
      awareAt,
      notifiedAt,
      elapsedMinutes: elapsedMinutes({ start: awareAt, end: notifiedAt }),
      emergency,
      plannedBeforeMonth,
    });
    listBreaches(tables, month, record, { unplannedId });
  }),
  on(UnplannedProgressReported, (tables, record) => {
    const { unplannedId } = record.data;
    const month = tables.get(unplannedMonths, rowKey(unplannedId)) ?? monthOf(record.occurredAt);
    listBreaches(tables, month, record, { unplannedId });
  }),
  on(UnplannedMaintenanceEnded, (tables, record) => {
    const { unplannedId } = record.data;
    const month = tables.get(unplannedMonths, rowKey(unplannedId)) ?? monthOf(record.occurredAt);
    listBreaches(tables, month, record, { unplannedId });
  }),
);

/** Keeps the notice that the newest change to a window needed. */
function weigh(tables: Tables, maintenanceId: string, notice: FoundNotice | null): void {
  const window = tables.get(windows, rowKey(maintenanceId));
  if (window) tables.put(windows, rowKey(maintenanceId), { ...window, notice });
}

/** What is listed of a range of months, in the order of months and then of recording. */
export const entriesOf = (
  tables: TablesReader,
  range: MonthRange,
): { readonly month: string; readonly entry: NoticeEntry }[] =>
  [...tables.rows(entries, inMonths(range))].map(([key, entry]) => ({ month: keyParts(key)[0] ?? '', entry }));
