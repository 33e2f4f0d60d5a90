import type { Act, Context } from '../commands/act.js';
import { accept, conflict, invalid, type Decision } from '../commands/decision.js';
import type { HolidayFact } from '../rulebook/working-days.js';
import { localDate } from '../rulebook/local-time.js';
import { bankHolidaysFold, holidayFacts } from './bank-holidays.js';
import { BankHolidayRecorded, BankHolidayRemoved } from './events.js';

/** A change to the bank holidays: which day, and when the change was announced. */
export interface BankHolidayCommand {
  readonly date: string;
  readonly name: string;
  readonly announcedOn: string;
  readonly jurisdiction?: string | undefined;
}

/** What is known of that year's bank holidays. */
type Known = readonly HolidayFact[];

/** The act that records a day as a bank holiday, or that it is one no longer. */
export const bankHolidayAct = (name: 'RecordBankHoliday' | 'RemoveBankHoliday'): Act<BankHolidayCommand, Known> => ({
  name,
  load: ({ date, jurisdiction }, reading, context) => {
    reading.state(bankHolidaysFold, date.slice(0, 4));
    return holidayFacts(reading, jurisdiction ?? context.jurisdiction, [Number(date.slice(0, 4))]);
  },
  decide: (known, command, context) => decide(name === 'RecordBankHoliday', known, command, context),
});

function decide(holiday: boolean, known: Known, command: BankHolidayCommand, context: Context): Decision {
  const { date, name, announcedOn } = command;
  const jurisdiction = command.jurisdiction ?? context.jurisdiction;
  if (announcedOn > localDate(context.now))
    return invalid('/announcedOn', 'in the future: what has not happened cannot be recorded');
  const last = lastAnnounced(
    known.filter((fact) => fact.date === date),
    localDate(context.now),
  );
  if ((last?.holiday ?? false) === holiday)
    return conflict(
      holiday ? 'already-recorded' : 'not-recorded',
      holiday ? `${date} is a bank holiday already` : `${date} is not a bank holiday`,
    );
  if (last?.announcedOn && announcedOn < last.announcedOn)
    return invalid(
      '/announcedOn',
      `before ${last.announcedOn}, when what it changes was announced: it would change nothing`,
    );
  const data = { date, name, announcedOn, jurisdiction };
  const fact = holiday ? BankHolidayRecorded.of(data) : BankHolidayRemoved.of(data);
  return accept([{ stream: `bank-holidays-${date.slice(0, 4)}`, fact }], { date, jurisdiction });
}

/** The fact that decides on a day, of those announced so far; undefined where nothing was ever announced of it. */
function lastAnnounced(facts: readonly HolidayFact[], knownOn: string): HolidayFact | undefined {
  return facts
    .filter((fact) => fact.announcedOn === null || fact.announcedOn <= knownOn)
    .toSorted((a, b) => (a.announcedOn ?? '').localeCompare(b.announcedOn ?? ''))
    .at(-1);
}
