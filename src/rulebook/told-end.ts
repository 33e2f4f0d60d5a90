import type { Finding } from './finding.js';
import { isBefore, localTime } from './local-time.js';

/** Weighs an end that is now expected, or that came, against the end that was told last (H8.7). */
export function weighToldEnd(end: string, told: string, came: 'is expected' | 'came'): Finding {
  const [said, limit] = [localTime(end), localTime(told)];
  return isBefore(told, end)
    ? {
        rule: 'H8.7',
        outcome: 'warning',
        detail: `the end ${came} at ${said}, after the ${limit} that was told`,
        value: said,
        limit,
      }
    : { rule: 'H8.7', outcome: 'pass', detail: `the end ${came} at ${said}, not after the ${limit} that was told` };
}
