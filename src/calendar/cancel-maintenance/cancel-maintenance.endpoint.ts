import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, TextField } from '../../http/fields.js';
import { cancelMaintenance } from './cancel-maintenance.js';
import { added } from '../answers.js';

class CancelMaintenanceBody {
  @IdField({ description: 'the window', example: 'M-2027-031' })
  maintenanceId!: string;

  @TextField({ description: 'why it is given up' })
  reason!: string;
}

/** POST /commands/CancelMaintenance */
export const cancelMaintenanceEndpoint = commandEndpoint({
  act: cancelMaintenance,
  adds: added.CancelMaintenance,
  body: CancelMaintenanceBody,
  roles: ['scheduler'],
  tag: 'Calendar',
  summary: 'Cancel a window that has not started; its place is free again',
  example: { maintenanceId: 'M-2027-031', reason: 'The release was withdrawn' },
  command: ({ maintenanceId, reason }) => ({ maintenanceId, reason }),
});
