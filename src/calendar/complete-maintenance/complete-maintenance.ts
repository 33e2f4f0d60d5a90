import type { Act } from '../../commands/act.js';
import { accept, conflict, invalid } from '../../commands/decision.js';
import { isCore, SSI } from '../../rulebook/classification.js';
import type { Finding } from '../../rulebook/finding.js';
import { weighLimits } from '../../rulebook/limits.js';
import { elapsedMinutes, isBefore, localTime, monthOf } from '../../rulebook/local-time.js';
import { overlaps } from '../../rulebook/overlaps.js';
import type { CountedWindow } from '../../rulebook/usage.js';
import { MaintenanceCompleted } from '../events.js';
import { existing, noSuchMaintenance, notPlanned, type ExistingState } from '../existing-maintenance.js';
import { servicesOf } from '../month.js';
import { reckoning } from '../../rulebook/reckoning.js';
import { weighSsiOutage } from '../../rulebook/ssi-outage.js';

/** Work in a window has ended. */
export interface CompleteMaintenance {
  readonly maintenanceId: string;
  /** UTC instant, not in the future; now where it is left out. */
  readonly end?: string | undefined;
  /** Elapsed minutes for which the SSI was in fact out. */
  readonly ssiOutageMinutes: number;
  /** The services that were in fact disrupted. */
  readonly servicesDisrupted: readonly string[];
}

/**
 * Records how a window went. From here its actual length counts: an early finish gives time back, and an overrun that
 * breaks a limit is recorded as a breach, never refused.
 */
export const completeMaintenance: Act<CompleteMaintenance, ExistingState> = {
  name: 'CompleteMaintenance',
  ...existing,
  decide: ({ calendar, found }, { maintenanceId, end, ssiOutageMinutes, servicesDisrupted }, { now }) => {
    if (!found) return noSuchMaintenance(maintenanceId);
    const { maintenance, month } = found;
    const { stage } = maintenance;
    if (stage.status === 'planned') return conflict('not-started', `${maintenanceId} has not started`);
    if (stage.status !== 'running')
      return notPlanned(maintenance) ?? conflict('already-closed', `${maintenanceId} is over`);
    const actualStart = stage.startedAt;
    const actualEnd = end ?? now;
    if (isBefore(now, actualEnd)) return invalid('/end', 'in the future: what has not happened cannot be recorded');
    if (!isBefore(actualStart, actualEnd)) return invalid('/end', `not after the start, ${actualStart}`);

    const minutes = elapsedMinutes({ start: actualStart, end: actualEnd });
    const disruptedCore = servicesDisrupted.filter(isCore);
    const unexpectedCoreDisruption = maintenance.impact === 'Low' && disruptedCore.length > 0;
    const window: CountedWindow = {
      maintenanceId,
      impact: maintenance.impact,
      start: actualStart,
      end: actualEnd,
      affectsSsi: servicesOf(maintenance).some(({ service }) => service === SSI),
    };
    const others = calendar.countedAround(monthOf(actualStart), maintenanceId);
    const findings: Finding[] = [
      ...weighLimits({ window, others, derogations: calendar.derogations, as: 'fact' }),
      ...overlaps(window, others).same.map((other): Finding => ({
        rule: other.impact === 'High' ? 'H8.3(c)' : 'H8.3(d)',
        outcome: 'warning',
        detail: `ran into the ${other.impact} Impact window ${other.maintenanceId} (${localTime(other.start)} to ${localTime(other.end)})`,
      })),
    ];
    if (isBefore(maintenance.end, actualEnd))
      findings.push({
        rule: 'H8.7',
        outcome: 'warning',
        detail: `ended at ${localTime(actualEnd)}, after the ${localTime(maintenance.end)} that was planned`,
        value: localTime(actualEnd),
        limit: localTime(maintenance.end),
      });
    if (unexpectedCoreDisruption)
      findings.push({
        rule: 'A.Classification',
        outcome: 'warning',
        detail: `Low Impact maintenance in fact disrupted ${disruptedCore.join(', ')}`,
      });
    findings.push(...weighSsiOutage(ssiOutageMinutes, window));
    return accept(
      [
        {
          stream: `month-${month.month}`,
          occurredAt: actualEnd,
          fact: MaintenanceCompleted.of({
            month: month.month,
            maintenanceId,
            actualStart,
            actualEnd,
            minutes,
            ssiOutageMinutes,
            servicesDisrupted: [...servicesDisrupted],
            unexpectedCoreDisruption,
            reckoning: reckoning(maintenance.start, findings),
          }),
        },
      ],
      { maintenanceId, month: month.month, minutes },
      findings,
    );
  },
};
