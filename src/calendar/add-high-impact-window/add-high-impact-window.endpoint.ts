import { commandEndpoint } from '../../commands/command-endpoint.js';
import { exampleMaintenance, MaintenanceBody, maintenanceOf } from '../requests.js';
import { addHighImpactWindow } from './add-high-impact-window.js';
import { added } from '../answers.js';

/** POST /commands/AddHighImpactWindow */
export const addHighImpactWindowEndpoint = commandEndpoint({
  act: addHighImpactWindow,
  adds: added.AddHighImpactWindow,
  body: MaintenanceBody,
  roles: ['scheduler'],
  tag: 'Calendar',
  summary: 'Plan a High Impact window beyond the published schedule (H8.4A(b)) and reissue it',
  example: exampleMaintenance('High'),
  command: maintenanceOf,
});
