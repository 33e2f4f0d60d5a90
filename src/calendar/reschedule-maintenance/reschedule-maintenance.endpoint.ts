import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, instant, TextField, TimeField } from '../../http/fields.js';
import { rescheduleMaintenance } from './reschedule-maintenance.js';
import { added } from '../answers.js';

class RescheduleMaintenanceBody {
  @IdField({ description: 'the window', example: 'M-2027-031' })
  maintenanceId!: string;

  @TimeField({ description: 'its new start', wholeMinutes: true })
  start!: string;

  @TimeField({ description: 'its new end', wholeMinutes: true, after: 'start' })
  end!: string;

  @TextField({ description: 'why it moves' })
  reason!: string;
}

/** POST /commands/RescheduleMaintenance */
export const rescheduleMaintenanceEndpoint = commandEndpoint({
  act: rescheduleMaintenance,
  adds: added.RescheduleMaintenance,
  body: RescheduleMaintenanceBody,
  roles: ['scheduler'],
  tag: 'Calendar',
  summary: "Move a window on the DCC's own initiative, within its month or to another (H8.3, H8.4, H8.4A)",
  example: {
    maintenanceId: 'M-2027-031',
    start: '2027-06-12T22:00',
    end: '2027-06-13T01:00',
    reason: 'The provider is not ready',
  },
  command: ({ maintenanceId, start, end, reason }) => ({
    maintenanceId,
    start: instant(start),
    end: instant(end),
    reason,
  }),
});
