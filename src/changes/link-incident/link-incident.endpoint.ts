import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, WholeNumberField } from '../../http/fields.js';
import { linkIncident } from './link-incident.js';
import { added } from '../answers.js';

class LinkIncidentBody {
  @IdField({ description: 'the change', example: 'CRQ000001' })
  changeId!: string;

  @IdField({ description: 'the incident', example: 'INC000042' })
  incidentId!: string;

  @WholeNumberField({ description: 'its category, 1 (most severe) to 5', minimum: 1, maximum: 5, example: 3 })
  category!: number;
}

/** POST /commands/LinkIncident */
export const linkIncidentEndpoint = commandEndpoint({
  act: linkIncident,
  adds: added.LinkIncident,
  body: LinkIncidentBody,
  roles: ['change-manager', 'scheduler'],
  tag: 'Changes',
  summary:
    'Link an incident to the change that caused it, also after it is closed; with another category, recategorise it',
  example: { changeId: 'CRQ000001', incidentId: 'INC000042', category: 3 },
  command: ({ changeId, incidentId, category }) => ({ changeId, incidentId, category }),
});
