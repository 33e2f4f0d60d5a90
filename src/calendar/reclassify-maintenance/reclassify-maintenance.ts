import type { Act } from '../../commands/act.js';
import { accept, refuse } from '../../commands/decision.js';
import { classAnew, reclassify, type AffectedService } from '../../rulebook/classification.js';
import { MaintenanceReclassified } from '../events.js';
import { asPlanned, existing, noSuchMaintenance, notPlanned, type ExistingState } from '../existing-maintenance.js';
import { noticePhase, objection, reissue, weighPlan } from '../planning.js';
import { reckoning } from '../../rulebook/reckoning.js';

/** What a window affects in fact, and why that was seen only now. */
export interface ReclassifyMaintenance {
  readonly maintenanceId: string;
  /** The services of the whole window, in place of those that its activities state. */
  readonly services: readonly AffectedService[];
  readonly rationale: string;
}

/**
 * Computes a window's class again from corrected services (H8.3(a)). What it becomes must fit the limits; what turns
 * from Low to High needs 20 clear Working Days, and a published schedule is reissued.
 */
export const reclassifyMaintenance: Act<ReclassifyMaintenance, ExistingState> = {
  name: 'ReclassifyMaintenance',
  ...existing,
  decide: ({ calendar, found }, { maintenanceId, services, rationale }, { now }) => {
    if (!found) return noSuchMaintenance(maintenanceId);
    const { maintenance, month } = found;
    const closed = notPlanned(maintenance);
    if (closed) return closed;
    const classification = reclassify(maintenance.activities, [...services]);
    if (!classification.planned)
      return refuse([{ rule: 'A.PlannedMaintenance', outcome: 'refused', detail: classification.reason }]);
    const { impact, reasons } = classification;
    const classified = classAnew(maintenance.impact, impact, reasons);
    const turns = impact !== maintenance.impact;
    const weighed = weighPlan(
      calendar,
      { ...asPlanned(maintenance), impact, reclassifiedServices: [...services] },
      turns && impact === 'High' ? noticePhase(month) : 'none',
      now,
    );
    const objected = turns ? objection(weighed, [classified]) : undefined;
    if (objected) return objected;
    const findings = [classified, ...weighed.findings.filter((finding) => finding.outcome !== 'refused')];
    const reissued = reissue(calendar, month, 'MaintenanceReclassified', maintenance, now);
    return accept(
      [
        {
          stream: `month-${month.month}`,
          fact: MaintenanceReclassified.of({
            month: month.month,
            maintenanceId,
            from: maintenance.impact,
            to: impact,
            reasons: [...reasons],
            services: [...services],
            rationale,
            reckoning: reckoning(maintenance.start, findings),
          }),
        },
        ...reissued.writes,
      ],
      {
        maintenanceId,
        month: month.month,
        impact,
        reasons,
        ...(reissued.version > 0 ? { version: reissued.version } : {}),
      },
      findings,
    );
  },
};
