import { remembered } from './bounded-cache.js';
import { addDays, atLocal, clockChangeFrom, type Interval, isBefore, localDate, startOfDay } from './local-time.js';

/**
 * The hours between which work may be done, as local times of day (`HH:MM`). Where `earliest` comes before `latest` the
 * band lies inside one day; otherwise `latest` is on the day after, and equal times make a whole day.
 */
export interface Band {
  earliest: string;
  latest: string;
}

/** H8.3(b): between 20:00 and 08:00 the next day. */
export const NIGHT_BAND: Band = { earliest: '20:00', latest: '08:00' };

/** The hours in which work that consumers notice is better done: 20:00 to 02:00. A preference, not a limit. */
export const PREFERRED_BAND: Band = { earliest: '20:00', latest: '02:00' };

/** Whether a band runs over midnight into the next day. */
export function runsOverMidnight(band: Band): boolean {
  return band.earliest >= band.latest;
}

const bandOnce = remembered(5_000, (key): Interval => {
  const [date = '', earliest = '', latest = ''] = key.split(' ');
  const lastDate = runsOverMidnight({ earliest, latest }) ? addDays(date, 1) : date;
  return { start: edge(date, earliest, 'first'), end: edge(lastDate, latest, 'last') };
});

/**
 * The band that begins on a local date, as instants. An edge that the clocks skip is the moment of the change; of one
 * that they repeat, the band takes the outer.
 */
export function bandOn(date: string, band: Band): Interval {
  return bandOnce(`${date} ${band.earliest} ${band.latest}`);
}

/**
 * H8.3(b): whether the whole of an interval lies within one occurrence of a band. Compared as instants, so it holds on
 * the nights when the clocks change; starting or ending exactly on an edge is lawful.
 */
export function insideBand(interval: Interval, band: Band): boolean {
  return candidates(interval.start, band).some(
    (one) => !isBefore(interval.start, one.start) && !isBefore(one.end, interval.end),
  );
}

function candidates(instant: string, band: Band): Interval[] {
  const date = localDate(instant);
  return runsOverMidnight(band) ? [bandOn(addDays(date, -1), band), bandOn(date, band)] : [bandOn(date, band)];
}

function edge(date: string, time: string, which: 'first' | 'last'): string {
  const moment = atLocal(date, time);
  if ('instant' in moment) return moment.instant;
  if ('doubled' in moment) return moment.doubled[which === 'first' ? 0 : 1];
  return clockChangeFrom(date) ?? startOfDay(date);
}
