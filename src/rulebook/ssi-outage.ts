import type { Finding } from './finding.js';
import { addMinutes, elapsedMinutes, splitByMonth, type Interval } from './local-time.js';

/**
 * Planned outage of the Self-Service Interface in a window, minutes: the sum over its activities, since each provider
 * takes the SSI down for its own work; but never more than the window.
 */
export const plannedOutage = (window: Interval, sumOfActivities: number): number =>
  Math.min(sumOfActivities, elapsedMinutes(window));

/**
 * The minutes of an outage by local month, split at local midnight of the month's end. Reading: an outage that is shorter
 * than its window is taken from the window's start, since nothing says when in the window it was.
 */
export const outageByMonth = (start: string, minutes: number): { month: string; minutes: number }[] =>
  minutes === 0 ? [] : splitByMonth({ start, end: addMinutes(start, minutes) });

/** H8.7: an SSI outage longer than the work is strange but possible (it can be why the work is done): a warning. */
export function weighSsiOutage(ssiOutageMinutes: number, work: Interval): Finding[] {
  const minutes = elapsedMinutes(work);
  if (ssiOutageMinutes <= minutes) return [];
  return [
    {
      rule: 'H8.7',
      outcome: 'warning',
      detail: `${String(ssiOutageMinutes)} minutes of SSI outage are longer than the ${String(minutes)} of the work`,
      value: ssiOutageMinutes,
      limit: minutes,
      unit: 'minutes',
    },
  ];
}
