import type { Maintenance, Month } from '../calendar/month.js';
import type { Impact } from '../rulebook/classification.js';
import { isBefore, monthOf, type Interval } from '../rulebook/local-time.js';

/**
 * The windows that use a slot, first to start first: of its impact, not cancelled, and as planned wholly inside it. Once
 * work has been done the plan still says which slot it was done in: an overrun or an early finish changes nothing here.
 */
export function windowsIn(slot: Interval, impact: Impact, monthBook: (month: string) => Month): Maintenance[] {
  return [...new Set([monthOf(slot.start), monthOf(slot.end)])]
    .flatMap((month) => [...monthBook(month).maintenance.values()])
    .filter(
      (window) =>
        window.impact === impact &&
        window.stage.status !== 'cancelled' &&
        !isBefore(window.start, slot.start) &&
        !isBefore(slot.end, window.end),
    )
    .sort((a, b) => a.start.localeCompare(b.start) || a.maintenanceId.localeCompare(b.maintenanceId));
}
