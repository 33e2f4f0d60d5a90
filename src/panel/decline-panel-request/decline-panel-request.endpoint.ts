import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, TextField } from '../../http/fields.js';
import { declinePanelRequest } from './decline-panel-request.js';
import { added } from '../answers.js';

class DeclinePanelRequestBody {
  @IdField({ description: "the Panel's request", example: 'R-2027-004' })
  requestId!: string;

  @TextField({ description: 'the steps that the DCC took' })
  stepsTaken!: string;

  @TextField({ description: 'why they did not suffice' })
  reasons!: string;
}

/** POST /commands/DeclinePanelRequest */
export const declinePanelRequestEndpoint = commandEndpoint({
  act: declinePanelRequest,
  adds: added.DeclinePanelRequest,
  body: DeclinePanelRequestBody,
  roles: ['scheduler'],
  tag: 'Panel',
  summary: 'Answer a Panel request: not accommodated, with the steps taken (H8.5)',
  example: {
    requestId: 'R-2027-004',
    stepsTaken: 'Asked each provider for another night',
    reasons: 'No provider can move',
  },
  command: ({ requestId, stepsTaken, reasons }) => ({ requestId, stepsTaken, reasons }),
});
