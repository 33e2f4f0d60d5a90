import { classify, isCore, type AffectedService, type Impact } from './classification.js';
import type { Finding } from './finding.js';
import { isBefore, localTime, type Interval } from './local-time.js';
import { riskScore } from './risk-calculator.js';
import { weighSsiOutage } from './ssi-outage.js';

/** How a change is handled: `standard` is pre-authorised, `latent` was recorded after the fact. */
export const CHANGE_CLASSES = ['standard', 'normal', 'emergency', 'latent', 'no-impact'] as const;
export type ChangeClass = (typeof CHANGE_CLASSES)[number];

/** What the rules ask about a change. */
export interface PlannedWork {
  readonly environment: string;
  readonly services: readonly AffectedService[];
}

/** What the Change Risk Calculator asks besides. */
export interface AssessableWork extends PlannedWork {
  readonly consumerAffecting: boolean;
  readonly complexity: 'high' | 'low';
  /** Expected; minutes. */
  readonly downtimeMinutes: number;
}

/** What a change needs, computed from what it affects. */
export interface Assessment {
  /** Class of the window that it needs; null where it needs none. */
  readonly impact: Impact | null;
  readonly needsWindow: boolean;
  /** The Change Risk Calculator's two forms; advisory, they decide nothing. */
  readonly risk: { readonly product: number; readonly additive: number };
}

/** The class of window that a change needs (Section A); null: it is not Planned Maintenance, and needs none. */
export function impactOf({ environment, services }: PlannedWork): Impact | null {
  const classification = classify([
    {
      description: '',
      serviceProvider: '',
      services: [...services],
      environment,
      // A change does not say how many hubs it affects: unknown counts as at or above the threshold.
      hubsAffected: null,
      ssiOutageMinutes: 0,
      requiresUserChange: false,
      ssiImprovement: false,
      migrationSystems: false,
      changeIds: [],
    },
  ]);
  return classification.planned ? classification.impact : null;
}

/** Assesses a change: its class and its risk are computed, never typed in (H8.3(a)). */
export function assess(work: AssessableWork): Assessment {
  const impact = impactOf(work);
  const { consumerAffecting, complexity, downtimeMinutes } = work;
  const core = work.services.some(({ service }) => isCore(service));
  const { product, additive } = riskScore({ core, consumerAffecting, complexity, downtimeMinutes });
  return { impact, needsWindow: impact !== null, risk: { product, additive } };
}

/** Whether somebody must agree to a change of this class: standard and no-impact changes are pre-authorised. */
export const needsApproval = (changeClass: ChangeClass): boolean =>
  changeClass !== 'standard' && changeClass !== 'no-impact';

/**
 * MP92-DT7, segregation of duties: whoever raised a change may not approve it. The same person is the same opaque id: of
 * a key, or of a person whom an imported schedule named.
 */
export function weighApprover(raisedBy: string, approvedBy: string): Finding {
  return raisedBy === approvedBy
    ? {
        rule: 'MP92-DT7',
        outcome: 'refused',
        detail: 'whoever raised a change may not approve it: somebody else must',
      }
    : { rule: 'MP92-DT7', outcome: 'pass', detail: 'raised by one person, to be approved by another' };
}

/** Whether and when somebody agreed to a change. */
export type Verdict =
  { readonly verdict: 'approved'; readonly at: string } | { readonly verdict: 'rejected'; readonly at: string } | null;

/**
 * MP92-DT7 for a change that has been made: a normal change needs its approval before it begins, and a rejected one is
 * not made at all; otherwise it is a breach. An emergency change that is not approved yet is a warning, and a latent one
 * passes: both can be approved afterwards.
 */
export function weighAuthority(changeClass: ChangeClass, verdict: Verdict, began: string): Finding {
  const finding = (outcome: Finding['outcome'], detail: string): Finding => ({ rule: 'MP92-DT7', outcome, detail });
  if (verdict?.verdict === 'rejected') return finding('breach', 'the change was made although it had been rejected');
  if (verdict && (changeClass !== 'normal' || !isBefore(began, verdict.at)))
    return finding('pass', 'the change was approved by somebody other than who raised it');
  switch (changeClass) {
    case 'standard':
    case 'no-impact':
      return finding('pass', `a ${changeClass} change needs no approval`);
    case 'latent':
      return finding('pass', 'a latent change is recorded after the fact, and may be approved afterwards');
    case 'emergency':
      return finding('warning', 'the emergency change has not been approved yet; it may be afterwards');
    case 'normal':
      return finding(
        'breach',
        verdict
          ? `the change began at ${localTime(began)}, before it was approved at ${localTime(verdict.at)}`
          : 'the change was made without an approval',
      );
  }
}

