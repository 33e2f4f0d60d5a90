import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, ObjectsField, TextField } from '../../http/fields.js';
import { AffectedServiceBody, affectedOf } from '../requests.js';
import { reclassifyMaintenance } from './reclassify-maintenance.js';
import { added } from '../answers.js';

class ReclassifyMaintenanceBody {
  @IdField({ description: 'the window', example: 'M-2027-031' })
  maintenanceId!: string;

  @ObjectsField({ description: 'what the whole window affects in fact', minimum: 1 }, () => AffectedServiceBody)
  services!: AffectedServiceBody[];

  @TextField({ description: 'why that was seen only now' })
  rationale!: string;
}

/** POST /commands/ReclassifyMaintenance */
export const reclassifyMaintenanceEndpoint = commandEndpoint({
  act: reclassifyMaintenance,
  adds: added.ReclassifyMaintenance,
  body: ReclassifyMaintenanceBody,
  roles: ['scheduler'],
  tag: 'Calendar',
  summary: "Compute a window's class again from corrected services (H8.3(a))",
  example: {
    maintenanceId: 'M-2027-031',
    services: [{ service: 'install-and-commission', effect: 'material-risk' }],
    rationale: 'The review of the run-book found a dependency',
  },
  command: ({ maintenanceId, services, rationale }) => ({ maintenanceId, services: affectedOf(services), rationale }),
});
