/** How many events, in words. */
export const many = (count: number): string => (count === 1 ? '1 event' : `${grouped(count)} events`);

/** The events from the first to one, in words. */
export const upTo = (position: number): string => (position === 1 ? 'event 1' : `the events 1 to ${grouped(position)}`);

/** The events from one to another, in words. */
export const between = (from: number, to: number): string =>
  from === to ? `event ${grouped(from)}` : `the events ${grouped(from)} to ${grouped(to)}`;

/** A number with its thousands apart. */
export const grouped = (count: number): string => count.toLocaleString('en-GB');
