import { hoursFor, type Derogation } from './derogation.js';
import { addDays, addMinutes, atLocal, elapsedMinutes, localDate, localTime, type Interval } from './local-time.js';
import { insideBand, NIGHT_BAND, runsOverMidnight, type Band } from './night-band.js';

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
  /** What the Panel agreed to of the hours. */
  readonly derogations: readonly Derogation[];
}

/**
 * Times worth trying in place of one that is unlawful, best first: the same length on the following nights, at the same
 * time where it lies in the hours of that night, else from their beginning, else until their end; then shorter ones on the
 * night asked for and after it, the longest first. None starts or ends at a local time that the clocks skip or repeat. The
 * caller decides each, and offers only what is accepted.
 */
export function* candidateIntervals(requested: Interval, search: SuggestionSearch): Generator<Interval> {
  const { notBefore, nights, from = localDate(requested.start) } = search;
  const first = from > notBefore ? from : notBefore;
  const time = localTime(requested.start).slice(11, 16);
  const minutes = elapsedMinutes(requested);
  const on = (date: string, length: number): Generator<Interval> =>
    onDate(date, hoursOn(date, search.derogations), time, length);
  for (let night = 0; night < nights; night += 1) yield* on(addDays(first, night), minutes);
  const longest = Math.min(A_NIGHT, Math.ceil(minutes / SHORTER_BY) * SHORTER_BY - SHORTER_BY);
  for (let shorter = longest; shorter > 0; shorter -= SHORTER_BY)
    for (let night = 0; night < nights; night += DAYS_IN_A_WEEK) yield* on(addDays(first, night), shorter);
}

/** Where the hours are waived: the night first, else any time of a day. */
const ANY_TIME: readonly Band[] = [NIGHT_BAND, { earliest: '00:00', latest: '00:00' }];

/** The hours for a window that starts on a date. */
const hoursOn = (date: string, derogations: readonly Derogation[]): readonly Band[] =>
  hoursFor(date, derogations).allowed ?? ANY_TIME;

/** The window of that length which begins on that date, at the time asked for or at the nearest that the hours allow. */
function* onDate(date: string, hours: readonly Band[], time: string, minutes: number): Generator<Interval> {
  const starts = [
    startAt(date, time),
    ...hours.flatMap((band) => [startAt(date, band.earliest), endingAt(date, band, minutes)]),
  ];
  for (const start of new Set(starts)) {
    if (start === undefined) continue;
    const interval = { start, end: addMinutes(start, minutes) };
    if (!hours.some((band) => insideBand(interval, band)) || !isClear(interval)) continue;
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

function endingAt(date: string, band: Band, minutes: number): string | undefined {
  const end = startAt(runsOverMidnight(band) ? addDays(date, 1) : date, band.latest);
  return end === undefined ? undefined : addMinutes(end, -minutes);
}
