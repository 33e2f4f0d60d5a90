import type { CalendarEvent, PlannedMaintenance } from '../../calendar/events.js';
import { day, listed, minutes, moment, month, period, quoted, services, work, type Sentences } from './words.js';

const planned = ({ maintenanceId, impact, start, end, activities, riskToReturn }: PlannedMaintenance): string =>
  `the ${impact} Impact maintenance ${maintenanceId} for ${period({ start, end })}: ${work(activities)}; risk to the return of normal services: ${quoted(riskToReturn)}`;

/** Facts of the months. */
export const calendarSentences: Sentences<CalendarEvent> = {
  MaintenanceScheduled: ({ data }) =>
    `planned ${data.additional ? 'additionally, after the schedule was published, ' : ''}${planned(data.maintenance)}`,
  MonthlySchedulePublished: ({ data }) =>
    `published the schedule of ${month(data.month)} as version 1, with ${String(data.marginWorkingDays)} clear Working Days' notice; twenty could have been given until ${day(data.latestCompliantDate)}, so it was ${data.compliant ? 'in time' : 'late'}` +
    (data.lateReason === undefined ? '' : ` (${quoted(data.lateReason)})`),
  ScheduleReissued: ({ data }) =>
    `issued the schedule of ${month(data.month)} again, as version ${String(data.version)}, because of ${data.because} (${data.maintenanceId}), with ${String(data.marginWorkingDays)} clear Working Days' notice`,
  MaintenanceRescheduled: ({ data }) =>
    `moved the maintenance ${data.maintenanceId} from ${period(data.from)} to ${period(data.to)}` +
    (data.panelRequestId === undefined ? '' : `, at the Panel's request ${data.panelRequestId}`) +
    `: ${quoted(data.reason)}`,
  MaintenanceMovedIn: ({ data }) => `moved in from ${month(data.fromMonth)} ${planned(data.maintenance)}`,
  MaintenanceCancelled: ({ data }) => `cancelled the maintenance ${data.maintenanceId}: ${quoted(data.reason)}`,
  MaintenanceActivityAdded: ({ data }) =>
    `added work to the maintenance ${data.maintenanceId}: ${work([data.activity])}`,
  MaintenanceReclassified: ({ data }) =>
    `reclassified the maintenance ${data.maintenanceId} from ${data.from} to ${data.to} Impact` +
    (data.services === null ? '' : ` (${services(data.services)})`) +
    `: ${quoted(data.rationale)}`,
  MaintenanceStarted: ({ data }) => `started the maintenance ${data.maintenanceId} at ${moment(data.at)}`,
  MaintenanceProgressReported: ({ data }) =>
    `told that the maintenance ${data.maintenanceId} will end at ${moment(data.expectedEnd)}, with this disruption: ${quoted(data.expectedDisruption)}`,
  MaintenanceCompleted: ({ data }) =>
    `completed the maintenance ${data.maintenanceId}, which lasted from ${moment(data.actualStart)} to ${moment(data.actualEnd)}: ${minutes(data.minutes)}, ${minutes(data.ssiOutageMinutes)} without the Self-Service Interface, ` +
    (data.servicesDisrupted.length === 0 ? 'no service disrupted' : `${listed(data.servicesDisrupted)} disrupted`) +
    (data.unexpectedCoreDisruption ? '; a core service was disrupted by Low Impact work' : ''),
};
