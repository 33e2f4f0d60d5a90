import type { Act } from '../../commands/act.js';
import { accept, conflict, invalid, missing } from '../../commands/decision.js';
import { existingDerogation, type DerogationState } from '../existing-derogation.js';
import { DerogationExtended } from '../events.js';

/** A derogation's new last date; null: enduring. */
export interface ExtendDerogation {
  readonly derogationId: string;
  readonly to: string | null;
}

/** Extends a derogation, or makes it enduring. A revoked one is granted anew instead. */
export const extendDerogation: Act<ExtendDerogation, DerogationState> = {
  name: 'ExtendDerogation',
  ...existingDerogation,
  decide: ({ derogation }, { derogationId, to }) => {
    if (!derogation) return missing(`there is no derogation ${derogationId}`);
    if (derogation.revoked)
      return conflict('already-closed', `${derogationId} was revoked from ${derogation.revoked.from}: grant a new one`);
    if (derogation.to === null) return conflict('already-enduring', `${derogationId} is enduring: it has no last date`);
    if (to !== null && to <= derogation.to)
      return invalid('/to', `must be after the present last date, ${derogation.to}`);
    return accept([{ stream: `derogation-${derogationId}`, fact: DerogationExtended.of({ derogationId, to }) }], {
      derogationId,
      to,
    });
  },
};
