import type { Act } from '../../commands/act.js';
import { planning, planWindow, withSuggestions, type MaintenanceCommand, type PlanningState } from '../planning.js';

/** Plans a window in a month whose schedule is not out yet, with its lead time still ahead (H8.3, H8.4). */
export const scheduleMaintenance: Act<MaintenanceCommand, PlanningState> = {
  name: 'ScheduleMaintenance',
  ...planning,
  decide: (state, command, context) =>
    withSuggestions(state.calendar, command, context.now, (interval) =>
      planWindow(state, { ...command, ...interval }, context),
    ),
};
