import type { Finding } from './finding.js';
import { localDate } from './local-time.js';
import { rulebookFor } from './rulebooks.js';

/** The reckoning that a fact keeps: the rulebook in force at the start of the work, and every rule that was weighed. */
export const reckoning = (start: string, findings: readonly Finding[]): { rulebook: string; findings: Finding[] } => ({
  rulebook: rulebookFor(localDate(start)).id,
  findings: [...findings],
});
