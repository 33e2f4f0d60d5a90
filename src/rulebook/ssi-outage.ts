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
