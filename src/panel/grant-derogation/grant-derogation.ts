import { idFrom, type Act } from '../../commands/act.js';
import { accept, conflict, type FieldError } from '../../commands/decision.js';
import { CLAUSE_OF_LIMIT, type DerogableClause, type DerogationLimits } from '../../rulebook/derogation.js';
import { derogationFold } from '../derogation.js';
import { DerogationGranted } from '../events.js';

/** What the Panel agrees to. Dates are local; `to` is the last one, null: enduring. */
export interface GrantDerogation {
  readonly derogationId?: string | undefined;
  readonly clauses: readonly DerogableClause[];
  readonly limits?: DerogationLimits | undefined;
  readonly from: string;
  readonly to: string | null;
  readonly reference: string;
  readonly reason: string;
}

/** Records that the Panel agreed otherwise: limits of H8.3 waived or replaced for a period. It never relaxes notice. */
export const grantDerogation: Act<GrantDerogation, (id: string) => boolean> = {
  name: 'GrantDerogation',
  load: (command, reading, context) => {
    const id = command.derogationId ?? idFrom('D', context);
    const taken = reading.exists(derogationFold, id);
    return () => taken;
  },
  decide: (isTaken, command, context) => {
    const derogationId = command.derogationId ?? idFrom('D', context);
    if (isTaken(derogationId)) return conflict('id-taken', `the derogationId ${derogationId} is taken`);
    const errors = contradictions(command);
    if (errors.length > 0) return { kind: 'invalid', errors };
    const { clauses, limits, from, to, reference, reason } = command;
    return accept(
      [
        {
          stream: `derogation-${derogationId}`,
          fact: DerogationGranted.of({
            derogationId,
            clauses: [...clauses],
            ...(limits
              ? { limits: Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)) }
              : {}),
            from,
            to,
            reference,
            reason,
          }),
        },
      ],
      { derogationId },
    );
  },
};

function contradictions({ clauses, limits, from, to }: GrantDerogation): FieldError[] {
  const errors: FieldError[] = [];
  if (to !== null && to < from) errors.push({ pointer: '/to', detail: 'must not be before from' });
  const named = Object.entries(limits ?? {}).filter(([, value]) => value !== undefined);
  if (limits && named.length === 0)
    errors.push({ pointer: '/limits', detail: 'must name at least one limit; leave it out to waive the clauses' });
  for (const [name] of named) {
    const clause = CLAUSE_OF_LIMIT[name as keyof DerogationLimits];
    if (!clauses.includes(clause))
      errors.push({ pointer: `/limits/${name}`, detail: `belongs to ${clause}, which clauses does not name` });
  }
  for (const clause of limits ? clauses : [])
    if (!named.some(([name]) => CLAUSE_OF_LIMIT[name as keyof DerogationLimits] === clause))
      errors.push({ pointer: '/limits', detail: `names no limit of ${clause}` });
  return errors;
}
