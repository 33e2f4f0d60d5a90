import type { Act } from '../../commands/act.js';
import { accept, conflict, missing } from '../../commands/decision.js';
import { etagOf } from '../../commands/etag.js';
import { PanelRequestDeclined } from '../events.js';
import { panelRequestFold, type PanelRequest } from '../panel-request.js';
import { requestAnswer } from '../views.js';

/** Why the DCC could not move it, and what it tried. */
export interface DeclinePanelRequest {
  readonly requestId: string;
  readonly stepsTaken: string;
  readonly reasons: string;
}

/** What declining reads: the request, and how it reads with its history, for its entity tag. */
interface DeclineState {
  readonly request: PanelRequest | null;
  readonly read: object | undefined;
}

/** Answers a Panel request: not accommodated, after all reasonable steps (H8.5). A request is answered once. */
export const declinePanelRequest: Act<DeclinePanelRequest, DeclineState> = {
  name: 'DeclinePanelRequest',
  load: ({ requestId }, reading) => ({
    request: reading.state(panelRequestFold, requestId),
    read: requestAnswer(reading, requestId),
  }),
  etag: ({ read }) => read && etagOf(read),
  decide: ({ request }, { requestId, stepsTaken, reasons }) => {
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
