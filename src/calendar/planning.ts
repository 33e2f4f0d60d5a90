import { accept, conflict, invalid, refuse, type Decision, type Write } from '../commands/decision.js';
import { idFrom, type Context } from '../commands/act.js';
import {
  classify,
  isCore,
  SSI,
  weighClassification,
  type Activity,
  type AffectedService,
  type Impact,
} from '../rulebook/classification.js';
import { firstRefused, type Finding } from '../rulebook/finding.js';
import { weighLimits } from '../rulebook/limits.js';
import type { CountedWindow } from '../rulebook/usage.js';
import { addMinutes, elapsedMinutes, localDate, localTime, monthOf, type Interval } from '../rulebook/local-time.js';
import { weighNotice } from '../rulebook/notice.js';
import { overlaps } from '../rulebook/overlaps.js';
import { weighPreferences } from '../rulebook/preferences.js';
import { reckoning } from '../rulebook/reckoning.js';
import { candidateIntervals, type SuggestionSearch } from '../rulebook/suggestions.js';
import { clearWorkingDays } from '../rulebook/working-days.js';
import type { Reading } from '../commands/reading.js';
import { readCalendar, type Calendar } from './calendar.js';
import { monthEtag } from './month-view.js';
import { MaintenanceScheduled, ScheduleReissued, type PlannedMaintenance } from './events.js';
import { isMigrationOnly, servicesOf, versionOf, type Month } from './month.js';

/** A window as a scheduler asks for it; instants in UTC. */
export interface MaintenanceCommand extends Interval {
  readonly maintenanceId?: string | undefined;
  /** The class that the person expects; the computed one decides. */
  readonly expectedImpact?: Impact | undefined;
  readonly activities: readonly Activity[];
  readonly riskToReturn: string;
}

/** What planning a window reads: the calendar, and whether the id is taken. */
export interface PlanningState {
  readonly calendar: Calendar;
  isTaken(maintenanceId: string): boolean;
}

/** How planning a window reads and tags what it acts on; the part that the planning commands share. */
export const planning = {
  load: (command: MaintenanceCommand, reading: Reading, context: Context): PlanningState => ({
    calendar: readCalendar(reading, context, [command.start]),
    isTaken: (maintenanceId) => reading.claimed(`maintenance/${maintenanceId}`) !== undefined,
  }),
  etag: (state: PlanningState, command: MaintenanceCommand): string =>
    monthEtag(state.calendar, monthOf(command.start)),
};

/** A window that somebody would plan, move or change. */
export interface Proposal extends Interval {
  readonly maintenanceId: string;
  readonly impact: Impact;
  readonly activities: readonly Activity[];
  readonly reclassifiedServices: readonly AffectedService[] | null;
}

/** Which notice gates the plan: the lead time before publication, that of an additional window, or none (H8.5). */
export type NoticePhase = 'before-publication' | 'additional' | 'none';

/** The notice that applies to what is planned in a month: it depends on whether its schedule is out. */
export const noticePhase = (month: Month): NoticePhase =>
  month.publication.status === 'published' ? 'additional' : 'before-publication';

/** What the rules of H8.3 and the notice say of a proposal. */
export interface Weighed {
  readonly findings: readonly Finding[];
  /** Windows of the same impact that it would overlap. */
  readonly overlapping: readonly CountedWindow[];
}

