import type { Static } from 'typebox';
import * as calendar from '../../src/calendar/events.js';
import type { FindingData } from '../../src/commands/fact-fields.js';
import { DerogationGranted } from '../../src/panel/events.js';
import { BankHolidayRecorded } from '../../src/register/events.js';
import type { Activity, Impact } from '../../src/rulebook/classification.js';
import * as unplanned from '../../src/unplanned/events.js';
import { activity, CORE, SSI } from './calendar.js';
import { londonMonth, minutesBetween, type Told } from './told-log.js';

export type FindingFact = Static<typeof FindingData>;

const reckoning = (findings: readonly FindingFact[] = []): { rulebook: string; findings: FindingFact[] } => ({
  rulebook: 'MP092',
  findings: [...findings],
});

const inMonth = (month: string, fact: Told['fact'], occurredAt?: string): Told => ({
  stream: `month-${month}`,
  fact,
  occurredAt,
});

/** What a window is made of in a test; Low Impact work of DSP on the SSI, unless said otherwise. */
export interface WindowFact {
  readonly maintenanceId: string;
  readonly start: string;
  readonly end: string;
  readonly impact?: Impact;
  readonly activities?: readonly Activity[];
}

export const planOf = ({
  maintenanceId,
  start,
  end,
  impact = 'Low',
  activities,
}: WindowFact): calendar.PlannedMaintenance => ({
  maintenanceId,
  impact,
  reasons: [impact === 'High' ? 'core-disrupted' : 'non-core'],
  start,
  end,
  activities: [...(activities ?? [activity(impact === 'High' ? CORE : SSI)])],
  riskToReturn: 'None known',
  reclassifiedServices: null,
});

/** A window is planned. */
export const scheduled = (window: WindowFact, more: { additional?: boolean; findings?: FindingFact[] } = {}): Told =>
  inMonth(
    londonMonth(window.start),
    calendar.MaintenanceScheduled.of({
      month: londonMonth(window.start),
      maintenance: planOf(window),
      additional: more.additional ?? false,
      reckoning: reckoning(more.findings),
    }),
  );

/** A month's schedule is published. */
export const published = (
  month: string,
  more: { margin?: number; lateReason?: string; latestCompliantDate?: string } = {},
): Told => {
  const { margin = 25, lateReason, latestCompliantDate = `${month}-01` } = more;
  const compliant = margin >= 20;
  return inMonth(
    month,
    calendar.MonthlySchedulePublished.of({
      month,
      version: 1,
      compliant,
      latestCompliantDate,
      marginWorkingDays: margin,
      ...(lateReason === undefined ? {} : { lateReason }),
      reckoning: reckoning([
        {
          rule: 'H8.4',
          outcome: compliant ? 'pass' : 'breach',
          detail: `${String(margin)} clear Working Days`,
          limit: 20,
          value: margin,
        },
      ]),
    }),
  );
};

/** The schedule is reissued. */
export const reissued = (month: string, version: number, because: string, maintenanceId: string, margin = 12): Told =>
  inMonth(month, calendar.ScheduleReissued.of({ month, version, because, maintenanceId, marginWorkingDays: margin }));

/** A window is moved: one fact, or two where it changes its month. */
export const moved = (
  window: WindowFact,
  to: { readonly start: string; readonly end: string },
  findings: FindingFact[] = [],
): Told[] => {
  const [fromMonth, toMonth] = [londonMonth(window.start), londonMonth(to.start)];
  const left = inMonth(
    fromMonth,
    calendar.MaintenanceRescheduled.of({
      maintenanceId: window.maintenanceId,
      fromMonth,
      toMonth,
      from: { start: window.start, end: window.end },
      to,
      reason: 'A clash',
      reckoning: reckoning(findings),
    }),
  );
  if (fromMonth === toMonth) return [left];
  const maintenance = planOf({ ...window, ...to });
  return [left, inMonth(toMonth, calendar.MaintenanceMovedIn.of({ month: toMonth, fromMonth, maintenance }))];
};

/** A window is cancelled. */
export const cancelled = (month: string, maintenanceId: string): Told =>
  inMonth(month, calendar.MaintenanceCancelled.of({ month, maintenanceId, reason: 'Not needed' }));

