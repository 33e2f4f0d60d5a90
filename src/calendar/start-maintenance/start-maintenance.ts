import type { Act } from '../../commands/act.js';
import { accept, invalid } from '../../commands/decision.js';
import type { Finding } from '../../rulebook/finding.js';
import { isBefore, localTime } from '../../rulebook/local-time.js';
import { MaintenanceStarted } from '../events.js';
import { existing, noSuchMaintenance, notPlanned, type ExistingState } from '../existing-maintenance.js';
import { reckoning } from '../../rulebook/reckoning.js';

/** Work in a window begins, or began at `at`. */
export interface StartMaintenance {
  readonly maintenanceId: string;
  /** UTC instant, not in the future; now where it is left out. */
  readonly at?: string | undefined;
}

/** Records that work began. A fact: at another time than told, or never published, it is recorded as a breach. */
export const startMaintenance: Act<StartMaintenance, ExistingState> = {
  name: 'StartMaintenance',
  ...existing,
  decide: ({ found }, { maintenanceId, at: given }, { now }) => {
    if (!found) return noSuchMaintenance(maintenanceId);
    const { maintenance, month } = found;
    const closed = notPlanned(maintenance);
    if (closed) return closed;
    const at = given ?? now;
    if (isBefore(now, at)) return invalid('/at', 'in the future: what has not happened cannot be recorded');
    const findings: Finding[] = [];
    if (month.publication.status === 'draft')
      findings.push({
        rule: 'H8.4',
        outcome: 'breach',
        detail: `the maintenance began although the schedule of ${month.month} had not been published`,
        month: month.month,
      });
    if (isBefore(at, maintenance.start))
      findings.push({
        rule: 'H8.7',
        outcome: 'breach',
        detail: `began at ${localTime(at)}, before the time that was told, ${localTime(maintenance.start)}`,
        value: localTime(at),
        limit: localTime(maintenance.start),
      });
    else if (!isBefore(at, maintenance.end))
      findings.push({
        rule: 'H8.7',
        outcome: 'breach',
        detail: `began at ${localTime(at)}, after the end that was told, ${localTime(maintenance.end)}`,
        value: localTime(at),
        limit: localTime(maintenance.end),
      });
    return accept(
      [
        {
          stream: `month-${month.month}`,
          occurredAt: at,
          fact: MaintenanceStarted.of({
            month: month.month,
            maintenanceId,
            at,
            reckoning: reckoning(maintenance.start, findings),
          }),
        },
      ],
      { maintenanceId, month: month.month, startedAt: at },
      findings,
    );
  },
};
