import { EVERY_ROLE, REPORT_READERS } from '../access/roles.js';
import { AsOf, NoParams, queryEndpoint } from '../commands/query-endpoint.js';
import type { Reading } from '../commands/reading.js';
import { IdField } from '../http/fields.js';
import { notFound } from '../http/problem.js';
import { localDate } from '../rulebook/local-time.js';
import { appliesOn, derogationFold, type GrantedDerogation } from './derogation.js';
import { panelRequestFold, type PanelRequest } from './panel-request.js';

/** A stream's records as a history that a person can read. */
const historyOf = (reading: Reading, stream: string): object[] =>
  reading.history(stream).map(({ position, type, recordedAt, occurredAt, actor, data }) => ({
    position: String(position),
    type,
    recordedAt,
    occurredAt,
    actor: { id: actor.id, role: actor.role },
    data,
  }));

const requestView = ({ answer, ...request }: PanelRequest): object => ({
  ...request,
  status: answer.status,
  answer: answer.status === 'open' ? null : answer,
});

/** GET /panel-requests */
export const panelRequestsEndpoint = queryEndpoint({
  name: 'PanelRequests',
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
  path: 'panel-requests/:requestId',
  params: PanelRequestParams,
  query: AsOf,
  roles: REPORT_READERS,
  tag: 'Panel',
  summary: 'One request of the Panel, with its history',
  answer: (reading, { requestId }) => {
    const request = reading.state(panelRequestFold, requestId);
    if (!request) throw notFound(`there is no Panel request ${requestId}`);
    return { ...requestView(request), history: historyOf(reading, `panel-request-${requestId}`) };
  },
});

const derogationView = (derogation: GrantedDerogation, today: string): object => ({
  ...derogation,
  inForce: appliesOn(derogation, today),
});

/** GET /derogations */
export const derogationsEndpoint = queryEndpoint({
  name: 'Derogations',
  path: 'derogations',
  params: NoParams,
  query: AsOf,
  roles: EVERY_ROLE,
  tag: 'Panel',
  summary: 'Where the Panel agreed otherwise (H8.3)',
  answer: (reading, _params, _query, { now }) => ({
    items: reading
      .all(derogationFold)
      .flatMap((derogation) => (derogation ? [derogationView(derogation, localDate(now))] : [])),
  }),
});

class DerogationParams {
  @IdField({ description: 'the derogation', example: 'D-2027-002' })
  derogationId!: string;
}

/** GET /derogations/{id} */
export const derogationEndpoint = queryEndpoint({
  name: 'Derogation',
  path: 'derogations/:derogationId',
  params: DerogationParams,
  query: AsOf,
  roles: EVERY_ROLE,
  tag: 'Panel',
  summary: 'One derogation, with its history',
  answer: (reading, { derogationId }, _query, { now }) => {
    const derogation = reading.state(derogationFold, derogationId);
    if (!derogation) throw notFound(`there is no derogation ${derogationId}`);
    return { ...derogationView(derogation, localDate(now)), history: historyOf(reading, `derogation-${derogationId}`) };
  },
});