/** Work is added to a window. */
export const activityAdded = (
  month: string,
  maintenanceId: string,
  added: Activity,
  findings: FindingFact[] = [],
): Told =>
  inMonth(
    month,
    calendar.MaintenanceActivityAdded.of({ month, maintenanceId, activity: added, reckoning: reckoning(findings) }),
  );

/** A window's class is computed again. */
export const reclassified = (month: string, maintenanceId: string, to: Impact, findings: FindingFact[] = []): Told =>
  inMonth(
    month,
    calendar.MaintenanceReclassified.of({
      month,
      maintenanceId,
      from: to === 'High' ? 'Low' : 'High',
      to,
      reasons: [to === 'High' ? 'core-disrupted' : 'non-core'],
      services: [{ service: to === 'High' ? CORE : SSI, effect: 'disrupted' }],
      rationale: 'Seen on review',
      reckoning: reckoning(findings),
    }),
  );

/** Work in a window begins. */
export const started = (month: string, maintenanceId: string, at: string, findings: FindingFact[] = []): Told =>
  inMonth(month, calendar.MaintenanceStarted.of({ month, maintenanceId, at, reckoning: reckoning(findings) }), at);

/** Work in a window ends. */
export const completed = (
  month: string,
  maintenanceId: string,
  actual: { start: string; end: string; ssi?: number; disrupted?: string[]; unexpected?: boolean },
  findings: FindingFact[] = [],
): Told =>
  inMonth(
    month,
    calendar.MaintenanceCompleted.of({
      month,
      maintenanceId,
      actualStart: actual.start,
      actualEnd: actual.end,
      minutes: minutesBetween(actual.start, actual.end),
      ssiOutageMinutes: actual.ssi ?? 0,
      servicesDisrupted: actual.disrupted ?? [],
      unexpectedCoreDisruption: actual.unexpected ?? false,
      reckoning: reckoning(findings),
    }),
    actual.end,
  );

/** Unplanned Maintenance is declared. */
export const declared = (
  unplannedId: string,
  start: string,
  more: { awareAt?: string; notifiedAt?: string; before?: boolean; findings?: FindingFact[] } = {},
): Told => ({
  stream: `unplanned-${unplannedId}`,
  occurredAt: start,
  fact: unplanned.UnplannedMaintenanceDeclared.of({
    unplannedId,
    awareAt: more.awareAt ?? start,
    notifiedAt: more.notifiedAt ?? start,
    start,
    expectedEnd: Temporal.Instant.from(start).add({ hours: 2 }).toString(),
    emergency: false,
    activities: [activity(SSI)],
    riskToReturn: 'None known',
    month: londonMonth(start),
    plannedBeforeMonth: more.before ?? false,
    reckoning: reckoning(more.findings),
  }),
});

/** Unplanned Maintenance is over. */
export const ended = (
  unplannedId: string,
  actual: { start: string; end: string; ssi?: number },
  findings: FindingFact[] = [],
): Told => ({
  stream: `unplanned-${unplannedId}`,
  occurredAt: actual.end,
  fact: unplanned.UnplannedMaintenanceEnded.of({
    unplannedId,
    start: actual.start,
    end: actual.end,
    minutes: minutesBetween(actual.start, actual.end),
    ssiOutageMinutes: actual.ssi ?? 0,
    servicesDisrupted: [],
    reckoning: reckoning(findings),
  }),
});

/** The Panel agrees otherwise on H8.3(c). */
export const derogated = (derogationId: string, from: string, to: string | null, highMinutes?: number): Told => ({
  stream: `derogation-${derogationId}`,
  fact: DerogationGranted.of({
    derogationId,
    clauses: ['H8.3(c)'],
    ...(highMinutes === undefined ? {} : { limits: { highMinutes } }),
    from,
    to,
    reference: `SECP-${derogationId}`,
    reason: 'A peak',
  }),
});

/** A bank holiday is recorded. */
export const holiday = (date: string, announcedOn: string): Told => ({
  stream: `bank-holidays-${date.slice(0, 4)}`,
  fact: BankHolidayRecorded.of({ date, name: 'Extra', announcedOn, jurisdiction: 'england-and-wales' }),
});

/** The reports, as their addresses name them. */
export const REPORTS = [
  'ssi-outage',
  'change-performance',
  'throughput',
  'maintenance-performance',
  'high-impact-minutes',
  'unexpected-core-disruption',
  'notice',
];
