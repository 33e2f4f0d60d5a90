import { historyEntry } from '../commands/history-entry.js';
import type { Reading } from '../commands/reading.js';
import { isInForce } from '../rulebook/derogation.js';
import { localDate } from '../rulebook/local-time.js';
import { derogationFold, type GrantedDerogation } from './derogation.js';
import { panelRequestFold, type PanelRequest } from './panel-request.js';

/** A request as it is read in a list. */
export const requestView = ({ answer, ...request }: PanelRequest): object => ({
  ...request,
  status: answer.status,
  answer: answer.status === 'open' ? null : answer,
});

/** One request as it is read, with its history; undefined where there is none. Its entity tag is that of this. */
export function requestAnswer(reading: Reading, requestId: string): object | undefined {
  const request = reading.state(panelRequestFold, requestId);
  return request
    ? { ...requestView(request), history: reading.history(`panel-request-${requestId}`).map(historyEntry) }
    : undefined;
}

/** A derogation as it is read in a list, on the local date of `now`. */
export const derogationView = (derogation: GrantedDerogation, now: string): object => ({
  ...derogation,
  inForce: isInForce(derogation, localDate(now)),
});

/** One derogation as it is read, with its history; undefined where there is none. Its entity tag is that of this. */
export function derogationAnswer(reading: Reading, derogationId: string, now: string): object | undefined {
  const derogation = reading.state(derogationFold, derogationId);
  return derogation
    ? { ...derogationView(derogation, now), history: reading.history(`derogation-${derogationId}`).map(historyEntry) }
    : undefined;
}
