import type { Impact } from './classification.js';
import { bandsOf, inForce, termOf, type Derogation, type Term } from './derogation.js';
import type { Finding, Rule } from './finding.js';
import {
  addDays,
  elapsedMinutes,
  endOfMonth,
  firstOfMonth,
  intersects,
  isBefore,
  localDate,
  localTime,
  minutesAfter,
  monthOf,
  nextMonth,
  startOfMonth,
  type Interval,
} from './local-time.js';
import { insideBand, PREFERRED_BAND, type Band } from './night-band.js';
import { rulebookFor, trialReference, type Rulebook } from './rulebooks.js';

/** A window that counts against the limits, with the interval that counts: as planned, or as it was once completed. */
export interface CountedWindow {
  readonly maintenanceId: string;
  readonly impact: Impact;
  readonly start: string;
  readonly end: string;
  /** True where the Self-Service Interface is affected (for the limits before MP092). */
  readonly affectsSsi: boolean;
}

/** What a month has used of a limit: by the windows that start in it, and by those that run in from the month before. */
export interface Used {
  readonly used: number;
  readonly carriedIn: number;
}

/** What a month has used, by class and in general. Windows, and elapsed minutes. */
export interface Usage {
  readonly high: { readonly windows: Used; readonly minutes: Used };
  readonly low: { readonly windows: Used };
  readonly general: { readonly minutes: Used };
  readonly ssi: { readonly minutes: Used };
}

/**
 * What a month has used. A window counts, whole, in the month in which it starts; where it runs past that month's last
 * midnight it is held against the next month too: the window against its count, the minutes after midnight against its
 * duration.
 */
