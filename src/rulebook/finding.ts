/**
 * Every rule that the calendar weighs, in order of precedence: when several refuse, the first in this order names the
 * refusal. `H8.…` and `A.…` are sections of the Smart Energy Code, `AL-…` its Appendix AL, `MP92-…` requirements of the
 * modification; `pre-MP092.…` are the clauses of H8.3 as they stood before it.
 */
export const RULES = [
  'A.PlannedMaintenance',
  'A.Classification',
  'H8.3(b)',
  'H8.3(c)',
  'H8.3(d)',
  'H8.4',
  'H8.4A(a)',
  'H8.4A(b)',
  'H8.5',
  'H8.6',
  'H8.7',
  'AL-3.1(c)',
  'MP92-DT7',
  'pre-MP092.H8.3(a)',
  'pre-MP092.H8.3(b)',
  'pre-MP092.H8.3(c)',
] as const;

/** The name of a rule: its clause. */
export type Rule = (typeof RULES)[number];

/**
 * What a rule says of one case:
 * - `pass`: lawful;
 * - `refused`: an intention that the rule does not allow;
 * - `waived`: past the Code's own limit, allowed by a derogation (its reference is given);
 * - `breach`: something that has happened, or a duty already late, past the limit: recorded, never refused;
 * - `warning`: lawful, but not as it should preferably be.
 */
export type Outcome = 'pass' | 'refused' | 'waived' | 'breach' | 'warning';

/** One rule weighed against one case: the clause, the verdict and the numbers behind it. */
export interface Finding {
  rule: Rule;
  outcome: Outcome;
  /** The reckoning in plain English, with its numbers. */
  detail: string;
  /** The limit that decided: the one in force, or the Code's own where it is waived altogether. */
  limit?: number | string;
  /** The value weighed against it, this case included. */
  value?: number | string;
  /** What `limit` and `value` count: `windows`, `minutes`, `Working Days`. */
  unit?: string;
  /** The derogations that the verdict rests on, joined by `, `. */
  reference?: string;
  /** The month (Europe/London) whose limit was weighed. */
  month?: string;
}

/** A number and what it counts: `1 window`, `2 windows`. */
export const several = (count: number, one: string): string => `${String(count)} ${one}${count === 1 ? '' : 's'}`;

/** The rule that names a refusal: the first refused one in the order of {@link RULES}, or none. */
export function firstRefused(findings: readonly Finding[]): Rule | undefined {
  const refused = new Set(findings.filter((finding) => finding.outcome === 'refused').map((finding) => finding.rule));
  return RULES.find((rule) => refused.has(rule));
}
