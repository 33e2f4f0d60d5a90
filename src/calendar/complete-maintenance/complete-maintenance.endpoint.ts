import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, instant, ServicesField, TimeField, WholeNumberField } from '../../http/fields.js';
import { completeMaintenance } from './complete-maintenance.js';
import { added } from '../answers.js';

class CompleteMaintenanceBody {
  @IdField({ description: 'the window', example: 'M-2027-031' })
  maintenanceId!: string;

  @TimeField({ description: 'when work ended; now where it is left out', optional: true })
  end?: string;

  @WholeNumberField({ description: 'minutes for which the SSI was in fact out', minimum: 0, maximum: 100_000 })
  ssiOutageMinutes!: number;

  @ServicesField({ description: 'the services that were in fact disrupted' })
  servicesDisrupted!: string[];
}

/** POST /commands/CompleteMaintenance */
export const completeMaintenanceEndpoint = commandEndpoint({
  act: completeMaintenance,
  adds: added.CompleteMaintenance,
  body: CompleteMaintenanceBody,
  roles: ['scheduler'],
  tag: 'Calendar',
  summary: 'Record how a window went; from here its actual length counts (H8.3)',
  example: { maintenanceId: 'M-2027-031', ssiOutageMinutes: 90, servicesDisrupted: ['self-service-interface'] },
  command: ({ maintenanceId, end, ssiOutageMinutes, servicesDisrupted }) => ({
    maintenanceId,
    end: end === undefined ? undefined : instant(end),
    ssiOutageMinutes,
    servicesDisrupted,
  }),
});
