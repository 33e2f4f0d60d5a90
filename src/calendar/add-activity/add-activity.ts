import type { Act } from '../../commands/act.js';
import { accept, conflict, refuse, type Write } from '../../commands/decision.js';
import { classAnew, classify, reclassify, weighPlanned, type Activity } from '../../rulebook/classification.js';
import { firstRefused } from '../../rulebook/finding.js';
import { isBefore } from '../../rulebook/local-time.js';
import { MaintenanceActivityAdded, MaintenanceReclassified } from '../events.js';
import { asPlanned, existing, noSuchMaintenance, notPlanned, type ExistingState } from '../existing-maintenance.js';
import { isMigrationOnly } from '../month.js';
import { noticePhase, objection, outageBeyondWindow, reissue, weighPlan } from '../planning.js';
import { reckoning } from '../../rulebook/reckoning.js';

/** More work in a window that is already planned. */
export interface AddActivity {
  readonly maintenanceId: string;
  readonly activity: Activity;
}

/**
 * Adds work to a planned window and reissues a published schedule. The window keeps its place and its notice, unless
 * the work makes it High Impact, or makes a window of DCC Migration Systems one that is not only that: then it needs
 * the notice of what it has become. With another class, it must fit the limits of that.
 */
export const addActivity: Act<AddActivity, ExistingState> = {
  name: 'AddActivity',
  ...existing,
  decide: ({ calendar, found }, { maintenanceId, activity }, { now }) => {
    if (!found) return noSuchMaintenance(maintenanceId);
    const { maintenance, month } = found;
    const closed = notPlanned(maintenance);
    if (closed) return closed;
    if (!isBefore(now, maintenance.end))
      return conflict(
        'already-over',
        `${maintenanceId} was to end at ${maintenance.end}: no more work can be planned in it`,
      );
    const contradiction = outageBeyondWindow(maintenance, [activity], () => '/activity/ssiOutageMinutes');
    if (contradiction) return contradiction;
    const isPlanned = weighPlanned([activity]);
    if (firstRefused(isPlanned)) return refuse(isPlanned);

    const activities = [...maintenance.activities, activity];
    const reclassified = maintenance.reclassifiedServices && [
      ...maintenance.reclassifiedServices,
      ...activity.services,
    ];
    const classification = reclassified ? reclassify(activities, reclassified) : classify(activities);
    if (!classification.planned) return refuse(weighPlanned(activities));
    const { impact, reasons } = classification;
    const turns = impact !== maintenance.impact;
    const losesMigrationNotice = isMigrationOnly(maintenance.activities) && !activity.migrationSystems;
    const weighed = weighPlan(
      calendar,
      { ...asPlanned(maintenance), impact, activities, reclassifiedServices: reclassified },
      (turns && impact === 'High') || losesMigrationNotice ? noticePhase(month) : 'none',
      now,
    );
    const classified = [...isPlanned, classAnew(maintenance.impact, impact, reasons)];
    const objected = turns || losesMigrationNotice ? objection(weighed, classified) : undefined;
    if (objected) return objected;

    const findings = [...classified, ...weighed.findings.filter((finding) => finding.outcome !== 'refused')];
    const stream = `month-${month.month}`;
    const writes: Write[] = [
      {
        stream,
        fact: MaintenanceActivityAdded.of({
          month: month.month,
          maintenanceId,
          activity: { ...activity },
          reckoning: reckoning(maintenance.start, findings),
        }),
      },
    ];
    if (turns)
      writes.push({
        stream,
        fact: MaintenanceReclassified.of({
          month: month.month,
          maintenanceId,
          from: maintenance.impact,
          to: impact,
          reasons: [...reasons],
          services: null,
          rationale: `computed from the added activity: ${activity.description}`,
          reckoning: reckoning(maintenance.start, findings),
        }),
      });
    const reissued = reissue(calendar, month, 'MaintenanceActivityAdded', maintenance, now);
    writes.push(...reissued.writes);
    return accept(
      writes,
      { maintenanceId, month: month.month, impact, ...(reissued.version > 0 ? { version: reissued.version } : {}) },
      findings,
    );
  },
};
