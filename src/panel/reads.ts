import { EVERY_ROLE, REPORT_READERS } from '../access/roles.js';
import { AsOf, NoParams, queryEndpoint } from '../commands/query-endpoint.js';
import { IdField } from '../http/fields.js';
import { notFound } from '../http/problem.js';
import { derogationFold } from './derogation.js';
import { panelRequestFold } from './panel-request.js';
import { derogationAnswer, derogationView, requestAnswer, requestView } from './views.js';
import { DerogationAnswer, DerogationsAnswer, PanelRequestAnswer, PanelRequestsAnswer } from './answers.js';

/** GET /panel-requests */
export const panelRequestsEndpoint = queryEndpoint({
  name: 'PanelRequests',
  answers: PanelRequestsAnswer,
  path: 'panel-requests',
  params: NoParams,
  query: AsOf,
  roles: REPORT_READERS,
  tag: 'Panel',
  summary: "The Panel's requests to reschedule, and how each was answered (H8.5)",
  answer: (reading) => ({
    items: reading.all(panelRequestFold).flatMap((request) => (request ? [requestView(request)] : [])),
  }),
});

class PanelRequestParams {
  @IdField({ description: 'the request', example: 'R-2027-004' })
  requestId!: string;
}

/** GET /panel-requests/{id} */
export const panelRequestEndpoint = queryEndpoint({
  name: 'PanelRequest',
  answers: PanelRequestAnswer,
  path: 'panel-requests/:requestId',
  params: PanelRequestParams,
  query: AsOf,
  roles: REPORT_READERS,
  tag: 'Panel',
  summary: 'One request of the Panel, with its history',
  answer: (reading, { requestId }) => {
    const answer = requestAnswer(reading, requestId);
    if (!answer) throw notFound(`there is no Panel request ${requestId}`);
    return answer;
  },
});

/** GET /derogations */
export const derogationsEndpoint = queryEndpoint({
  name: 'Derogations',
  answers: DerogationsAnswer,
  path: 'derogations',
  params: NoParams,
  query: AsOf,
  roles: EVERY_ROLE,
  tag: 'Panel',
  summary: 'Where the Panel agreed otherwise (H8.3)',
  answer: (reading, _params, _query, { now }) => ({
    items: reading.all(derogationFold).flatMap((derogation) => (derogation ? [derogationView(derogation, now)] : [])),
  }),
});

class DerogationParams {
  @IdField({ description: 'the derogation', example: 'D-2027-002' })
  derogationId!: string;
}

/** GET /derogations/{id} */
export const derogationEndpoint = queryEndpoint({
  name: 'Derogation',
  answers: DerogationAnswer,
  path: 'derogations/:derogationId',
  params: DerogationParams,
  query: AsOf,
  roles: EVERY_ROLE,
  tag: 'Panel',
  summary: 'One derogation, with its history',
  answer: (reading, { derogationId }, _query, { now }) => {
    const answer = derogationAnswer(reading, derogationId, now);
    if (!answer) throw notFound(`there is no derogation ${derogationId}`);
    return answer;
  },
});
