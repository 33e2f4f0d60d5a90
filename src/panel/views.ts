import type { Reading } from '../commands/reading.js';
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

/** A request as it is read in a list. */
export const requestView = ({ answer, ...request }: PanelRequest): object => ({
  ...request,
  status: answer.status,
  answer: answer.status === 'open' ? null : answer,
});

/** One request as it is read, with its history; undefined where there is none. Its entity tag is that of this. */
export function requestAnswer(reading: Reading, requestId: string): object | undefined {
  const request = reading.state(panelRequestFold, requestId);
  return request ? { ...requestView(request), history: historyOf(reading, `panel-request-${requestId}`) } : undefined;
}

/** A derogation as it is read in a list, on the local date of `now`. */
export const derogationView = (derogation: GrantedDerogation, now: string): object => ({
  ...derogation,
  inForce: appliesOn(derogation, localDate(now)),
});

/** One derogation as it is read, with its history; undefined where there is none. Its entity tag is that of this. */
export function derogationAnswer(reading: Reading, derogationId: string, now: string): object | undefined {
  const derogation = reading.state(derogationFold, derogationId);
  return derogation
    ? { ...derogationView(derogation, now), history: historyOf(reading, `derogation-${derogationId}`) }
    : undefined;
}
