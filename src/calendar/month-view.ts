import { etagOf } from '../commands/etag.js';
import { monthLimits } from '../rulebook/limits.js';
import { usage } from '../rulebook/usage.js';
import {
  elapsedMinutes,
  firstOfMonth,
  isBefore,
  localDate,
  localTime,
  monthOf,
  nextMonth,
  previousMonth,
  type Interval,
} from '../rulebook/local-time.js';
import { SCHEDULE_NOTICE_DAYS } from '../rulebook/rulebooks.js';
import { clearWorkingDays, latestNotice } from '../rulebook/working-days.js';
import type { Calendar } from './calendar.js';
import {
  countedInterval,
  plannedSsiOutage,
  servicesOf,
  versionOf,
  type Maintenance,
  type Month,
  type ScheduleVersion,
} from './month.js';

/** A window as it is read: what is planned, and how it went. Instants in UTC, `…Local` in Europe/London. */
export function maintenanceView(maintenance: Maintenance): Record<string, unknown> & { maintenanceId: string } {
  const { stage } = maintenance;
  const times =
    stage.status === 'running'
      ? { actualStart: stage.startedAt, actualEnd: null }
      : stage.status === 'completed'
        ? { actualStart: stage.startedAt, actualEnd: stage.endedAt }
        : { actualStart: null, actualEnd: null };
  return {
    maintenanceId: maintenance.maintenanceId,
    month: maintenance.month,
    impact: maintenance.impact,
    reasons: maintenance.reasons,
    status: stage.status,
    start: maintenance.start,
    end: maintenance.end,
    startLocal: localTime(maintenance.start),
    endLocal: localTime(maintenance.end),
    minutes: elapsedMinutes(maintenance),
    services: servicesOf(maintenance),
    activities: maintenance.activities,
    riskToReturn: maintenance.riskToReturn,
    ssiOutageMinutes: {
      planned: plannedSsiOutage(maintenance),
      actual: stage.status === 'completed' ? stage.ssiOutageMinutes : null,
    },
    ...times,
    actualMinutes: stage.status === 'completed' ? stage.minutes : null,
    servicesDisrupted: stage.status === 'completed' ? stage.servicesDisrupted : null,
    told: stage.status === 'running' ? (stage.told ?? null) : null,
    cancelledBecause: stage.status === 'cancelled' ? stage.reason : null,
    flags: flagsOf(maintenance),
  };
}

/** What a reader should notice about a window. */
function flagsOf(maintenance: Maintenance): string[] {
  const { stage } = maintenance;
  const flags: string[] = [];
  if (maintenance.additional) flags.push('additional');
  if (maintenance.reclassifiedServices) flags.push('reclassified');
  if (stage.status === 'completed') {
    if (stage.unexpectedCoreDisruption) flags.push('unexpected-core-disruption');
    if (isBefore(maintenance.end, stage.endedAt)) flags.push('overran');
  }
  return flags;
}

const byStart = (a: Maintenance, b: Maintenance): number =>
  a.start.localeCompare(b.start) || a.maintenanceId.localeCompare(b.maintenanceId);

/** A month as it is read: its schedule, its budget, and its windows, the cancelled ones too. */
export function monthView(calendar: Calendar, name: string): Record<string, unknown> {
  const month = calendar.month(name);
  const counted = calendar.countedAround(name);
  const used = usage(name, counted);
  const limits = monthLimits(name, calendar.derogations);
  const general =
    limits.general === null ? {} : { general: { minutes: { ...used.general.minutes, limit: limits.general } } };
  const ssi = limits.ssi === null ? {} : { ssi: { minutes: { ...used.ssi.minutes, limit: limits.ssi } } };
  return {
    month: name,
    status: month.publication.status,
    version: versionOf(month),
    rulebook: limits.rulebook,
    publication: publicationView(calendar, month),
    budget: {
      high: {
        windows: { ...used.high.windows, limit: limits.high.windows },
        minutes: { ...used.high.minutes, limit: limits.high.minutes },
      },
      low: {
        windows: { ...used.low.windows, limit: limits.low.windows },
        minutesEach: { limit: limits.low.minutesEach },
      },
      ...general,
      ...ssi,
      derogations: limits.references,
      perProvider: perProvider(calendar, name),
    },
    maintenance: [...month.maintenance.values()].sort(byStart).map(maintenanceView),
  };
}

/** The entity tag of a month, for `ETag` and `If-Match`. */
export const monthEtag = (calendar: Calendar, month: string): string => etagOf(monthView(calendar, month));

