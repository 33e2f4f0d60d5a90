import type { Act } from '../../commands/act.js';
import { accept, conflict, missing } from '../../commands/decision.js';
import { PanelRequestDeclined } from '../events.js';
import { panelRequestFold, type PanelRequest } from '../panel-request.js';

/** Why the DCC could not move it, and what it tried. */
export interface DeclinePanelRequest {
  readonly requestId: string;
  readonly stepsTaken: string;
  readonly reasons: string;
}

/** Answers a Panel request: not accommodated, after all reasonable steps (H8.5). A request is answered once. */
export const declinePanelRequest: Act<DeclinePanelRequest, PanelRequest | null> = {
  name: 'DeclinePanelRequest',
  load: (command, reading) => reading.state(panelRequestFold, command.requestId),
  decide: (request, { requestId, stepsTaken, reasons }) => {
    if (!request) return missing(`there is no Panel request ${requestId}`);
    if (request.answer.status !== 'open')
      return conflict('already-answered', `the Panel request ${requestId} was answered: ${request.answer.status}`);
    const { maintenanceId } = request;
    return accept(
      [
        {
          stream: `panel-request-${requestId}`,
          fact: PanelRequestDeclined.of({ requestId, maintenanceId, stepsTaken, reasons }),
        },
      ],
      { requestId, maintenanceId },
    );
  },
};
