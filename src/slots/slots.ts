import { addMinutes, atLocal, clockChangeFrom, localDate, startOfDay, type Interval } from '../rulebook/local-time.js';
import { datesOf, type DateRange } from './recurrence-dates.js';
import type { SlotPattern } from './slot-pattern.js';

/**
 * A slot of a pattern by its local date, placed in Europe/London; or skipped, where the clocks go forward over its
 * start that night. One whose start comes twice, as the clocks go back, begins at the earlier.
 */
export type Slot =
  | { readonly date: string; readonly placed: Interval; readonly doubled: boolean }
  /** `skippedAt`: the instant at which the clocks skip its start. */
  | { readonly date: string; readonly placed: null; readonly skippedAt: string };

/** What recurs: as much of a pattern as says when its slots are. */
export type SlotTimes = Pick<SlotPattern, 'rule' | 'startTime' | 'durationMinutes' | 'from' | 'until'>;

/** The slots of a pattern on the dates of a range, withdrawn or not, in order. */
export function slotsOf(pattern: SlotTimes, { first, last }: DateRange): Slot[] {
  const until = pattern.until !== undefined && pattern.until < last ? pattern.until : last;
  return datesOf(pattern.rule, pattern.from, { first, last: until }).map((date) => slotOn(pattern, date));
}

function slotOn({ startTime, durationMinutes }: SlotTimes, date: string): Slot {
  const moment = atLocal(date, startTime);
  if ('skipped' in moment) return { date, placed: null, skippedAt: clockChangeFrom(date) ?? startOfDay(date) };
  const start = 'instant' in moment ? moment.instant : moment.doubled[0];
  return { date, placed: { start, end: addMinutes(start, durationMinutes) }, doubled: 'doubled' in moment };
}

/** The slots that are on offer on the dates of a range: placed and not withdrawn, and the replacements. */
export function offeredSlots(pattern: SlotPattern, range: DateRange): Interval[] {
  const own = slotsOf(pattern, range).flatMap(({ date, placed }) =>
    placed && !pattern.withdrawn.has(date) ? [placed] : [],
  );
  const replacements = [...pattern.replacements.values()].filter(({ start }) => {
    const date = localDate(start);
    return range.first <= date && date <= range.last;
  });
  return [...own, ...replacements];
}
