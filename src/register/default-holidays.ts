import { createRequire } from 'node:module';
import type Holidays from 'date-holidays';
import type { HolidayFact } from '../rulebook/working-days.js';

/** Holidays proclaimed at short notice, with the day of the proclamation; all others count as always known. */
const PROCLAIMED: Readonly<Record<string, string>> = { '2022-09-19': '2022-09-10' };

const STATES: Readonly<Record<string, string>> = {
  'england-and-wales': 'ENG',
  scotland: 'SCT',
  'northern-ireland': 'NIR',
};

/** The library and its data take a tenth of a second to load: only when a Working Day is first asked for. */
const load = (): typeof Holidays => createRequire(import.meta.url)('date-holidays') as typeof Holidays;

const calendars = new Map<string, Holidays>();
const years = new Map<string, readonly HolidayFact[]>();

/** The published bank holidays of one year, substitute days included. */
export function defaultHolidays(jurisdiction: string, year: number): readonly HolidayFact[] {
  const key = `${jurisdiction} ${String(year)}`;
  const known = years.get(key);
  if (known) return known;
  const calendar = calendars.get(jurisdiction) ?? new (load())('GB', STATES[jurisdiction] ?? 'ENG');
  calendars.set(jurisdiction, calendar);
  const facts = calendar
    .getHolidays(year)
    .filter((holiday) => holiday.type === 'public' || holiday.type === 'bank')
    .map((holiday) => ({ date: holiday.date.slice(0, 10), name: holiday.name }))
    .map(({ date, name }) => ({ date, name, announcedOn: PROCLAIMED[date] ?? null, holiday: true }));
  years.set(key, facts);
  return facts;
}
