import type { Act } from '../../commands/act.js';
import { accept, conflict, refuse } from '../../commands/decision.js';
import { firstRefused } from '../../rulebook/finding.js';
import { firstOfMonth, startOfMonth } from '../../rulebook/local-time.js';
import { weighPublication, weighStatement } from '../../rulebook/notice.js';
import { readCalendar, type Calendar } from '../calendar.js';
import { MonthlySchedulePublished } from '../events.js';
import { monthEtag } from '../month-view.js';
import { servicesOf } from '../month.js';
import { reckoning } from '../../rulebook/reckoning.js';

/** Issues a month's schedule. */
export interface PublishMonthlySchedule {
  readonly month: string;
  /** Why it is late; needed where it is. */
  readonly lateReason?: string | undefined;
}

/**
 * Publishes a month's schedule (H8.4). A late one needs its reason, is published all the same, and is recorded as a
 * breach; a blank statement stops it.
 */
export const publishMonthlySchedule: Act<PublishMonthlySchedule, Calendar> = {
  name: 'PublishMonthlySchedule',
  load: (command, reading, context) => readCalendar(reading, context, [firstOfMonth(command.month)]),
  etag: (calendar, { month }) => monthEtag(calendar, month),
  decide: (calendar, { month: name, lateReason }, { now }) => {
    const month = calendar.month(name);
    if (month.publication.status === 'published')
      return conflict('already-published', `the schedule of ${name} was published on ${month.publication.publishedAt}`);
    const { finding, compliant, latestCompliantDate, margin } = weighPublication({
      month: name,
      now,
      days: calendar.days,
      lateReason,
    });
    const statements = [...month.maintenance.values()]
      .filter((maintenance) => maintenance.stage.status !== 'cancelled')
      .flatMap((maintenance) =>
        weighStatement({
          maintenanceId: maintenance.maintenanceId,
          descriptions: maintenance.activities.map((activity) => activity.description),
          services: servicesOf(maintenance),
          start: maintenance.start,
          end: maintenance.end,
          riskToReturn: maintenance.riskToReturn,
        }),
      );
    const findings = [finding, ...statements];
    if (firstRefused(findings)) return refuse(findings);
    return accept(
      [
        {
          stream: `month-${name}`,
          fact: MonthlySchedulePublished.of({
            month: name,
            version: 1,
            compliant,
            latestCompliantDate,
            marginWorkingDays: margin,
            ...(lateReason === undefined ? {} : { lateReason }),
            reckoning: reckoning(startOfMonth(name), findings),
          }),
        },
      ],
      { month: name, version: 1, compliant, latestCompliantDate },
      findings,
    );
  },
};
