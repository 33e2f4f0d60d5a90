import type { AffectedService, Impact } from './classification.js';
import { several, type Finding, type Rule } from './finding.js';
import { firstOfMonth, isBefore, localDate, localTime, monthOf, nextMonth } from './local-time.js';
import { rulebookFor, SCHEDULE_NOTICE_DAYS } from './rulebooks.js';
import { clearWorkingDays, earliestEvent, latestNotice, type WorkingDays } from './working-days.js';

/** Appendix AL 3.1(c): clear Working Days for DCC Migration Systems. */
const MIGRATION_NOTICE_DAYS = 10;

/** A window whose notice is weighed. */
export interface NoticeCase {
  /** Whether the month's schedule is out: then the window is an additional one. */
  readonly phase: 'before-publication' | 'additional';
  readonly impact: Impact;
  /** True where every activity is on DCC Migration Systems. */
  readonly migrationOnly: boolean;
  readonly start: string;
  readonly now: string;
  /** The Working Days as known now. */
  readonly days: WorkingDays;
}

/**
 * Weighs the notice of a window, in clear Working Days to the local date of its start: the lead time before
 * publication (H8.4), the notice of an additional window after it (H8.4A), or that of DCC Migration Systems, which
 * replaces both (Appendix AL 3.1(c): planned before the month, or with ten clear Working Days). `earliest` is the first
 * date for which notice can still be given. A start that is not after now is refused whatever the days.
 *
 * Reading: it replaces the lead time too, for it would be perverse to ask more before publication than after.
 */
export function weighNotice({ phase, impact, migrationOnly, start, now, days }: NoticeCase): {
  readonly finding: Finding;
  readonly earliest: string;
} {
  const today = localDate(now);
  const date = localDate(start);
  const needed = migrationOnly ? MIGRATION_NOTICE_DAYS : rulebookFor(date).noticeDays[impact];
  const rule = ruleOf(phase, impact, migrationOnly);
  const given = clearWorkingDays(days, today, date);
  const beforeMonth = today < firstOfMonth(monthOf(start));
  const lawful = isBefore(now, start) && (given >= needed || (migrationOnly && beforeMonth));
  const earliest = migrationOnly ? earliestMigration(days, today) : earliestEvent(days, today, needed);
  const base = { rule, limit: needed, value: given, unit: 'Working Days', month: monthOf(start) };
  const said = `${several(given, 'clear Working Day')} before ${date}`;
  if (lawful)
    return {
      earliest,
      finding: {
        ...base,
        outcome: 'pass',
        detail:
          given >= needed ? `${said}; ${String(needed)} are needed` : `${said}, and planned before the month began`,
      },
    };
  const past = isBefore(now, start) ? '' : `; ${localTime(start)} is not in the future`;
  const unplanned =
    phase === 'additional' && !migrationOnly ? '; with less it is Unplanned Maintenance under H8.6' : '';
  return {
    earliest,
    finding: {
      ...base,
      outcome: 'refused',
      detail: `${said}; ${String(needed)} are needed${past}${unplanned}; the earliest lawful night is that of ${earliest}`,
    },
  };
}

/** Appendix AL 3.1(c): the first of next month is still planned before its month, however near it is. */
function earliestMigration(days: WorkingDays, today: string): string {
  const withNotice = earliestEvent(days, today, MIGRATION_NOTICE_DAYS);
  const nextFirst = firstOfMonth(nextMonth(today.slice(0, 7)));
  return nextFirst < withNotice ? nextFirst : withNotice;
}

function ruleOf(phase: NoticeCase['phase'], impact: Impact, migrationOnly: boolean): Rule {
  if (migrationOnly) return 'AL-3.1(c)';
  if (phase === 'before-publication') return 'H8.4';
  return impact === 'High' ? 'H8.4A(b)' : 'H8.4A(a)';
}

/** A month's schedule about to be published. */
export interface PublicationCase {
  readonly month: string;
  readonly now: string;
  readonly days: WorkingDays;
  /** Why it is late. */
  readonly lateReason?: string | undefined;
}

/**
 * Weighs the publication of a month's schedule (H8.4): twenty clear Working Days before the 1st. A duty that is late is
 * a breach, not a refusal; but it needs its reason.
 */
export function weighPublication({ month, now, days, lateReason }: PublicationCase): {
  readonly finding: Finding;
  readonly latestCompliantDate: string;
  readonly compliant: boolean;
  /** Clear Working Days between the publication and the 1st. */
  readonly margin: number;
} {
  const first = firstOfMonth(month);
  const margin = clearWorkingDays(days, localDate(now), first);
  const compliant = margin >= SCHEDULE_NOTICE_DAYS;
  const latestCompliantDate = latestNotice(days, first, SCHEDULE_NOTICE_DAYS).latest;
  const base = { rule: 'H8.4', limit: SCHEDULE_NOTICE_DAYS, value: margin, unit: 'Working Days', month } as const;
  const said = `${several(margin, 'clear Working Day')} before ${first}; ${String(SCHEDULE_NOTICE_DAYS)} are needed`;
  const late = `${said}; the last date was ${latestCompliantDate}`;
  const finding: Finding = compliant
    ? { ...base, outcome: 'pass', detail: said }
    : lateReason === undefined || lateReason.trim() === ''
      ? { ...base, outcome: 'refused', detail: `${late}: a late schedule is published with its lateReason` }
      : { ...base, outcome: 'breach', detail: `${late}; late because: ${lateReason}` };
  return { finding, latestCompliantDate, compliant, margin };
}

/** What a schedule states of one window (H8.4(a) to (d)). */
export interface Statement {
  readonly maintenanceId: string;
  readonly descriptions: readonly string[];
  readonly services: readonly AffectedService[];
  readonly start: string;
  readonly end: string;
  readonly riskToReturn: string;
}

/** Weighs that an entry states all that H8.4 asks; a blank stops publication. */
export function weighStatement({
  maintenanceId,
  descriptions,
  services,
  start,
  end,
  riskToReturn,
}: Statement): Finding[] {
  const blank = (text: string): boolean => text.trim() === '';
  const missing = [
    ...(descriptions.length === 0 || descriptions.some(blank) ? ['(a) the activity'] : []),
    ...(services.length === 0 ? ['(b) the services affected'] : []),
    ...(blank(start) || blank(end) || !isBefore(start, end) ? ['(c) the time and duration'] : []),
    ...(blank(riskToReturn) ? ['(d) the risk to the return of normal services'] : []),
  ];
  return missing.length === 0
    ? [{ rule: 'H8.4', outcome: 'pass', detail: `${maintenanceId} states H8.4(a) to (d)` }]
    : missing.map((one) => ({ rule: 'H8.4', outcome: 'refused', detail: `${maintenanceId} does not state ${one}` }));
}