/**
 * Whether a change can be placed in a window: only work in production (A.PlannedMaintenance), and what affects a core
 * service only in a High Impact window (A.Classification). A service that the window does not state is a warning, for
 * the schedule names those that are affected (H8.4(b)).
 */
export function weighPlacing(
  work: PlannedWork,
  window: { readonly impact: Impact; readonly services: readonly AffectedService[] },
): Finding[] {
  if (work.environment !== 'production')
    return [
      {
        rule: 'A.PlannedMaintenance',
        outcome: 'refused',
        detail: `it is done in the environment ${work.environment}: only what is done in production is placed in a window`,
        value: work.environment,
        limit: 'production',
      },
    ];
  const core = work.services.map(({ service }) => service).filter(isCore);
  const unstated = work.services
    .map(({ service }) => service)
    .filter((service) => !window.services.some((stated) => stated.service === service));
  const classified: Finding =
    core.length > 0 && window.impact === 'Low'
      ? {
          rule: 'A.Classification',
          outcome: 'refused',
          detail: `it affects ${core.join(', ')}: what affects a core service is placed in a High Impact window only`,
          limit: 'High',
          value: window.impact,
        }
      : {
          rule: 'A.Classification',
          outcome: 'pass',
          detail: `a ${window.impact} Impact window holds what affects ${core.length > 0 ? 'a core service' : 'no core service'}`,
          value: window.impact,
        };
  return [
    classified,
    ...(unstated.length === 0
      ? []
      : [
          {
            rule: 'H8.4' as const,
            outcome: 'warning' as const,
            detail: `the window does not state that ${unstated.join(', ')} is affected`,
          },
        ]),
  ];
}

/** A change that was made: when, and where it had been placed. */
export interface MadeWork extends PlannedWork, Interval {
  readonly changeClass: ChangeClass;
  readonly verdict: Verdict;
  /** Minutes for which the Self-Service Interface was in fact out. */
  readonly ssiOutageMinutes: number;
  /** The window in which it was placed, as it was told and with the class it has now; null where it was placed in none. */
  readonly window: (Interval & { readonly impact: Impact; readonly cancelled: boolean }) | null;
}

/** Weighs a change that has been made. Nothing of it is ever refused: it has happened. */
export const weighMade = (work: MadeWork): Finding[] => [
  weighAuthority(work.changeClass, work.verdict, work.start),
  ...weighTimes(work),
  ...weighWindowClass(work),
  ...weighSsiOutage(work.ssiOutageMinutes, work),
];

/**
 * A.Classification: a window can be reclassified after a change that affects a core service was placed in it. Made in what
 * has become a Low Impact window, the change is a breach.
 */
function weighWindowClass({ window, services }: MadeWork): Finding[] {
  const core = services.map(({ service }) => service).filter(isCore);
  if (core.length === 0 || window?.impact !== 'Low' || window.cancelled) return [];
  return [
    {
      rule: 'A.Classification',
      outcome: 'breach',
      detail: `it affects ${core.join(', ')}, and its window was reclassified to Low Impact`,
      limit: 'High',
      value: window.impact,
    },
  ];
}

/**
 * H8.7: a change that began outside the window that was told for it is a breach, one that ended after it a warning, as
 * for the window itself. One that affects services and was in no window is a warning: it was Planned Maintenance
 * (Section A) that no schedule held. An emergency change is expected to be in none.
 */
function weighTimes({ changeClass, window, start, end, ...work }: MadeWork): Finding[] {
  const finding = (outcome: Finding['outcome'], detail: string, value: string, limit: string): Finding[] => [
    { rule: 'H8.7', outcome, detail, value: localTime(value), limit: localTime(limit) },
  ];
  if (!window)
    return impactOf(work) === null || changeClass === 'emergency'
      ? []
      : [
          {
            rule: 'A.PlannedMaintenance',
            outcome: 'warning',
            detail: 'it affected services in production, and was placed in no maintenance window',
          },
        ];
  if (window.cancelled)
    return finding('breach', 'the window in which it was placed had been cancelled', start, window.start);
  if (isBefore(start, window.start))
    return finding(
      'breach',
      `began at ${localTime(start)}, before its window, which begins at ${localTime(window.start)}`,
      start,
      window.start,
    );
  if (!isBefore(start, window.end))
    return finding(
      'breach',
      `began at ${localTime(start)}, after its window, which ends at ${localTime(window.end)}`,
      start,
      window.end,
    );
  if (isBefore(window.end, end))
    return finding(
      'warning',
      `ended at ${localTime(end)}, after its window, which ends at ${localTime(window.end)}`,
      end,
      window.end,
    );
  return [{ rule: 'H8.7', outcome: 'pass', detail: 'it was made within the window that was told for it' }];
}