/** Weighs a proposed window against every limit of H8.3 and the notice that applies. */
export function weighPlan(calendar: Calendar, proposal: Proposal, phase: NoticePhase, now: string): Weighed {
  const services = servicesOf(proposal);
  const window: CountedWindow = {
    maintenanceId: proposal.maintenanceId,
    impact: proposal.impact,
    start: proposal.start,
    end: proposal.end,
    affectsSsi: services.some(({ service }) => service === SSI),
  };
  const others = calendar.countedAround(monthOf(proposal.start), proposal.maintenanceId);
  const { same, otherImpact } = overlaps(window, others);
  const notice = phase === 'none' ? [] : [weighProposalNotice(calendar, proposal, phase, now)];
  return {
    overlapping: same,
    findings: [
      ...weighLimits({ window, others, derogations: calendar.derogations, as: 'intention' }),
      ...notice,
      ...weighPreferences(window, { coreAffected: services.some(({ service }) => isCore(service)) }),
      ...otherImpact.map((other): Finding => ({
        rule: window.impact === 'High' ? 'H8.3(c)' : 'H8.3(d)',
        outcome: 'warning',
        detail: `overlaps the ${other.impact} Impact window ${other.maintenanceId}: High and Low Impact work at the same time`,
      })),
      ...others
        .filter((other) => other.impact === window.impact && (other.end === window.start || other.start === window.end))
        .map((other): Finding => ({
          rule: window.impact === 'High' ? 'H8.3(c)' : 'H8.3(d)',
          outcome: 'warning',
          detail: `adjoins the ${other.impact} Impact window ${other.maintenanceId} without a break`,
        })),
    ],
  };
}

/** The notice that a proposal needs (H8.4, H8.4A, AL 3.1(c)), as a finding. */
function weighProposalNotice(
  calendar: Calendar,
  proposal: Proposal,
  phase: Exclude<NoticePhase, 'none'>,
  now: string,
): Finding {
  return weighNotice({
    phase,
    impact: proposal.impact,
    migrationOnly: isMigrationOnly(proposal.activities),
    start: proposal.start,
    now,
    days: calendar.days,
  }).finding;
}

/** Refuses, or reports the overlap, where the weighing found something in the way; undefined where it did not. */
export function objection(weighed: Weighed, before: readonly Finding[] = []): Decision | undefined {
  const findings = [...before, ...weighed.findings];
  const [first] = weighed.overlapping;
  if (first)
    return {
      ...conflict(
        'overlap',
        `overlaps the ${first.impact} Impact window ${first.maintenanceId} (${localTime(first.start)} to ${localTime(first.end)}): ` +
          'that is one window, and the work is an activity in it (AddActivity)',
      ),
      findings,
    };
  return firstRefused(findings) === undefined ? undefined : refuse(findings);
}

/** Plans one window, or says what stands in the way. `additionTo`: the class that `Add…ImpactWindow` asks for. */
export function planWindow(
  state: PlanningState,
  command: MaintenanceCommand,
  context: Context,
  addition?: Impact,
): Decision {
  const { calendar } = state;
  const { now } = context;
  const maintenanceId = command.maintenanceId ?? idFrom('M', context);
  if (state.isTaken(maintenanceId)) return conflict('id-taken', `the maintenanceId ${maintenanceId} is taken`);

  const contradiction = outageBeyondWindow(command, command.activities);
  if (contradiction) return contradiction;
  if (addition && command.expectedImpact && command.expectedImpact !== addition)
    return invalid('/expectedImpact', `this command adds a ${addition} Impact window`);
  const classFindings = weighClassification(command.activities, addition ?? command.expectedImpact);
  const classification = classify(command.activities);
  if (!classification.planned) return refuse(classFindings);
  const wrongClass = firstRefused(classFindings) !== undefined;

  const month = calendar.month(monthOf(command.start));
  const published = month.publication.status === 'published';
  if (published && !addition && !wrongClass)
    return conflict(
      'schedule-published',
      `the schedule of ${month.month} is published: a further window is an additional one (Add${classification.impact}ImpactWindow)`,
    );

  const { impact, reasons } = classification;
  const { start, end, riskToReturn } = command;
  const activities = [...command.activities];
  const proposal = { maintenanceId, impact, start, end, activities, reclassifiedServices: null };
  const weighed = weighPlan(calendar, proposal, noticePhase(month), now);
  const findings = [...classFindings, ...weighed.findings];
  if (wrongClass) return refuse(findings);
  const objected = objection(weighed, classFindings);
  if (objected) return objected;

  const maintenance: PlannedMaintenance = { ...proposal, reasons, riskToReturn };
  const reissued = reissue(calendar, month, 'MaintenanceScheduled', maintenance, now);
  return accept(
    [
      {
        stream: `month-${month.month}`,
        fact: MaintenanceScheduled.of({
          month: month.month,
          maintenance,
          additional: published,
          reckoning: reckoning(start, findings),
        }),
      },
      ...reissued.writes,
    ],
    { maintenanceId, month: month.month, impact, reasons, ...(published ? { version: reissued.version } : {}) },
    findings,
  );
}

