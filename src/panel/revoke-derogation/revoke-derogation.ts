import type { Act } from '../../commands/act.js';
import { accept, conflict, invalid, missing } from '../../commands/decision.js';
import { existingDerogation, type DerogationState } from '../existing-derogation.js';
import { DerogationRevoked } from '../events.js';

/** From which date a derogation no longer applies, and why. */
export interface RevokeDerogation {
  readonly derogationId: string;
  readonly from: string;
  readonly reason: string;
}

/** Ends a derogation from a date on. Windows planned under it stay: they were lawful when they were decided. */
export const revokeDerogation: Act<RevokeDerogation, DerogationState> = {
  name: 'RevokeDerogation',
  ...existingDerogation,
  decide: ({ derogation }, { derogationId, from, reason }) => {
    if (!derogation) return missing(`there is no derogation ${derogationId}`);
    if (derogation.revoked)
      return conflict('already-closed', `${derogationId} was revoked from ${derogation.revoked.from}`);
    if (derogation.to !== null && from > derogation.to)
      return invalid('/from', `must not be after its last date, ${derogation.to}: it ends then by itself`);
    return accept(
      [{ stream: `derogation-${derogationId}`, fact: DerogationRevoked.of({ derogationId, from, reason }) }],
      { derogationId, from },
    );
  },
};
