import { commandEndpoint } from '../../commands/command-endpoint.js';
import { exampleMaintenance, MaintenanceBody, maintenanceOf } from '../requests.js';
import { addLowImpactWindow } from './add-low-impact-window.js';
import { added } from '../answers.js';

/** POST /commands/AddLowImpactWindow */
export const addLowImpactWindowEndpoint = commandEndpoint({
  act: addLowImpactWindow,
  adds: added.AddLowImpactWindow,
  body: MaintenanceBody,
  roles: ['scheduler'],
  tag: 'Calendar',
  summary: 'Plan a Low Impact window beyond the published schedule (H8.4A(a)) and reissue it',
  example: exampleMaintenance('Low'),
  command: maintenanceOf,
});
