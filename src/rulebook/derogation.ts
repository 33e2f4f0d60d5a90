import { runsOverMidnight, type Band } from './night-band.js';
import { rulebookFor } from './rulebooks.js';

/** The clauses that the Panel can waive or change ("unless the Panel agrees otherwise", H8.3). Never notice. */
export type DerogableClause = 'H8.3(b)' | 'H8.3(c)' | 'H8.3(d)';

/** Numbers that replace the Code's: windows and minutes a month, local times of day. */
export interface DerogationLimits {
  readonly highWindows?: number | undefined;
  readonly highMinutes?: number | undefined;
  readonly lowWindows?: number | undefined;
  readonly lowMinutesEach?: number | undefined;
  readonly earliest?: string | undefined;
  readonly latest?: string | undefined;
}

/** An agreement of the Panel's for a period: without `limits` it waives its clauses, with them it replaces those numbers. */
export interface Derogation {
  readonly derogationId: string;
  readonly clauses: readonly DerogableClause[];
  readonly limits?: DerogationLimits | undefined;
  /** First local date on which it applies. */
  readonly from: string;
  /** Last local date on which it applies; null: enduring. */
  readonly to: string | null;
  readonly reference: string;
}

/** Which clause each number belongs to. */
export const CLAUSE_OF_LIMIT: Readonly<Record<keyof DerogationLimits, DerogableClause>> = {
  highWindows: 'H8.3(c)',
  highMinutes: 'H8.3(c)',
  lowWindows: 'H8.3(d)',
  lowMinutesEach: 'H8.3(d)',
  earliest: 'H8.3(b)',
  latest: 'H8.3(b)',
};

/** Whether a derogation applies on a local date: from its first to its last, both included. A revocation can leave none. */
export const isInForce = ({ from, to }: Derogation, date: string): boolean =>
  from <= date && (to === null || date <= to);

/** The derogations in force on a local date. */
export const inForce = (derogations: readonly Derogation[], date: string): Derogation[] =>
  derogations.filter((derogation) => isInForce(derogation, date));

/** What derogations leave of a limit: a number (null: none at all), and whose reference that rests on ('' for nobody's). */
export interface Term<Value> {
  readonly allowed: Value | null;
  readonly reference: string;
}

/** A number as derogations leave it: a waiver wins, else the most lenient number that one of them names, else the Code's. */
export function termOf(
  derogations: readonly Derogation[],
  limit: 'highWindows' | 'highMinutes' | 'lowWindows' | 'lowMinutesEach',
  code: number,
): Term<number> {
  const relevant = derogations.filter(({ clauses }) => clauses.includes(CLAUSE_OF_LIMIT[limit]));
  const waivers = relevant.filter(({ limits }) => limits === undefined);
  if (waivers.length > 0) return { allowed: null, reference: references(waivers) };
  const named = relevant.flatMap((derogation) => {
    const value = derogation.limits?.[limit];
    return value === undefined ? [] : [{ derogation, value }];
  });
  if (named.length === 0) return { allowed: code, reference: '' };
  const allowed = Math.max(...named.map(({ value }) => value));
  const deciding = named.filter(({ value }) => value === allowed).map(({ derogation }) => derogation);
  return { allowed, reference: references(deciding) };
}

/**
 * The hours as derogations leave them: a waiver wins, else the bands that they name (an edge left out is the Code's), else
 * the Code's. Reading: "the most lenient number" of several nights is the earliest start and the latest end named by any
 * of them; a band within one day stands beside the nights, since no edge of the one says anything of the other.
 */
export function bandsOf(derogations: readonly Derogation[], code: Band): Term<readonly Band[]> {
  const relevant = derogations.filter(({ clauses }) => clauses.includes('H8.3(b)'));
  const waivers = relevant.filter(({ limits }) => limits === undefined);
  if (waivers.length > 0) return { allowed: null, reference: references(waivers) };
  const named = relevant.filter(({ limits }) => limits?.earliest !== undefined || limits?.latest !== undefined);
  if (named.length === 0) return { allowed: [code], reference: '' };
  const bands = named.map(({ limits }): Band => ({
    earliest: limits?.earliest ?? code.earliest,
    latest: limits?.latest ?? code.latest,
  }));
  const withinDay = bands.filter((band) => !runsOverMidnight(band));
  return { allowed: [...widest(bands.filter(runsOverMidnight)), ...withinDay], reference: references(named) };
}

/**
 * The hours for a window that starts on a local date, null at any time: those of its rulebook, as the derogations in force
 * on that date leave them. They name paragraphs of H8.3 as MP092 letters them, so they say nothing of a window before it.
 */
export function hoursFor(date: string, derogations: readonly Derogation[]): Term<readonly Band[]> {
  const { band, byClass } = rulebookFor(date);
  return byClass ? bandsOf(inForce(derogations, date), band) : { allowed: [band], reference: '' };
}

/** The one night that holds all of these; or these, where together they would leave no gap between two nights. */
function widest(nights: readonly Band[]): readonly Band[] {
  const [earliest] = nights.map((band) => band.earliest).toSorted();
  const latest = nights
    .map((band) => band.latest)
    .toSorted()
    .at(-1);
  if (earliest === undefined || latest === undefined) return [];
  const whole = { earliest, latest };
  return runsOverMidnight(whole) ? [whole] : nights;
}

/** The references of derogations, each once. */
export const references = (derogations: readonly Derogation[]): string =>
  [...new Set(derogations.map(({ reference }) => reference))].join(', ');