export function usage(month: string, windows: readonly CountedWindow[]): Usage {
  const own = windows.filter(({ start }) => monthOf(start) === month);
  const first = startOfMonth(month);
  const carried = windows.filter(({ start, end }) => isBefore(start, first) && isBefore(first, end));
  const minutes = (counts: (window: CountedWindow) => boolean): Used => ({
    used: own.filter(counts).reduce((sum, window) => sum + elapsedMinutes(window), 0),
    carriedIn: carried.filter(counts).reduce((sum, window) => sum + minutesAfter(window, first), 0),
  });
  const count = (impact: Impact): Used => ({
    used: own.filter((window) => window.impact === impact).length,
    carriedIn: carried.filter((window) => window.impact === impact).length,
  });
  return {
    high: { windows: count('High'), minutes: minutes(({ impact }) => impact === 'High') },
    low: { windows: count('Low') },
    general: { minutes: minutes(() => true) },
    ssi: { minutes: minutes(({ affectsSsi }) => affectsSsi) },
  };
}

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
    weighBand(given, rulebook, own),
    ...weighMonth(given, month, rulebook, date, own, usage(month, all)),
    ...weighLength(given, month, rulebook, own, elapsedMinutes(window)),
  ];
  if (isBefore(endOfMonth(month), window.end)) {
    const following = nextMonth(month);
    const first = firstOfMonth(following);
    const next = rulebookFor(first);
    const then = inForce(derogations, first);
    findings.push(
      ...weighMonth(given, following, next, first, then, usage(following, all)),
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
  const what = `minutes of this Low Impact window held against ${month}`;
  return [judge(given, { rule: 'H8.3(d)', code: byClass.lowMinutesEach, term, value, unit: 'minutes', month, what })];
}

function weighBand({ window, as }: LimitCase, rulebook: Rulebook, derogations: readonly Derogation[]): Finding {
  const code: Term<readonly Band[]> = { allowed: [rulebook.band], reference: '' };
  const { allowed, reference } = rulebook.byClass ? bandsOf(derogations, rulebook.band) : code;
  const rule: Rule = rulebook.byClass ? 'H8.3(b)' : 'pre-MP092.H8.3(a)';
  const value = `${localTime(window.start)} to ${localTime(window.end)}`;
  const hours = (bands: readonly Band[]): string =>
    bands.map((band) => `${band.earliest} to ${band.latest}`).join(' or ');
  const limit = hours(allowed ?? [rulebook.band]);
  const base = { rule, value, limit, month: monthOf(window.start) };
  const cited = reference === '' ? {} : { reference };
  if (allowed !== null && !allowed.some((band) => insideBand(window, band)))
    return {
      ...base,
      ...cited,
      outcome: as === 'intention' ? 'refused' : 'breach',
      detail: `${value} is not within one night between ${limit} in London`,
    };
  if (insideBand(window, rulebook.band))
    return { ...base, outcome: 'pass', detail: `${value} lies between ${hours([rulebook.band])} in London` };
  return {
    ...base,
    ...cited,
    outcome: 'waived',
    detail: `${value} is outside ${hours([rulebook.band])} in London; the Panel agreed otherwise`,
  };
}

function weighMonth(
  given: LimitCase,
  month: string,
  rulebook: Rulebook,
  date: string,
  derogations: readonly Derogation[],
  used: Usage,
): Finding[] {
  const { window } = given;
  const { byClass, general } = rulebook;
  const total = ({ used: own, carriedIn }: Used): number => own + carriedIn;
  const findings: Finding[] = [];
  if (byClass && window.impact === 'High')
    findings.push(
      judge(given, {
        rule: 'H8.3(c)',
        code: byClass.highWindows,
        term: termOf(derogations, 'highWindows', byClass.highWindows),
        value: total(used.high.windows),
        unit: 'windows',
        month,
        what: `High Impact windows in ${month} with this one`,
      }),
      judge(given, {
        rule: 'H8.3(c)',
        code: byClass.highMinutes,
        term: termOf(derogations, 'highMinutes', byClass.highMinutes),
        value: total(used.high.minutes),
        unit: 'minutes',
        month,
        what: `High Impact minutes in ${month} with this window`,
      }),
    );
  if (byClass && window.impact === 'Low')
    findings.push(
      judge(given, {
        rule: 'H8.3(d)',
        code: byClass.lowWindows,
        term: termOf(derogations, 'lowWindows', byClass.lowWindows),
        value: total(used.low.windows),
        unit: 'windows',
        month,
        what: `Low Impact windows in ${month} with this one`,
      }),
    );
  if (general) {
    const old = (code: number): Term<number> =>
      rulebook.generalWaived ? { allowed: null, reference: trialReference(date) } : { allowed: code, reference: '' };
    if (window.affectsSsi)
      findings.push(
        judge(given, {
          rule: 'pre-MP092.H8.3(b)',
          code: general.ssiMinutes,
          term: old(general.ssiMinutes),
          value: total(used.ssi.minutes),
          unit: 'minutes',
          month,
          what: `minutes of SSI maintenance in ${month} with this window`,
        }),
      );
    findings.push(
      judge(given, {
        rule: 'pre-MP092.H8.3(c)',
        code: general.minutes,
        term: old(general.minutes),
        value: total(used.general.minutes),
        unit: 'minutes',
        month,
        what: `minutes of maintenance in ${month} with this window`,
      }),
    );
  }
  return findings;
}

interface Judged {
  readonly rule: Rule;
  /** The Code's number. */
  readonly code: number;
  /** The number that holds, with derogations. */
  readonly term: Term<number>;
  readonly value: number;
  readonly unit: string;
  readonly month: string;
  readonly what: string;
}

function judge({ as }: LimitCase, { rule, code, term, value, unit, month, what }: Judged): Finding {
  const limit = term.allowed ?? code;
  const base = { rule, limit, value, unit, month };
  const cited = term.reference === '' ? {} : { reference: term.reference };
  const said = `${String(value)} ${what}`;
  if (term.allowed !== null && value > term.allowed)
    return {
      ...base,
      ...cited,
      outcome: as === 'intention' ? 'refused' : 'breach',
      detail: `${said}; at most ${String(term.allowed)} are allowed`,
    };
  if (value > code)
    return {
      ...base,
      ...cited,
      outcome: 'waived',
      detail: `${said}; the Code allows ${String(code)}, the Panel agreed otherwise`,
    };
  return { ...base, outcome: 'pass', detail: `${said}; at most ${String(limit)} are allowed` };
}

/**
 * Preferences, not limits, for work that consumers would notice (it affects a core service): better between 20:00 and
 * 02:00, and better not from 20:00 sharp.
 */
export function weighPreferences(
  window: CountedWindow,
  { coreAffected }: { readonly coreAffected: boolean },
): Finding[] {
  if (!coreAffected) return [];
  const warning = (detail: string): Finding => ({ rule: 'H8.3(b)', outcome: 'warning', detail });
  const findings: Finding[] = [];
  if (!insideBand(window, PREFERRED_BAND))
    findings.push(warning('work that affects consumers is better done between 20:00 and 02:00'));
  if (localTime(window.start).endsWith('T20:00'))
    findings.push(
      warning('work that affects DUIS is better not begun at 20:00 sharp, when prepayment customers top up'),
    );
  return findings;
}

/** The other windows that share time with one: of the same impact (it is one window), and of the other (a warning). */
export function overlaps(
  window: CountedWindow & Interval,
  others: readonly CountedWindow[],
): { readonly same: CountedWindow[]; readonly otherImpact: CountedWindow[] } {
  const sharing = others.filter((other) => other.maintenanceId !== window.maintenanceId && intersects(window, other));
  return {
    same: sharing.filter(({ impact }) => impact === window.impact),
    otherImpact: sharing.filter(({ impact }) => impact !== window.impact),
  };
}
