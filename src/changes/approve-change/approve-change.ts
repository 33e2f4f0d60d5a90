import type { Act } from '../../commands/act.js';
import { accept, conflict, refuse } from '../../commands/decision.js';
import { weighApprover } from '../../rulebook/changes.js';
import { madeOf, type Change } from '../change.js';
import { ChangeApproved } from '../events.js';
import { alreadyDecided, existing, noSuchChange, notOpen, type ChangeState } from '../existing-change.js';

/** A change that somebody other than who raised it agrees to. */
export interface ApproveChange {
  readonly changeId: string;
  readonly reason?: string | undefined;
}

/**
 * Agrees to a change (MP92-DT7). A normal change is assessed first; an emergency or latent one does not wait for that,
 * and can be approved after it was made.
 */
export const approveChange: Act<ApproveChange, ChangeState> = {
  name: 'ApproveChange',
  ...existing,
  decide: ({ change }, { changeId, reason }, { actor }) => {
    if (!change) return noSuchChange(changeId);
    const settled = alreadyDecided(change) ?? (isMadeFirst(change) ? undefined : notOpen(change));
    if (settled) return settled;
    // Who may not approve it now may not after an assessment either, and is told so first.
    const findings = [weighApprover(change.raisedBy.id, actor.id)];
    if (findings.some(({ outcome }) => outcome === 'refused')) return refuse(findings);
    if (change.class === 'normal' && !change.assessment)
      return conflict('not-assessed', `${changeId} has not been assessed: AssessChange comes first`);
    return accept(
      [
        {
          stream: `change-${changeId}`,
          fact: ChangeApproved.of({
            changeId,
            approvedBy: { id: actor.id },
            ...(reason === undefined ? {} : { reason }),
          }),
        },
      ],
      { changeId, status: madeOf(change) ? change.stage.status : 'approved' },
      findings,
    );
  },
};

/** An emergency or latent change that has been made: its approval can follow. */
const isMadeFirst = (change: Change): boolean =>
  (change.class === 'emergency' || change.class === 'latent') && madeOf(change) !== null;
