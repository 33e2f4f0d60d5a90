import type { Act } from '../../commands/act.js';
import { monthOf, type Interval } from '../../rulebook/local-time.js';
import { existing, noSuchMaintenance, type ExistingState } from '../existing-maintenance.js';
import { moveWindow } from '../moving.js';
import { withSuggestions } from '../planning.js';

/** A move of the DCC's own. */
export interface RescheduleMaintenance extends Interval {
  readonly maintenanceId: string;
  readonly reason: string;
}

/**
 * Moves a window on the DCC's own initiative: with the lead time of its class, or, where the schedule it leaves or
 * enters is published, with the notice of an additional window for its new time (H8.4A).
 */
export const rescheduleMaintenance: Act<RescheduleMaintenance, ExistingState> = {
  name: 'RescheduleMaintenance',
  ...existing,
  decide: (state, command, context) =>
    withSuggestions(state.calendar, command, context.now, (to) => {
      const { calendar, found } = state;
      if (!found) return noSuchMaintenance(command.maintenanceId);
      const published = [found.month, calendar.month(monthOf(to.start))].some(
        (month) => month.publication.status === 'published',
      );
      const phase = published ? 'additional' : 'before-publication';
      return moveWindow(
        calendar,
        found,
        { to: { start: to.start, end: to.end }, reason: command.reason, phase },
        context.now,
      );
    }),
};
