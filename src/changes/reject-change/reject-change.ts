import type { Act } from '../../commands/act.js';
import { accept } from '../../commands/decision.js';
import { ChangeRejected } from '../events.js';
import { alreadyDecided, existing, noSuchChange, notOpen, type ChangeState } from '../existing-change.js';

/** A change that is not agreed to. */
export interface RejectChange {
  readonly changeId: string;
  readonly reason?: string | undefined;
}

/**
 * Does not agree to a change; that is final, and another attempt is a new change. Whoever raised it may reject it too:
 * MP92-DT7 keeps people from agreeing to their own work, not from giving it up.
 */
export const rejectChange: Act<RejectChange, ChangeState> = {
  name: 'RejectChange',
  ...existing,
  decide: ({ change }, { changeId, reason }, { actor }) => {
    if (!change) return noSuchChange(changeId);
    const settled = alreadyDecided(change) ?? notOpen(change);
    if (settled) return settled;
    return accept(
      [
        {
          stream: `change-${changeId}`,
          fact: ChangeRejected.of({
            changeId,
            rejectedBy: { id: actor.id },
            ...(reason === undefined ? {} : { reason }),
          }),
        },
      ],
      { changeId, status: 'rejected' },
    );
  },
};
