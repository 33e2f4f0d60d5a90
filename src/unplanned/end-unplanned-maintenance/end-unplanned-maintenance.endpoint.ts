import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, instant, ServicesField, TimeField, WholeNumberField } from '../../http/fields.js';
import { endUnplannedMaintenance } from './end-unplanned-maintenance.js';
import { added } from '../answers.js';

class EndUnplannedMaintenanceBody {
  @IdField({ description: 'the Unplanned Maintenance', example: 'U-2027-004' })
  unplannedId!: string;

  @TimeField({ description: 'when it ended; not in the future' })
  end!: string;

  @WholeNumberField({ description: 'minutes for which the SSI was in fact out', minimum: 0, maximum: 100_000 })
  ssiOutageMinutes!: number;

  @ServicesField({ description: 'the services that were in fact disrupted' })
  servicesDisrupted!: string[];
}

/** POST /commands/EndUnplannedMaintenance */
export const endUnplannedMaintenanceEndpoint = commandEndpoint({
  act: endUnplannedMaintenance,
  adds: added.EndUnplannedMaintenance,
  body: EndUnplannedMaintenanceBody,
  roles: ['scheduler'],
  tag: 'Unplanned',
  summary: 'Record how Unplanned Maintenance went',
  example: {
    unplannedId: 'U-2027-004',
    end: '2026-09-09T16:10:00Z',
    ssiOutageMinutes: 100,
    servicesDisrupted: ['self-service-interface'],
  },
  command: ({ unplannedId, end, ssiOutageMinutes, servicesDisrupted }) => ({
    unplannedId,
    end: instant(end),
    ssiOutageMinutes,
    servicesDisrupted,
  }),
});
