import { addDays, addMinutes, atLocal, elapsedMinutes, localDate, localTime, type Interval } from './local-time.js';
import { insideBand, NIGHT_BAND } from './night-band.js';

/** Steps by which a window is shortened, and the longest of the shorter ones: a night. Minutes. */
const SHORTER_BY = 30;
const A_NIGHT = 720;
const DAYS_IN_A_WEEK = 7;

/** Where to look for other times. */
export interface SuggestionSearch {
  /** First local date of a start worth trying. */
  readonly notBefore: string;
  /** Local date to begin at, where that is not the date asked for. */
  readonly from?: string | undefined;
  /** How many nights from there. */
  readonly nights: number;
}

/**
 * Times worth trying in place of one that is unlawful, best first: the same length on the following nights, at the same
 * time where it lies in the night band, else from 20:00, else until 08:00; then shorter ones on the night asked for and
 * after it, the longest first. None starts or ends at a local time that the clocks skip or repeat. The caller decides each, and offers only what is accepted.
 */
export function* candidateIntervals(requested: Interval, search: SuggestionSearch): Generator<Interval> {
  const { notBefore, nights, from = localDate(requested.start) } = search;
  const first = from > notBefore ? from : notBefore;
  const time = localTime(requested.start).slice(11, 16);
  const minutes = elapsedMinutes(requested);
  for (let night = 0; night < nights; night += 1) yield* onDate(addDays(first, night), time, minutes);
  const longest = Math.min(A_NIGHT, Math.ceil(minutes / SHORTER_BY) * SHORTER_BY - SHORTER_BY);
  for (let shorter = longest; shorter > 0; shorter -= SHORTER_BY)
    for (let night = 0; night < nights; night += DAYS_IN_A_WEEK) yield* onDate(addDays(first, night), time, shorter);
}

/** The window of that length which begins on that date, at the time asked for or at the nearest that the night allows. */
function* onDate(date: string, time: string, minutes: number): Generator<Interval> {
  const seen = new Set<string>();
  for (const start of [startAt(date, time), startAt(date, NIGHT_BAND.earliest), endingAt(addDays(date, 1), minutes)]) {
    if (start === undefined || seen.has(start)) continue;
    seen.add(start);
    const interval = { start, end: addMinutes(start, minutes) };
    if (!insideBand(interval, NIGHT_BAND) || !isClear(interval)) continue;
    yield interval;
    return;
  }
}

/** Whether both ends can be said in local time: neither falls in an hour that the clocks repeat. */
function isClear(interval: Interval): boolean {
  return [interval.start, interval.end].every((instant) => {
    const [date = '', time = ''] = localTime(instant).split('T');
    return startAt(date, time) !== undefined;
  });
}

function startAt(date: string, time: string): string | undefined {
  const moment = atLocal(date, time);
  return 'instant' in moment ? moment.instant : undefined;
}

function endingAt(date: string, minutes: number): string | undefined {
  const end = startAt(date, NIGHT_BAND.latest);
  return end === undefined ? undefined : addMinutes(end, -minutes);
}
