/** What a text may be that a caller gives: the same over HTTP and in an imported file. */

/** Longest text, in UTF-16 code units, unless a field says otherwise. */
export const LONGEST_TEXT = 4_000;

/** Why a text cannot stand on the log; undefined where it can. */
export function textProblem(value: unknown, maximum = LONGEST_TEXT): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  if (value.trim() === '') return 'must not be blank';
  if (value.length > maximum) return `must have at most ${String(maximum)} characters`;
  if (!value.isWellFormed() || value.includes('\0')) return 'must be well-formed Unicode text without NUL';
  return undefined;
}

/** The form of an id. */
export const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const ID_RULE = 'must be 1 to 64 letters, digits, ".", "_" or "-", beginning with a letter or digit';

/** Whether a text has the form of an id. */
export const isId = (text: string): boolean => ID.test(text);

/** The form of a name such as a service's: lower-case words joined by hyphens. */
export const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Whether a value is such a name, of at most 64 characters. */
export const isSlug = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 64 && SLUG.test(value);

/** The name of an environment as it is recorded: `UIT` and `uit` are one. */
export const environmentNamed = (name: string): string => name.toLowerCase();
