import type { Act } from '../../commands/act.js';
import { accept } from '../../commands/decision.js';
import { ChangeWithdrawn } from '../events.js';
import { existing, noSuchChange, notOpen, notOwnProvider, type ChangeState } from '../existing-change.js';

/** A change that is given up before it is made. */
export interface WithdrawChange {
  readonly changeId: string;
  readonly reason: string;
}

/** Gives up a change that has not been made. It stays visible on the forward schedule, with the reason. */
export const withdrawChange: Act<WithdrawChange, ChangeState> = {
  name: 'WithdrawChange',
  ...existing,
  decide: ({ change }, { changeId, reason }, context) => {
    if (!change) return noSuchChange(changeId);
    const foreign = notOwnProvider(context, change.serviceProvider);
    if (foreign) return foreign;
    const over = notOpen(change);
    if (over) return over;
    return accept([{ stream: `change-${changeId}`, fact: ChangeWithdrawn.of({ changeId, reason }) }], {
      changeId,
      status: 'withdrawn',
    });
  },
};
