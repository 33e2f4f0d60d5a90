import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, ObjectField } from '../../http/fields.js';
import { ActivityBody, activityOf } from '../requests.js';
import { addActivity } from './add-activity.js';
import { added } from '../answers.js';

class AddActivityBody {
  @IdField({ description: 'the window', example: 'M-2027-031' })
  maintenanceId!: string;

  @ObjectField({ description: 'the work to add' }, () => ActivityBody)
  activity!: ActivityBody;
}

/** POST /commands/AddActivity */
export const addActivityEndpoint = commandEndpoint({
  act: addActivity,
  adds: added.AddActivity,
  body: AddActivityBody,
  roles: ['scheduler'],
  tag: 'Calendar',
  summary: 'Add work to a planned window; its class is computed again (H8.3(a))',
  example: {
    maintenanceId: 'M-2027-031',
    activity: {
      description: 'Renew certificates of the SSI',
      serviceProvider: 'DSP',
      services: [{ service: 'self-service-interface', effect: 'material-risk' }],
    },
  },
  command: ({ maintenanceId, activity }) => ({ maintenanceId, activity: activityOf(activity) }),
});
