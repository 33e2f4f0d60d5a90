import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField } from '../../http/fields.js';
import { placeChange } from './place-change.js';
import { added } from '../answers.js';

class PlaceChangeBody {
  @IdField({ description: 'the change', example: 'CRQ000001' })
  changeId!: string;

  @IdField({ description: 'the window in which it is to be made', example: 'M-2027-031' })
  maintenanceId!: string;
}

/** POST /commands/PlaceChange */
export const placeChangeEndpoint = commandEndpoint({
  act: placeChange,
  adds: added.PlaceChange,
  body: PlaceChangeBody,
  roles: ['scheduler'],
  tag: 'Changes',
  summary:
    'Place a change in a planned window, whose times it takes; what affects a core service, in a High Impact one',
  example: { changeId: 'CRQ000001', maintenanceId: 'M-2027-031' },
  command: ({ changeId, maintenanceId }) => ({ changeId, maintenanceId }),
});
