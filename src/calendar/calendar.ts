import type { Context } from '../commands/act.js';
import type { Reading } from '../commands/reading.js';
import { derogationFold, type GrantedDerogation } from '../panel/derogation.js';
import { holidayFacts } from '../register/bank-holidays.js';
import type { CountedWindow } from '../rulebook/usage.js';
import { localDate, nextMonth, previousMonth } from '../rulebook/local-time.js';
import { workingDays, type WorkingDays } from '../rulebook/working-days.js';
import { counted, monthFold, type Maintenance, type Month } from './month.js';

/**
 * What a decision about the calendar reads: the book of every month it asks for, the derogations, and the Working Days
 * as known at the time. Every month asked for becomes one that the append checks.
 */
export interface Calendar {
  month(month: string): Month;
  /** The windows that count for a month and its neighbours, one window left out where it is the one being weighed. */
  countedAround(month: string, except?: string): CountedWindow[];
  readonly derogations: readonly GrantedDerogation[];
  /** The Working Days as known on the date of `now`, in the years around it and the times concerned. */
  readonly days: WorkingDays;
  /** The same in the years around another time too. */
  daysSince(earlier: string): WorkingDays;
}

/** Years before the earliest and after the latest of the times concerned for which Working Days are known too. */
const YEARS_BACK = 1;
const YEARS_AHEAD = 3;

/** Opens the calendar for a decision or an answer at `now`; `around` are other times whose holidays are needed. */
export function readCalendar(
  reading: Reading,
  { now, jurisdiction }: Pick<Context, 'now' | 'jurisdiction'>,
  around: readonly string[] = [],
): Calendar {
  const month = (name: string): Month => reading.state(monthFold, name);
  let derogations: readonly GrantedDerogation[] | undefined;
  let days: WorkingDays | undefined;
  const knownDays = (times: readonly string[]): WorkingDays =>
    workingDays(holidayFacts(reading, jurisdiction, yearsAround(times)), localDate(now));
  return {
    month,
    countedAround: (name, except) =>
      [previousMonth(name), name, nextMonth(name)].flatMap((one) =>
        [...month(one).maintenance.values()].flatMap((maintenance) =>
          maintenance.maintenanceId === except ? [] : (counted(maintenance) ?? []),
        ),
      ),
    get derogations() {
      return (derogations ??= reading.all(derogationFold).filter((one) => one !== null));
    },
    get days() {
      return (days ??= knownDays([now, ...around]));
    },
    daysSince: (earlier) => knownDays([now, ...around, earlier]),
  };
}

/** The years within which the notice between any two of these instants or dates can lie, without a gap. */
function yearsAround(times: readonly string[]): number[] {
  const years = times.map((time) => Number(time.slice(0, 4)));
  const first = Math.min(...years) - YEARS_BACK;
  return Array.from({ length: Math.max(...years) + YEARS_AHEAD - first + 1 }, (_, index) => first + index);
}

/** A window and the month in which it now stands, wherever it has been moved; undefined for an unknown id. */
export function findMaintenance(
  reading: Reading,
  maintenanceId: string,
): { readonly maintenance: Maintenance; readonly month: Month } | undefined {
  const first = reading.claimed(`maintenance/${maintenanceId}`);
  let name = first?.stream.slice('month-'.length);
  while (name !== undefined) {
    const month = reading.state(monthFold, name);
    const maintenance = month.maintenance.get(maintenanceId);
    if (maintenance) return { maintenance, month };
    name = month.left.get(maintenanceId)?.toMonth;
  }
  return undefined;
}
