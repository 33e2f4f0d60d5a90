import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, instant, TextField, TimeField } from '../../http/fields.js';
import { requestReschedule } from './request-reschedule.js';
import { added } from '../answers.js';

class RequestRescheduleBody {
  @IdField({ description: 'the maintenance', example: 'M-2027-031' })
  maintenanceId!: string;

  @TextField({ description: 'why; the Panel always gives its reasons' })
  reasons!: string;

  @TimeField({ description: 'start of the period that the Panel would prefer', optional: true })
  preferredFrom?: string;

  @TimeField({ description: 'end of that period', optional: true, after: 'preferredFrom' })
  preferredTo?: string;
}

/** POST /commands/RequestReschedule */
export const requestRescheduleEndpoint = commandEndpoint({
  act: requestReschedule,
  adds: added.RequestReschedule,
  body: RequestRescheduleBody,
  roles: ['panel'],
  tag: 'Panel',
  summary: 'Request that a maintenance in a published schedule be rescheduled (H8.5)',
  example: { maintenanceId: 'M-2027-031', reasons: 'Clashes with a price change' },
  command: ({ maintenanceId, reasons, preferredFrom, preferredTo }) => ({
    maintenanceId,
    reasons,
    preferredFrom: preferredFrom === undefined ? undefined : instant(preferredFrom),
    preferredTo: preferredTo === undefined ? undefined : instant(preferredTo),
  }),
});
