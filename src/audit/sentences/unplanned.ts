import type { UnplannedEvent } from '../../unplanned/events.js';
import { listed, minutes, moment, period, quoted, work, type Sentences } from './words.js';

/** Facts of Unplanned Maintenance. */
export const unplannedSentences: Sentences<UnplannedEvent> = {
  UnplannedMaintenanceDeclared: ({ data }) =>
    `declared ${data.emergency ? 'as an emergency ' : ''}the Unplanned Maintenance ${data.unplannedId}, expected to last ${period({ start: data.start, end: data.expectedEnd })}, aware of it since ${moment(data.awareAt)}: ${work(data.activities)}; risk to the return of normal services: ${quoted(data.riskToReturn)}`,
  UnplannedProgressReported: ({ data }) =>
    `told that the Unplanned Maintenance ${data.unplannedId} will end at ${moment(data.expectedEnd)}, with this disruption: ${quoted(data.expectedDisruption)}`,
  UnplannedMaintenanceEnded: ({ data }) =>
    `ended the Unplanned Maintenance ${data.unplannedId}, which lasted ${period(data)}: ${minutes(data.ssiOutageMinutes)} without the Self-Service Interface, ` +
    (data.servicesDisrupted.length === 0 ? 'no service disrupted' : `${listed(data.servicesDisrupted)} disrupted`),
};
