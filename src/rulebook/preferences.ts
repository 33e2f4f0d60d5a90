import type { Finding } from './finding.js';
import type { CountedWindow } from './usage.js';
import { localTime } from './local-time.js';
import { insideBand, PREFERRED_BAND } from './night-band.js';

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
