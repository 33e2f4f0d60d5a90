import { hoursFor, inForce, termOf, type Derogation } from './derogation.js';
import type { Finding, Rule } from './finding.js';
import {
  addDays,
  elapsedMinutes,
  endOfMonth,
  firstOfMonth,
  isBefore,
  localDate,
  localTime,
  minutesAfter,
  monthOf,
  nextMonth,
  startOfMonth,
} from './local-time.js';
import { judge, weighMonth } from './monthly-limits.js';
import { insideBand, type Band } from './night-band.js';
import { rulebookFor, type Rulebook } from './rulebooks.js';
import type { CountedWindow } from './usage.js';

/** The limits to show for a month; null where there is none, or where it is waived. */
export interface MonthLimits {
  readonly rulebook: Rulebook['id'];
  readonly high: { readonly windows: number | null; readonly minutes: number | null };
  readonly low: { readonly windows: number | null; readonly minutesEach: number | null };
  /** Minutes a month of all maintenance, before MP092's trial. */
  readonly general: number | null;
  /** Minutes a month of SSI maintenance, before MP092's trial. */
  readonly ssi: number | null;
  /** References of the derogations that apply on a date of the month. */
  readonly references: readonly string[];
}

/** The most lenient limits in force on any date of a month; the rulebook is that of its last date. */
export function monthLimits(month: string, derogations: readonly Derogation[]): MonthLimits {
  const first = firstOfMonth(month);
  const last = addDays(firstOfMonth(nextMonth(month)), -1);
  const relevant = derogations.filter(({ from, to }) => from <= last && (to === null || first <= to));
  const rulebook = rulebookFor(last);
  const { byClass, general, generalWaived } = rulebook;
  // The limits change only where a derogation begins, and on the day after one ends.
  const dates = [first, ...relevant.flatMap(({ from, to }) => [from, ...(to === null ? [] : [addDays(to, 1)])])].filter(
    (date) => first <= date && date <= last,
  );
  const lenient = (limit: Parameters<typeof termOf>[1], code: number | undefined): number | null => {
    if (code === undefined) return null;
    const allowed = dates.map((date) => termOf(inForce(relevant, date), limit, code).allowed);
    return allowed.some((one) => one === null) ? null : Math.max(...allowed.map((one) => one ?? 0));
  };
  return {
    rulebook: rulebook.id,
    high: {
      windows: lenient('highWindows', byClass?.highWindows),
      minutes: lenient('highMinutes', byClass?.highMinutes),
    },
    low: {
      windows: lenient('lowWindows', byClass?.lowWindows),
      minutesEach: lenient('lowMinutesEach', byClass?.lowMinutesEach),
    },
    general: general && !generalWaived ? general.minutes : null,
    ssi: general && !generalWaived ? general.ssiMinutes : null,
    references: [...new Set(relevant.map(({ reference }) => reference))],
  };
}

/** The longest window that can be planned where the Panel waives the hours: one interval in one night. Minutes. */
const A_DAY = 24 * 60;

/** What is weighed against the limits of H8.3. */
export interface LimitCase {
  readonly window: CountedWindow;
  /** Every other window that counts, in the months before, of and after the window's. */
  readonly others: readonly CountedWindow[];
  readonly derogations: readonly Derogation[];
  /** An intention past a limit is refused; a fact past it is a breach. */
  readonly as: 'intention' | 'fact';
}

/**
 * Weighs a window against H8.3(b) to (d), or against the clauses before MP092, in the month in which it starts and,
 * where it runs past that month's last midnight, in the next: what passes is lawful on either reading of "per month".
 * Every rule weighed is in the answer, the lawful ones too.
 *
 * Derogations count as in force on the window's local start date; for what is carried over, as on the next month's 1st.
 * Readings: H8.3(c) "total" is of the windows' lengths, not of the outages inside them; H8.3(d) "eachin any month" reads
 * "each"; before MP092 the general limit covers all maintenance, that of the Self-Service Interface included; the Panel's
 * derogations name paragraphs of H8.3 as MP092 letters them, so they say nothing of a window before it. All limits are
 * DCC-wide: assumption MP92-AD01, that a supplier's hours were its own, cannot widen the Code.
 */
export function weighLimits(given: LimitCase): Finding[] {
  const { window, others, derogations } = given;
  const date = localDate(window.start);
  const month = monthOf(window.start);
  const rulebook = rulebookFor(date);
  const own = inForce(derogations, date);
  const all = [...others.filter(({ maintenanceId }) => maintenanceId !== window.maintenanceId), window];
  const findings = [
    weighBand(given, rulebook, date),
    ...weighMonth(given, month, rulebook, date, all),
    ...weighLength(given, month, rulebook, own, elapsedMinutes(window)),
  ];
  if (isBefore(endOfMonth(month), window.end)) {
    const following = nextMonth(month);
    const first = firstOfMonth(following);
    const next = rulebookFor(first);
    const then = inForce(derogations, first);
    findings.push(
      ...weighMonth(given, following, next, first, all),
      ...weighLength(given, following, next, then, minutesAfter(window, startOfMonth(following))),
    );
  }
  return findings;
}

/** H8.3(d): the length of a Low Impact window, or of its part after the month's last midnight. */
function weighLength(
  given: LimitCase,
  month: string,
  { byClass }: Rulebook,
  derogations: readonly Derogation[],
  value: number,
): Finding[] {
  if (!byClass || given.window.impact !== 'Low') return [];
  const term = termOf(derogations, 'lowMinutesEach', byClass.lowMinutesEach);
  const where = `of this Low Impact window held against ${month}`;
  return [
    judge(given, {
      rule: 'H8.3(d)',
      code: byClass.lowMinutesEach,
      term,
      value,
      unit: 'minutes',
      month,
      what: 'minute',
      where,
    }),
  ];
}

function weighBand({ window, derogations, as }: LimitCase, rulebook: Rulebook, date: string): Finding {
  const { allowed, reference } = hoursFor(date, derogations);
  const rule: Rule = rulebook.byClass ? 'H8.3(b)' : 'pre-MP092.H8.3(a)';
  const value = `${localTime(window.start)} to ${localTime(window.end)}`;
  const hours = (bands: readonly Band[]): string =>
    bands.map((band) => `${band.earliest} to ${band.latest}`).join(' or ');
  const between = `between ${rulebook.band.earliest} and ${rulebook.band.latest} in London`;
  const limit = hours(allowed ?? [rulebook.band]);
  const base = { rule, value, limit, month: monthOf(window.start) };
  const cited = reference === '' ? {} : { reference };
  if (allowed === null && as === 'intention' && elapsedMinutes(window) > A_DAY)
    return {
      ...base,
      ...cited,
      outcome: 'refused',
      detail: `${value} is longer than a day: one window is one night's, whatever the hours`,
    };
  if (allowed !== null && !allowed.some((band) => insideBand(window, band)))
    return {
      ...base,
      ...cited,
      outcome: as === 'intention' ? 'refused' : 'breach',
      detail: `${value} is not within one night, ${limit} in London`,
    };
  if (insideBand(window, rulebook.band)) return { ...base, outcome: 'pass', detail: `${value} lies ${between}` };
  return {
    ...base,
    ...cited,
    outcome: 'waived',
    detail: `${value} does not lie ${between}; the Panel agreed otherwise`,
  };
}
