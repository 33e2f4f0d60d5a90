import type { Act } from '../../commands/act.js';
import { accept, conflict, invalid } from '../../commands/decision.js';
import { isBefore } from '../../rulebook/local-time.js';
import { MaintenanceProgressReported } from '../events.js';
import { existing, noSuchMaintenance, notPlanned, type ExistingState } from '../existing-maintenance.js';
import { reckoning } from '../../rulebook/reckoning.js';
import { weighToldEnd } from '../../rulebook/told-end.js';

/** What differs from what was told: the end now expected, and the disruption. */
export interface ReportProgress {
  readonly maintenanceId: string;
  readonly expectedEnd: string;
  readonly expectedDisruption: string;
}

/** Tells, while work is under way, that duration or disruption differ from what was told before (H8.7). */
export const reportProgress: Act<ReportProgress, ExistingState> = {
  name: 'ReportProgress',
  ...existing,
  decide: ({ found }, { maintenanceId, expectedEnd, expectedDisruption }) => {
    if (!found) return noSuchMaintenance(maintenanceId);
    const { maintenance, month } = found;
    const { stage } = maintenance;
    if (stage.status === 'planned') return conflict('not-started', `${maintenanceId} has not started`);
    if (stage.status !== 'running')
      return notPlanned(maintenance) ?? conflict('not-started', `${maintenanceId} is not under way`);
    if (!isBefore(stage.startedAt, expectedEnd))
      return invalid('/expectedEnd', `not after the start, ${stage.startedAt}`);
    const told = stage.told?.expectedEnd ?? maintenance.end;
    const findings = [weighToldEnd(expectedEnd, told, 'is expected')];
    return accept(
      [
        {
          stream: `month-${month.month}`,
          fact: MaintenanceProgressReported.of({
            month: month.month,
            maintenanceId,
            expectedEnd,
            expectedDisruption,
            reckoning: reckoning(maintenance.start, findings),
          }),
        },
      ],
      { maintenanceId, month: month.month },
      findings,
    );
  },
};
