import { inForce, termOf, type Term } from './derogation.js';
import { several, type Finding, type Rule } from './finding.js';
import type { LimitCase } from './limits.js';
import { firstOfMonth, localDate, monthOf } from './local-time.js';
import { trialReference, type Rulebook } from './rulebooks.js';
import { usage, type CountedWindow, type Usage, type Used } from './usage.js';

/** A limit of a month's windows of one class. */
interface Monthly {
  readonly rule: Rule;
  readonly limit: 'highWindows' | 'highMinutes' | 'lowWindows';
  readonly unit: 'windows' | 'minutes';
  readonly what: string;
  readonly counted: (usage: Usage) => Used;
}

const MONTHLY: Readonly<Record<CountedWindow['impact'], readonly Monthly[]>> = {
  High: [
    {
      rule: 'H8.3(c)',
      limit: 'highWindows',
      unit: 'windows',
      what: 'High Impact window',
      counted: ({ high }) => high.windows,
    },
    {
      rule: 'H8.3(c)',
      limit: 'highMinutes',
      unit: 'minutes',
      what: 'High Impact minute',
      counted: ({ high }) => high.minutes,
    },
  ],
  Low: [
    {
      rule: 'H8.3(d)',
      limit: 'lowWindows',
      unit: 'windows',
      what: 'Low Impact window',
      counted: ({ low }) => low.windows,
    },
  ],
};

/** The limits of one month, its own or the one that the window runs into; `date` is the window's in that month. */
export function weighMonth(
  given: LimitCase,
  month: string,
  { byClass, general, generalWaived }: Rulebook,
  date: string,
  all: readonly CountedWindow[],
): Finding[] {
  const { window } = given;
  const total = ({ used, carriedIn }: Used): number => used + carriedIn;
  const findings = byClass
    ? MONTHLY[window.impact].flatMap((monthly) => weighMonthly(given, month, monthly, byClass[monthly.limit], all))
    : [];
  if (!general) return findings;
  const used = usage(month, all);
  const old = (code: number): Term<number> =>
    generalWaived ? { allowed: null, reference: trialReference(date) } : { allowed: code, reference: '' };
  if (window.affectsSsi)
    findings.push(
      judge(given, {
        rule: 'pre-MP092.H8.3(b)',
        code: general.ssiMinutes,
        term: old(general.ssiMinutes),
        value: total(used.ssi.minutes),
        unit: 'minutes',
        month,
        what: 'minute',
        where: `of SSI maintenance in ${month} with this window`,
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
      what: 'minute',
      where: `of maintenance in ${month} with this window`,
    }),
  );
  return findings;
}

/**
 * One limit of a month. An intention is held against all that the month holds, by what is in force on its own date. A
 * fact is not blamed for what the Panel agreed to: a window on a date on which more is allowed counts towards that
 * larger number, and not towards the one that holds for the fact; each larger number must hold too.
 */
function weighMonthly(
  given: LimitCase,
  month: string,
  { rule, limit, unit, what, counted }: Monthly,
  code: number,
  all: readonly CountedWindow[],
): Finding[] {
  const termFor = ({ start }: CountedWindow): Term<number> =>
    termOf(inForce(given.derogations, monthOf(start) === month ? localDate(start) : firstOfMonth(month)), limit, code);
  const weigh = (term: Term<number>, windows: readonly CountedWindow[]): Finding => {
    const { used, carriedIn } = counted(usage(month, windows));
    const value = used + carriedIn;
    return judge(given, { rule, code, term, value, unit, month, what, where: `in ${month} with this one` });
  };
  const own = termFor(given.window);
  if (given.as === 'intention') return [weigh(own, all)];
  const terms = new Map(all.map((window) => [window, termFor(window)]));
  const within = (most: number): CountedWindow[] => all.filter((one) => allowedBy(terms.get(one)) <= most);
  const most = Math.max(allowedBy(own), code);
  const larger = new Map(
    [...terms.values()].filter((term) => allowedBy(term) > most).map((term) => [term.allowed, term]),
  );
  return [
    weigh(own, within(most)),
    ...[...larger.values()]
      .map((term) => weigh(term, within(allowedBy(term))))
      .filter(({ outcome }) => outcome === 'breach'),
  ];
}

/** The number that a term allows; without bound where it is waived. */
const allowedBy = (term: Term<number> | undefined): number => term?.allowed ?? Infinity;

/** A number weighed against the Code's and against the one that holds. */
interface Judged {
  readonly rule: Rule;
  /** The Code's number. */
  readonly code: number;
  /** The number that holds, with derogations. */
  readonly term: Term<number>;
  readonly value: number;
  readonly unit: string;
  readonly month: string;
  /** What `value` counts, in the singular, and of what. */
  readonly what: string;
  readonly where: string;
}

/** The verdict on a number: lawful, waived, or past the limit. */
export function judge({ as }: LimitCase, { rule, code, term, value, unit, month, what, where }: Judged): Finding {
  const limit = term.allowed ?? code;
  const base = { rule, limit, value, unit, month };
  const cited = term.reference === '' ? {} : { reference: term.reference };
  const said = `${several(value, what)} ${where}`;
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
