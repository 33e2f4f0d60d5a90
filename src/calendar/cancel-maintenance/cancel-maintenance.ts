import type { Act } from '../../commands/act.js';
import { accept } from '../../commands/decision.js';
import { MaintenanceCancelled } from '../events.js';
import { existing, noSuchMaintenance, notPlanned, type ExistingState } from '../existing-maintenance.js';
import { reissue } from '../planning.js';

/** Gives up a window that has not started. */
export interface CancelMaintenance {
  readonly maintenanceId: string;
  readonly reason: string;
}

/** Cancels a window; its place in the month is free again, and a published schedule is reissued. */
export const cancelMaintenance: Act<CancelMaintenance, ExistingState> = {
  name: 'CancelMaintenance',
  ...existing,
  decide: ({ calendar, found }, { maintenanceId, reason }, { now }) => {
    if (!found) return noSuchMaintenance(maintenanceId);
    const closed = notPlanned(found.maintenance);
    if (closed) return closed;
    const { month } = found.month;
    const reissued = reissue(calendar, found.month, 'MaintenanceCancelled', found.maintenance, now);
    return accept(
      [
        { stream: `month-${month}`, fact: MaintenanceCancelled.of({ month, maintenanceId, reason }) },
        ...reissued.writes,
      ],
      { maintenanceId, month, ...(reissued.version > 0 ? { version: reissued.version } : {}) },
    );
  },
};
