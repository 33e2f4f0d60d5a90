import { idFrom, type Act } from '../../commands/act.js';
import { accept, conflict, refuse } from '../../commands/decision.js';
import { existing, noSuchMaintenance, notPlanned, type ExistingState } from '../../calendar/existing-maintenance.js';
import { isBefore } from '../../rulebook/local-time.js';
import { RescheduleRequested } from '../events.js';

/** What the Panel asks: that a maintenance be moved, why, and when it would rather have it. */
export interface RequestReschedule {
  readonly maintenanceId: string;
  readonly reasons: string;
  readonly preferredFrom?: string | undefined;
  readonly preferredTo?: string | undefined;
}

/** Requests that a maintenance in a published schedule be rescheduled (H8.5). */
export const requestReschedule: Act<RequestReschedule, ExistingState> = {
  name: 'RequestReschedule',
  ...existing,
  decide: ({ found }, { maintenanceId, reasons, preferredFrom, preferredTo }, context) => {
    if (!found) return noSuchMaintenance(maintenanceId);
    const { month } = found.month;
    if (found.month.publication.status === 'draft')
      return refuse([
        {
          rule: 'H8.5',
          outcome: 'refused',
          detail: `the schedule of ${month} is not published: the Panel requests the rescheduling of what a published schedule holds`,
          month,
        },
      ]);
    const closed = notPlanned(found.maintenance);
    if (closed) return closed;
    if (!isBefore(context.now, found.maintenance.start))
      return conflict('already-started', `${maintenanceId} was to start at ${found.maintenance.start}`);
    const requestId = idFrom('R', context);
    return accept(
      [
        {
          stream: `panel-request-${requestId}`,
          fact: RescheduleRequested.of({
            requestId,
            maintenanceId,
            month,
            reasons,
            ...(preferredFrom === undefined ? {} : { preferredFrom }),
            ...(preferredTo === undefined ? {} : { preferredTo }),
          }),
        },
      ],
      { requestId, maintenanceId, month },
    );
  },
};
