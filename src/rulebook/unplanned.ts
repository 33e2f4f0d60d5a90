import type { Finding } from './finding.js';
import { elapsedMinutes, firstOfMonth, isBefore, localDate, localTime, monthOf } from './local-time.js';

/** Unplanned Maintenance as it is declared. Instants in UTC. */
export interface Declaration {
  readonly awareAt: string;
  /** When it is told: by declaring it. */
  readonly notifiedAt: string;
  readonly start: string;
  readonly emergency: boolean;
}

/** Whether it is declared before the local month in which it starts has begun. */
export const declaredBeforeMonth = ({ start, notifiedAt }: Pick<Declaration, 'start' | 'notifiedAt'>): boolean =>
  localDate(notifiedAt) < firstOfMonth(monthOf(start));

/**
 * Weighs a declaration (H8.6). It is a fact, so nothing is refused. Readings: "as soon as reasonably practicable" is no
 * number of minutes, so the minutes between awareness and notice are told and judged by nobody; it never counts against
 * H8.3; what is no emergency and was not planned before its month, or has not even begun, is warned of: planned with the
 * notice of H8.4A it would have been Planned Maintenance.
 */
export function weighDeclaration(declaration: Declaration): Finding[] {
  const { awareAt, notifiedAt, start, emergency } = declaration;
  const month = monthOf(start);
  const minutes = elapsedMinutes({ start: awareAt, end: notifiedAt });
  const before = declaredBeforeMonth(declaration);
  return [
    {
      rule: 'H8.6',
      outcome: 'pass',
      detail: `${String(minutes)} minutes from becoming aware to telling of it; the Code sets no number, but as soon as reasonably practicable`,
      value: minutes,
      unit: 'minutes',
    },
    {
      rule: 'H8.6',
      outcome: before || emergency ? 'pass' : 'warning',
      detail: before
        ? `declared before ${month} began; Unplanned Maintenance does not count against the limits of H8.3`
        : `not planned before ${month} began${emergency ? ', being an emergency' : ', and no emergency'}; Unplanned Maintenance does not count against the limits of H8.3`,
      month,
    },
    ...(isBefore(notifiedAt, start) && !emergency
      ? [
          {
            rule: 'H8.6',
            outcome: 'warning',
            detail: `it is no emergency and begins only at ${localTime(start)}: where the notice of H8.4A can still be given, plan it instead`,
            month,
          } satisfies Finding,
        ]
      : []),
  ];
}
