import type { Reading } from '../commands/reading.js';
import type { Fold } from '../event-store/state.js';
import type { HolidayFact } from '../rulebook/working-days.js';
import { defaultHolidays } from './default-holidays.js';
import type { BankHolidayEvent } from './events.js';

/** What was recorded of one year's bank holidays, with whose they are. */
export type RecordedHolidays = readonly (HolidayFact & { readonly jurisdiction: string })[];

/** One year's recorded bank holidays, from its stream `bank-holidays-<year>`, in recording order. */
export const bankHolidaysFold: Fold<RecordedHolidays, BankHolidayEvent> = {
  kind: 'bank-holidays',
  initial: () => [],
  evolve: (state, event) => {
    const { date, name, announcedOn, jurisdiction } = event.data;
    return [...state, { date, name, announcedOn, jurisdiction, holiday: event.type === 'BankHolidayRecorded' }];
  },
};

/**
 * Every bank holiday known of the years given: the published ones of the jurisdiction, then what was recorded here,
 * which overrides them.
 */
export function holidayFacts(reading: Reading, jurisdiction: string, years: Iterable<number>): HolidayFact[] {
  return [...years].flatMap((year) => [
    ...defaultHolidays(jurisdiction, year),
    ...reading.state(bankHolidaysFold, String(year)).filter((fact) => fact.jurisdiction === jurisdiction),
  ]);
}
