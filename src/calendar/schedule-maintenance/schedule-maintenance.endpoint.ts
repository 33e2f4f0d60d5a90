import { commandEndpoint } from '../../commands/command-endpoint.js';
import { exampleMaintenance, MaintenanceBody, maintenanceOf } from '../requests.js';
import { scheduleMaintenance } from './schedule-maintenance.js';
import { added } from '../answers.js';

/** POST /commands/ScheduleMaintenance */
export const scheduleMaintenanceEndpoint = commandEndpoint({
  act: scheduleMaintenance,
  adds: added.ScheduleMaintenance,
  body: MaintenanceBody,
  roles: ['scheduler'],
  tag: 'Calendar',
  summary: 'Plan a window in a month whose schedule is not published yet (H8.3, H8.4)',
  example: exampleMaintenance('Low'),
  command: maintenanceOf,
});