/** Compliance as judged by what was known when the schedule was published, and the same restated with what is known now. */
function publicationView(calendar: Calendar, month: Month): Record<string, unknown> {
  const { publication } = month;
  const first = firstOfMonth(month.month);
  const { latest, latestWorkingDay } = latestNotice(calendar.days, first, SCHEDULE_NOTICE_DAYS);
  if (publication.status === 'draft')
    return { latestCompliantDate: latest, latestWorkingDay, publishedAt: null, compliant: null };
  return {
    latestCompliantDate: publication.latestCompliantDate,
    publishedAt: publication.publishedAt,
    compliant: publication.compliant,
    marginWorkingDays: publication.marginWorkingDays,
    restatedMarginWorkingDays: clearWorkingDays(
      calendar.daysSince(publication.publishedAt),
      localDate(publication.publishedAt),
      first,
    ),
    lateReason: publication.lateReason ?? null,
  };
}

/** Windows and minutes in which each provider works, counted as the budget counts them: a shadow of the limits, none itself. */
function perProvider(calendar: Calendar, name: string): Record<string, unknown>[] {
  const usages = new Map<string, { windows: number; minutes: number }>();
  for (const maintenance of around(calendar, name)) {
    const interval = countedInterval(maintenance);
    if (maintenance.stage.status === 'cancelled' || monthOf(interval.start) !== name) continue;
    const minutes = elapsedMinutes(interval);
    for (const provider of new Set(maintenance.activities.map((activity) => activity.serviceProvider))) {
      const key = `${provider} ${maintenance.impact}`;
      const sum = usages.get(key) ?? { windows: 0, minutes: 0 };
      usages.set(key, { windows: sum.windows + 1, minutes: sum.minutes + minutes });
    }
  }
  return [...usages]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, sum]) => ({
      serviceProvider: key.slice(0, key.lastIndexOf(' ')),
      impact: key.slice(key.lastIndexOf(' ') + 1),
      ...sum,
    }));
}

/** The windows of a month and its neighbours: what was planned for one of those can have begun in this one. */
const around = (calendar: Calendar, name: string): Maintenance[] =>
  [previousMonth(name), name, nextMonth(name)].flatMap((month) => [...calendar.month(month).maintenance.values()]);

/** One issue of a month's schedule, as H8.4 asks: activity, services, time and duration, risk to return. */
export const versionView = (month: string, version: ScheduleVersion): Record<string, unknown> => ({
  month,
  version: version.version,
  issuedAt: version.issuedAt,
  because: version.because,
  maintenance: version.maintenance.map((maintenance) => ({
    maintenanceId: maintenance.maintenanceId,
    impact: maintenance.impact,
    start: maintenance.start,
    end: maintenance.end,
    startLocal: localTime(maintenance.start),
    endLocal: localTime(maintenance.end),
    minutes: elapsedMinutes(maintenance),
    services: servicesOf(maintenance),
    activities: maintenance.activities,
    riskToReturn: maintenance.riskToReturn,
    ssiOutageMinutes: plannedSsiOutage(maintenance),
  })),
});

/**
 * What changed from one issue to another: added, moved, otherwise changed, and cancelled. A window that left for another
 * month was moved, not cancelled; in the month that it entered it was added.
 */
export function diffView(from: ScheduleVersion, to: ScheduleVersion): Record<string, unknown> {
  const before = new Map(from.maintenance.map((one) => [one.maintenanceId, one]));
  const after = new Map(to.maintenance.map((one) => [one.maintenanceId, one]));
  const both = [...after.values()].flatMap((now) => {
    const then = before.get(now.maintenanceId);
    return then ? [{ then, now }] : [];
  });
  const time = ({ start, end }: Interval): Interval => ({ start, end });
  const moved = both.filter(({ then, now }) => then.start !== now.start || then.end !== now.end);
  const gone = [...before.values()].filter((one) => !after.has(one.maintenanceId));
  const departures = gone.flatMap((then) => {
    const departure = to.left.get(then.maintenanceId);
    return departure ? [{ then, departure }] : [];
  });
  const statement = (one: Maintenance): string =>
    JSON.stringify([one.impact, servicesOf(one), one.activities, one.riskToReturn]);
  return {
    from: from.version,
    to: to.version,
    added: [...after.values()].filter((one) => !before.has(one.maintenanceId)).map(entry),
    moved: [
      ...moved.map(({ then, now }) => ({ maintenanceId: now.maintenanceId, from: time(then), to: time(now) })),
      ...departures.map(({ then, departure }) => ({
        maintenanceId: then.maintenanceId,
        from: time(then),
        to: time(departure),
        toMonth: departure.toMonth,
      })),
    ],
    changed: both
      .filter(({ then, now }) => statement(then) !== statement(now))
      .map(({ then, now }) => ({ maintenanceId: now.maintenanceId, from: entry(then), to: entry(now) })),
    cancelled: gone.filter((one) => !to.left.has(one.maintenanceId)).map(entry),
  };
}

const entry = (maintenance: Maintenance): Record<string, unknown> => ({
  maintenanceId: maintenance.maintenanceId,
  impact: maintenance.impact,
  start: maintenance.start,
  end: maintenance.end,
  services: servicesOf(maintenance),
  activities: maintenance.activities,
  riskToReturn: maintenance.riskToReturn,
});
