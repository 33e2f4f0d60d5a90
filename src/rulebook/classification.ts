import type { Finding } from './finding.js';

/** How a service is affected: it will be disrupted, or there is a Material Risk that it will be. */
export type Effect = 'disrupted' | 'material-risk';

/** A service, by its slug, and how it is affected. */
export interface AffectedService {
  service: string;
  effect: Effect;
}

/** One piece of work in a maintenance window, of one service provider. */
export interface Activity {
  description: string;
  serviceProvider: string;
  services: AffectedService[];
  /** Minutes of the window in which the Self-Service Interface is expected to be out. */
  ssiOutageMinutes: number;
  /** Communications Hubs affected; null when unknown, which counts as at or above the threshold. */
  hubsAffected: number | null;
  /** Whether Users must change something for it. */
  requiresUserChange: boolean;
  /** Whether it is a Service Improvement to the Self-Service Interface. */
  ssiImprovement: boolean;
  /** Whether it is work on DCC Migration Systems (Appendix AL 3.1(c)). */
  migrationSystems: boolean;
  /** `production`, or an environment whose work is never Planned Maintenance. */
  environment: string;
  changeIds: string[];
}

/** The category of Planned Maintenance (H8.3(a)). */
export type Impact = 'High' | 'Low';

/** The services whose disruption makes maintenance High Impact (Section A, "Planned Maintenance", a). */
export const CORE_SERVICES: readonly string[] = [
  'end-to-end-communications',
  'install-and-commission',
  'smets1-migrations',
];

/** The Self-Service Interface: non-core. */
export const SSI = 'self-service-interface';

/** The Communications Hubs from which work on services to their Devices is Planned Maintenance (Section A). */
export const HUB_THRESHOLD = 100_000;

/** Why maintenance has its class. */
export type ClassReason = 'core-disrupted' | 'core-at-risk' | 'user-change' | 'non-core';

/** The class of maintenance as computed, with its reasons; or which activity is not Planned Maintenance, and why. */
export type Classification =
  { planned: true; impact: Impact; reasons: ClassReason[] } | { planned: false; activity: number; reason: string };

/** Whether a service is one of the core services. */
export function isCore(service: string): boolean {
  return CORE_SERVICES.includes(service);
}

/**
 * Section A "Planned Maintenance", H8.3(a): computes the class of the maintenance that these activities make up. One
 * activity that is not Planned Maintenance makes the whole not planned, and is named by its index.
 *
 * Readings: a core service at Material Risk is High too, since the definition's head covers risk and Low excludes the
 * core services altogether. The "services to Devices on Communications Hubs" of the hub threshold are the core ones: an
 * activity that also affects another service, such as the Self-Service Interface, is Planned Maintenance whatever its
 * hubs.
 */
export function classify(activities: readonly Activity[]): Classification {
  if (activities.length === 0) return { planned: false, activity: 0, reason: 'there is no activity' };
  for (const [index, activity] of activities.entries()) {
    const reason = whyNotPlanned(activity);
    if (reason !== undefined) return { planned: false, activity: index, reason };
  }
  return classOf(
    activities.flatMap((activity) => activity.services),
    activities.some((activity) => changesUsersOutsideSsi(activity, activity.services)),
  );
}

/**
 * H8.3(a): the class of a planned window when its affected services are replaced by this set. What its activities ask of
 * Users still counts (as a change to the SSI only where the SSI is in the new set); the hub threshold does not: the window
 * is already planned.
 */
export function reclassify(activities: readonly Activity[], services: readonly AffectedService[]): Classification {
  if (services.length === 0) return { planned: false, activity: 0, reason: 'no service is affected' };
  return classOf(
    services,
    activities.some((activity) => changesUsersOutsideSsi(activity, services)),
  );
}

/**
 * Weighs whether the activities are Planned Maintenance at all (A.PlannedMaintenance) and, where a class is expected,
 * whether it is the computed one (A.Classification). A class is never typed in: it is only compared.
 */
export function weighClassification(activities: readonly Activity[], expected?: Impact): Finding[] {
  const classification = classify(activities);
  const planned = weighPlanned(activities);
  return classification.planned
    ? [...planned, weighExpectation(classification.impact, classification.reasons, expected)]
    : planned;
}

/** Weighs whether the activities are Planned Maintenance at all (A.PlannedMaintenance). */
export function weighPlanned(activities: readonly Activity[]): Finding[] {
  const classification = classify(activities);
  return [
    classification.planned
      ? {
          rule: 'A.PlannedMaintenance',
          outcome: 'pass',
          detail: 'Every activity affects a service of the production systems: this is Planned Maintenance',
        }
      : {
          rule: 'A.PlannedMaintenance',
          outcome: 'refused',
          detail: `Activity ${classification.activity + 1} is not Planned Maintenance: ${classification.reason}. Such work belongs on the forward schedule of change`,
        },
  ];
}

/** The class of a planned window, computed again (A.Classification). */
export const classAnew = (before: Impact, impact: Impact, reasons: readonly ClassReason[]): Finding => ({
  rule: 'A.Classification',
  outcome: 'pass',
  detail: `${before} Impact before, ${impact} Impact now: ${reasons.join(', ')}`,
  value: impact,
});

function weighExpectation(impact: Impact, reasons: readonly ClassReason[], expected: Impact | undefined): Finding {
  const because = `${impact} Impact, because ${reasons.map((reason) => MEANINGS[reason]).join(' and ')}`;
  if (expected === undefined || expected === impact) {
    return { rule: 'A.Classification', outcome: 'pass', detail: `This is ${because}`, value: impact };
  }
  return {
    rule: 'A.Classification',
    outcome: 'refused',
    detail: `${expected} Impact was expected; this is ${because}`,
    limit: expected,
    value: impact,
  };
}

const MEANINGS: Record<ClassReason, string> = {
  'core-disrupted': 'a core service is disrupted',
  'core-at-risk': 'a core service is at Material Risk of disruption',
  'user-change': 'Users must change something other than for an improvement to the Self-Service Interface',
  'non-core': 'only services other than the core ones are affected',
};

function classOf(services: readonly AffectedService[], userChange: boolean): Classification {
  const core = services.filter((affected) => isCore(affected.service));
  const reasons: ClassReason[] = [];
  if (core.some((affected) => affected.effect === 'disrupted')) reasons.push('core-disrupted');
  if (core.some((affected) => affected.effect === 'material-risk')) reasons.push('core-at-risk');
  if (userChange) reasons.push('user-change');
  return reasons.length > 0
    ? { planned: true, impact: 'High', reasons }
    : { planned: true, impact: 'Low', reasons: ['non-core'] };
}

function whyNotPlanned({ services, environment, hubsAffected }: Activity): string | undefined {
  if (services.length === 0) return 'it affects no service';
  if (environment !== 'production') return `it is done in the environment ${environment}, not in production`;
  const onlyToDevices = services.every((affected) => isCore(affected.service));
  if (onlyToDevices && hubsAffected !== null && hubsAffected < HUB_THRESHOLD) {
    return `it affects only services to Devices on Communications Hubs, and ${hubsAffected} of those, fewer than ${HUB_THRESHOLD}`;
  }
  return undefined;
}

function changesUsersOutsideSsi(activity: Activity, services: readonly AffectedService[]): boolean {
  if (!activity.requiresUserChange) return false;
  return !(activity.ssiImprovement && services.some((affected) => affected.service === SSI));
}
