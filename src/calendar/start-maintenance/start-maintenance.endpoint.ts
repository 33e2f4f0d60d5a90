import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, instant, TimeField } from '../../http/fields.js';
import { startMaintenance } from './start-maintenance.js';
import { added } from '../answers.js';

class StartMaintenanceBody {
  @IdField({ description: 'the window', example: 'M-2027-031' })
  maintenanceId!: string;

  @TimeField({ description: 'when work began; now where it is left out', optional: true })
  at?: string;
}

/** POST /commands/StartMaintenance */
export const startMaintenanceEndpoint = commandEndpoint({
  act: startMaintenance,
  adds: added.StartMaintenance,
  body: StartMaintenanceBody,
  roles: ['scheduler'],
  tag: 'Calendar',
  summary: 'Record that work in a window began',
  example: { maintenanceId: 'M-2027-031' },
  command: ({ maintenanceId, at }) => ({ maintenanceId, at: at === undefined ? undefined : instant(at) }),
});
