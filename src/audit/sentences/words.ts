import type { Static } from 'typebox';
import type { ActivityData } from '../../commands/fact-fields.js';
import type { LogRecord } from '../../event-store/event-store.js';
import type { Recorded } from '../../event-store/state.js';
import { elapsedMinutes, localTime, type Interval } from '../../rulebook/local-time.js';

/**
 * What is told of each type of fact: what its actor did, so that it follows a name ("planned the maintenance M1 …"), or
 * what happened to be recorded. Without a full stop.
 */
export type Sentences<E extends { readonly type: string; readonly data: unknown }> = {
  readonly [Type in E['type']]: (event: Recorded<Extract<E, { readonly type: Type }>>) => string;
};

/** Any record, told as its type has it. */
export type Sentence = (event: LogRecord) => string;

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `5 December 2026`, of a calendar date. */
export function day(date: string): string {
  const [year = '', month, of] = date.split('-');
  return `${String(Number(of))} ${MONTHS[Number(month) - 1] ?? ''} ${year}`;
}

/** `December 2026`, of a calendar month. */
export function month(name: string): string {
  const [year = '', number] = name.split('-');
  return `${MONTHS[Number(number) - 1] ?? ''} ${year}`;
}

/** `5 December 2026, 22:00`, in Europe/London. */
export function moment(instant: string): string {
  const local = localTime(instant);
  return `${day(local.slice(0, 10))}, ${local.slice(11, 16)}`;
}

/** `5 December 2026, 20:00 to 22:00 (120 minutes)`, in Europe/London; minutes are elapsed ones. */
export function period(interval: Interval): string {
  const [start, end] = [localTime(interval.start), localTime(interval.end)];
  const until = start.slice(0, 10) === end.slice(0, 10) ? end.slice(11, 16) : moment(interval.end);
  return `${moment(interval.start)} to ${until} (${minutes(elapsedMinutes(interval))})`;
}

/** `1 minute`, `120 minutes`. */
export const minutes = (count: number): string => counted(count, 'minute');

/** `1 event`, `2 events`. */
export const counted = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;

/** `one`, `one and two`, `one, two and three`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

/** What somebody wrote, in quotation marks. */
export const quoted = (text: string): string => `\u201c${text}\u201d`;

/** Services and what the work does to them. */
export const services = (affected: readonly { readonly service: string; readonly effect: string }[]): string =>
  affected.length === 0
    ? 'no service'
    : listed(
        affected.map(
          ({ service, effect }) => `${service} ${effect === 'disrupted' ? 'disrupted' : 'at Material Risk'}`,
        ),
      );

/** The work of a window, piece by piece. */
export const work = (activities: readonly Static<typeof ActivityData>[]): string =>
  activities
    .map(
      ({ description, serviceProvider, services: affected }) =>
        `${quoted(description)} by ${serviceProvider} (${services(affected)})`,
    )
    .join('; ');
