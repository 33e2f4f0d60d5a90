import { elapsedMinutes, endOfMonth, isBefore, minutesAfter, monthOf, nextMonth } from '../../rulebook/local-time.js';
import { outageByMonth, plannedOutage } from '../../rulebook/ssi-outage.js';
import { rowKey } from '../months.js';
import { sumTable, type Share } from '../sums.js';
import type { ReportedWindow } from './reported-window.js';

/** SSI outage in windows, minutes; rows by month. */
export const ssiOutageOfWindows = sumTable('ssi-outage', { planned: 0, high: 0, low: 0 });
export type SsiOutageOfWindows = typeof ssiOutageOfWindows.zero;

/**
 * What a window adds to the SSI outage. Planned: by the plan as it last stood, until the window is cancelled; in fact:
 * once it is completed. Each split at the month's last midnight, and taken from the start of the window.
 */
export function ssiOutageShares({ impact, stage, ...window }: ReportedWindow): Share<SsiOutageOfWindows>[] {
  if (stage.status === 'cancelled') return [];
  const planned = outageByMonth(window.start, plannedOutage(window, window.ssiOutageMinutes));
  const actual = stage.status === 'completed' ? outageByMonth(stage.start, stage.ssiOutageMinutes) : [];
  return [
    ...planned.map(({ month, minutes }) => ({ key: rowKey(month), figures: { planned: minutes } })),
    ...actual.map(({ month, minutes }) => ({
      key: rowKey(month),
      figures: impact === 'High' ? { high: minutes } : { low: minutes },
    })),
  ];
}

/** How windows went; rows by month, impact and service provider (`performanceOfAll`: by month and impact). */
export const performance = sumTable('performance', {
  planned: 0,
  completedInTime: 0,
  overran: 0,
  cancelled: 0,
  open: 0,
  minutesPlanned: 0,
  minutesActual: 0,
});
export const performanceOfAll = sumTable('performance-of-all', performance.zero);
export type WindowPerformance = typeof performance.zero;

/**
 * How a window went, in the month for which it was planned last. Readings: `planned` counts every window that the plan
 * held, the cancelled ones too, so that it is the sum of what became of them; in time is ended no later than was planned,
 * whatever was told meanwhile; the minutes of a cancelled window are not planned any more.
 */
export function performanceOf({ stage, ...window }: ReportedWindow): {
  month: string;
  figures: Partial<WindowPerformance>;
} {
  const month = monthOf(window.start);
  const minutesPlanned = elapsedMinutes(window);
  switch (stage.status) {
    case 'cancelled':
      return { month, figures: { planned: 1, cancelled: 1 } };
    case 'open':
      return { month, figures: { planned: 1, open: 1, minutesPlanned } };
    case 'completed': {
      const overran = isBefore(window.end, stage.end);
      return {
        month,
        figures: {
          planned: 1,
          minutesPlanned,
          minutesActual: stage.minutes,
          ...(overran ? { overran: 1 } : { completedInTime: 1 }),
        },
      };
    }
  }
}

/** What months hold of windows, as H8.3 counts them; rows by month, impact and service provider (or by month and impact). */
export const usage = sumTable('usage', {
  /** Windows that start in the month, and changes placed in them. */
  windows: 0,
  changes: 0,
  /** Minutes of those, and minutes that run in from the month before. */
  used: 0,
  carriedIn: 0,
  /** Minutes as planned, by the month of the plan; minutes as they were, by the month in which they began. */
  planned: 0,
  actual: 0,
  /** Windows completed, by the month in which they began. */
  completed: 0,
});
export const usageOfAll = sumTable('usage-of-all', usage.zero);
export type WindowUsage = typeof usage.zero;

/**
 * What a window holds of each month, the same as the month's budget counts (`usage` in the rulebook): whole in the month in
 * which it starts, by the plan until it is completed and then as it was; what runs past that month's last midnight also in
 * the next. A cancelled window holds nothing.
 */
export function usageOf({ stage, ...window }: ReportedWindow): { month: string; figures: Partial<WindowUsage> }[] {
  if (stage.status === 'cancelled') return [];
  const counted = stage.status === 'completed' ? stage : window;
  const month = monthOf(counted.start);
  const shares: { month: string; figures: Partial<WindowUsage> }[] = [
    { month, figures: { windows: 1, changes: window.changes, used: elapsedMinutes(counted) } },
    { month: monthOf(window.start), figures: { planned: elapsedMinutes(window) } },
  ];
  const lastMidnight = endOfMonth(month);
  if (isBefore(lastMidnight, counted.end))
    shares.push({ month: nextMonth(month), figures: { carriedIn: minutesAfter(counted, lastMidnight) } });
  if (stage.status === 'completed') shares.push({ month, figures: { actual: stage.minutes, completed: 1 } });
  return shares;
}
