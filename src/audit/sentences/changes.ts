import type { ChallengeEvent, ChangeEvent } from '../../changes/events.js';
import { listed, minutes, period, quoted, services, type Sentences } from './words.js';

const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${quoted(reason)}`);

/** Facts of the forward schedule of change. */
export const changeSentences: Sentences<ChangeEvent | ChallengeEvent> = {
  ChangeRaised: ({ data }) =>
    `raised the ${data.class} change ${data.changeId} of ${data.serviceProvider}, ${quoted(data.title)}, in ${data.environment} for ${period({ start: data.plannedStart, end: data.plannedEnd })}, with ${minutes(data.downtimeMinutes)} of downtime and ${services(data.services)}`,
  ChangeAssessed: ({ data }) =>
    `assessed the change ${data.changeId}: ${data.impact === null ? 'no maintenance' : `${data.impact} Impact`}, ${data.needsWindow ? 'to be placed in a window' : 'no window needed'} (Change Risk Calculator, advisory: ${String(data.risk.product)} and ${String(data.risk.additive)})${because(data.notes)}`,
  ChangeApproved: ({ data }) => `approved the change ${data.changeId} as ${data.approvedBy.id}${because(data.reason)}`,
  ChangeRejected: ({ data }) => `rejected the change ${data.changeId} as ${data.rejectedBy.id}${because(data.reason)}`,
  ChangePlaced: ({ data }) =>
    `placed the change ${data.changeId} in the maintenance ${data.maintenanceId} of ${period(data)}`,
  ChangeWithdrawn: ({ data }) => `withdrew the change ${data.changeId}: ${quoted(data.reason)}`,
  ChangeOutcomeRecorded: ({ data }) =>
    `recorded that the change ${data.changeId} was ${data.outcome} after ${period({ start: data.actualStart, end: data.actualEnd })}, ${minutes(data.ssiOutageMinutes)} without the Self-Service Interface`,
  IncidentLinked: ({ data }) =>
    `linked the incident ${data.incidentId} of category ${String(data.category)} to the change ${data.changeId}`,
  LessonsLearnedRecorded: ({ data }) =>
    `recorded what was learned from the change ${data.changeId}: ${quoted(data.lessons)}; actions: ${listed(data.actions.map(quoted))}`,
  ChangeClosed: ({ data }) => `closed the change ${data.changeId}`,
  ClassificationChallenged: ({ data }) =>
    `challenged, as ${data.challengeId}, the class of ${'maintenanceId' in data.subject ? `the maintenance ${data.subject.maintenanceId}` : `the change ${data.subject.changeId}`}: ${quoted(data.argument)}`,
  ChallengeAnswered: ({ data }) =>
    `answered the challenge ${data.challengeId}: ${data.upheld ? 'upheld' : 'not upheld'}, ${quoted(data.rationale)}`,
};
