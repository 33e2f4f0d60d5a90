import { ActivityBody, activityOf } from '../../calendar/requests.js';
import { commandEndpoint } from '../../commands/command-endpoint.js';
import { FlagField, IdField, instant, ObjectsField, TextField, TimeField } from '../../http/fields.js';
import { declareUnplannedMaintenance } from './declare-unplanned-maintenance.js';
import { added } from '../answers.js';

class DeclareUnplannedMaintenanceBody {
  @IdField({ description: 'an id of your own; made where it is left out', optional: true, example: 'U-2027-004' })
  unplannedId?: string;

  @TimeField({ description: 'when the DCC became aware of it; not in the future' })
  awareAt!: string;

  @TimeField({ description: 'when it began, or will begin' })
  start!: string;

  @TimeField({ description: 'the end expected', after: 'start' })
  expectedEnd!: string;

  @FlagField({ description: 'it could not wait' })
  emergency!: boolean;

  @ObjectsField({ description: 'the work', minimum: 1 }, () => ActivityBody)
  activities!: ActivityBody[];

  @TextField({ description: 'any risk to the return of normal services (H8.4(d))', example: 'None known' })
  riskToReturn!: string;
}

/** POST /commands/DeclareUnplannedMaintenance */
export const declareUnplannedMaintenanceEndpoint = commandEndpoint({
  act: declareUnplannedMaintenance,
  adds: added.DeclareUnplannedMaintenance,
  body: DeclareUnplannedMaintenanceBody,
  roles: ['scheduler'],
  tag: 'Unplanned',
  summary: 'Tell of Unplanned Maintenance, before, during or after the event (H8.6)',
  example: {
    awareAt: '2026-09-09T14:00:00Z',
    start: '2026-09-09T14:30:00Z',
    expectedEnd: '2026-09-09T16:00:00Z',
    emergency: true,
    activities: [
      {
        description: 'Restart the failed gateway',
        serviceProvider: 'DSP',
        services: [{ service: 'self-service-interface', effect: 'disrupted' }],
        ssiOutageMinutes: 90,
      },
    ],
    riskToReturn: 'None known',
  },
  command: ({ unplannedId, awareAt, start, expectedEnd, emergency, activities, riskToReturn }) => ({
    unplannedId,
    awareAt: instant(awareAt),
    start: instant(start),
    expectedEnd: instant(expectedEnd),
    emergency,
    activities: activities.map(activityOf),
    riskToReturn,
  }),
});
