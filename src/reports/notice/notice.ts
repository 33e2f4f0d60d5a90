import type { Reading } from '../../commands/reading.js';
import { holidayFacts } from '../../register/bank-holidays.js';
import { localDate } from '../../rulebook/local-time.js';
import { clearWorkingDays, workingDays } from '../../rulebook/working-days.js';
import { monthsOf, type MonthRange } from '../months.js';
import { entriesOf, noticeEntries, type Notice, type NoticeEntry } from './notice-entries.js';

type Of<Kind extends NoticeEntry['kind']> = Extract<NoticeEntry, { readonly kind: Kind }>;

/** The margin again, by the Working Days as they are known when the answer holds. The judgement stays what it was. */
export interface Restated {
  readonly restatedMarginWorkingDays: number;
}

/** What a month holds of notice. */
export interface NoticeOfMonth {
  readonly month: string;
  /** The first issue of the month's schedule; null while it is a draft. */
  readonly schedule: (Of<'schedule'> & Restated) | null;
  readonly reissues: readonly (Of<'reissue'> & Restated)[];
  readonly additionalWindows: readonly (Of<'additional-window'> & Restated)[];
  readonly breaches: readonly Of<'breach'>[];
  /** Unplanned Maintenance, and how long it took to tell of it. */
  readonly unplanned: readonly Of<'unplanned'>[];
}

/** Notice given, by the month that it was of, and how many of each there were. */
export interface NoticeReport extends MonthRange {
  readonly months: readonly NoticeOfMonth[];
  readonly total: {
    readonly schedules: number;
    readonly late: number;
    readonly reissues: number;
    readonly additionalWindows: number;
    readonly breaches: number;
    readonly unplanned: number;
  };
}

/**
 * The margin of every schedule, reissue and additional window, in clear Working Days: as it was judged when the notice was
 * given, and beside it as the holidays are known now. And every breach of notice, with its reason.
 */
export function noticeReport(
  reading: Reading,
  range: MonthRange,
  { now, jurisdiction }: { readonly now: string; readonly jurisdiction: string },
): NoticeReport {
  const listed = entriesOf(reading.projected(noticeEntries), range);
  const notices = listed.flatMap(({ entry }) => ('noticeDate' in entry ? [entry] : []));
  const days = workingDays(holidayFacts(reading, jurisdiction, yearsOf(notices)), localDate(now));
  const restated = <Entry extends Notice>(entry: Entry): Entry & Restated => ({
    ...entry,
    restatedMarginWorkingDays: clearWorkingDays(days, entry.noticeDate, entry.eventDate),
  });
  const months = monthsOf(range).map((month) => {
    const entries = listed.filter((one) => one.month === month).map(({ entry }) => entry);
    return {
      month,
      schedule: of(entries, 'schedule').map(restated)[0] ?? null,
      reissues: of(entries, 'reissue').map(restated),
      additionalWindows: of(entries, 'additional-window').map(restated),
      breaches: of(entries, 'breach'),
      unplanned: of(entries, 'unplanned'),
    };
  });
  const count = (items: (month: NoticeOfMonth) => number): number =>
    months.reduce((sum, month) => sum + items(month), 0);
  return {
    ...range,
    months,
    total: {
      schedules: count(({ schedule }) => (schedule ? 1 : 0)),
      late: count(({ schedule }) => (schedule && !schedule.compliant ? 1 : 0)),
      reissues: count(({ reissues }) => reissues.length),
      additionalWindows: count(({ additionalWindows }) => additionalWindows.length),
      breaches: count(({ breaches }) => breaches.length),
      unplanned: count(({ unplanned }) => unplanned.length),
    },
  };
}

/** The entries of one kind. */
const of = <Kind extends NoticeEntry['kind']>(entries: readonly NoticeEntry[], kind: Kind): Of<Kind>[] =>
  entries.filter((entry): entry is Of<Kind> => entry.kind === kind);

/** The years in which the days between any of these notices and its event lie. */
function yearsOf(notices: readonly Notice[]): Set<number> {
  const years = new Set<number>();
  for (const { noticeDate, eventDate } of notices)
    for (let year = Number(noticeDate.slice(0, 4)); year <= Number(eventDate.slice(0, 4)); year += 1) years.add(year);
  return years;
}
