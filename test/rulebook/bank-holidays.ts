import { readFileSync } from 'node:fs';
import type { HolidayFact } from '../../src/rulebook/working-days.js';

const published = JSON.parse(
  readFileSync(new URL('../data/bank-holidays-england-wales.json', import.meta.url), 'utf8'),
) as { holidays: string[] };

/** The published bank holidays of England and Wales, 2019 to 2028. */
export const holidays: readonly string[] = published.holidays;

/** The same as facts that have always been known. */
export const holidayFacts: readonly HolidayFact[] = holidays.map((date) => ({
  date,
  name: 'Bank holiday',
  announcedOn: null,
  holiday: true,
}));
