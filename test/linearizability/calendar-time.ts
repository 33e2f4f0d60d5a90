import type { Times } from './commands.js';

const ZONE = 'Europe/London';

/** Answers by argument, each worked out once: a check asks the same few hundred questions many thousand times. */
function once<Answer>(answer: (argument: string) => Answer): (argument: string) => Answer {
  const known = new Map<string, Answer>();
  return (argument) => {
    if (!known.has(argument)) known.set(argument, answer(argument));
    return known.get(argument) as Answer;
  };
}

/** The local date of an instant. */
export const localDate = once((instant) =>
  Temporal.Instant.from(instant).toZonedDateTimeISO(ZONE).toPlainDate().toString(),
);

/** The local month of an instant. */
export const monthOf = (instant: string): string => localDate(instant).slice(0, 7);

/** The month so many months later; earlier for a number below 0. */
export const monthAfter = (month: string, months = 1): string =>
  Temporal.PlainYearMonth.from(month).add({ months }).toString();

/** The instant at which a local month begins. */
export const startOfMonth = once((month) =>
  Temporal.PlainDate.from(`${month}-01`).toZonedDateTime(ZONE).toInstant().toString(),
);

/** The date so many days later. */
export const dateAfter = (date: string, days: number): string => Temporal.PlainDate.from(date).add({ days }).toString();

/** The days of a month. */
export const daysIn = (month: string): number => Temporal.PlainYearMonth.from(month).daysInMonth;

/** The instant so many minutes later. */
export const minutesAfter = (instant: string, minutes: number): string =>
  Temporal.Instant.from(instant).add({ minutes }).toString();

/** Elapsed minutes. */
export const minutesBetween = ({ start, end }: Times): number => (Date.parse(end) - Date.parse(start)) / 60_000;