/** An SSI outage cannot be planned longer than the window that holds it. `fieldOf`: the field of an activity that says so. */
export function outageBeyondWindow(
  window: Interval,
  activities: readonly Activity[],
  fieldOf = (index: number): string => `/activities/${String(index)}/ssiOutageMinutes`,
): Decision | undefined {
  const minutes = elapsedMinutes(window);
  for (const [index, { ssiOutageMinutes }] of activities.entries())
    if (ssiOutageMinutes > minutes)
      return invalid(
        fieldOf(index),
        `an SSI outage of ${String(ssiOutageMinutes)} minutes is longer than the window, which lasts ${String(minutes)} minutes`,
      );
  return undefined;
}

/** The reissue that a change to a published month makes necessary (H8.4A); nothing for a draft. */
export function reissue(
  calendar: Calendar,
  month: Month,
  because: string,
  window: { readonly maintenanceId: string; readonly start: string },
  now: string,
): { readonly version: number; readonly writes: readonly Write[] } {
  if (month.publication.status === 'draft') return { version: 0, writes: [] };
  const version = versionOf(month) + 1;
  return {
    version,
    writes: [
      {
        stream: `month-${month.month}`,
        fact: ScheduleReissued.of({
          month: month.month,
          version,
          because,
          maintenanceId: window.maintenanceId,
          marginWorkingDays: clearWorkingDays(calendar.days, localDate(now), localDate(window.start)),
        }),
      },
    ],
  };
}

/** How many lawful alternatives a refusal names, and how many nights ahead it looks for them. */
const SUGGESTIONS = 3;
const NIGHTS_AHEAD = 100;

/**
 * Decides for the time asked for; where time is what stands in the way, names the next times at which the same command
 * is accepted, soonest first: as long as was asked for or, where no night has room for that, as long as can be. Each has
 * been decided itself, so every suggestion holds. `from` is the first local date to look at, where that is not the date
 * asked for.
 */
export function withSuggestions(
  { derogations }: Calendar,
  requested: Interval,
  now: string,
  decide: (interval: Interval) => Decision,
  from?: string,
): Decision {
  const decision = decide(requested);
  const rule = decision.kind === 'refused' ? firstRefused(decision.findings) : undefined;
  const timeMatters =
    (decision.kind === 'conflict' && decision.code === 'overlap') ||
    (rule !== undefined && rule !== 'A.PlannedMaintenance' && rule !== 'A.Classification');
  if ((decision.kind !== 'refused' && decision.kind !== 'conflict') || !timeMatters) return decision;
  const search = { notBefore: localDate(now), from, nights: NIGHTS_AHEAD, derogations };
  const found = nextAccepted(requested, search, decide);
  const [first] = found;
  if (!first || elapsedMinutes(first) === elapsedMinutes(requested)) return { ...decision, suggestions: found };
  // Shorter ones were looked for once a week. Now that the length is known, every night is worth a look.
  const shorter = { start: requested.start, end: addMinutes(requested.start, elapsedMinutes(first)) };
  return { ...decision, suggestions: nextAccepted(shorter, search, decide) };
}

/** The first candidates that are accepted, all of one length. */
function nextAccepted(
  requested: Interval,
  search: SuggestionSearch,
  decide: (interval: Interval) => Decision,
): Interval[] {
  const suggestions: Interval[] = [];
  for (const interval of candidateIntervals(requested, search)) {
    const [first] = suggestions;
    if (first && elapsedMinutes(interval) < elapsedMinutes(first)) break;
    if (decide(interval).kind === 'accepted') suggestions.push(interval);
    if (suggestions.length === SUGGESTIONS) break;
  }
  return suggestions;
}
