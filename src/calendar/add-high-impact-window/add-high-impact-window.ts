import type { Act } from '../../commands/act.js';
import { planning, planWindow, withSuggestions, type MaintenanceCommand, type PlanningState } from '../planning.js';

/**
 * Plans a High Impact window, beyond the published schedule where there is one: with 20 clear Working Days' notice
 * (H8.4A(b)), and the schedule is reissued. Before publication it plans as ScheduleMaintenance does.
 */
export const addHighImpactWindow: Act<MaintenanceCommand, PlanningState> = {
  name: 'AddHighImpactWindow',
  ...planning,
  decide: (state, command, context) =>
    withSuggestions(state.calendar, command, context.now, (interval) =>
      planWindow(state, { ...command, ...interval }, context, 'High'),
    ),
};
