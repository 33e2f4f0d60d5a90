import type { Context } from '../commands/act.js';
import { conflict, forbidden, missing, type Decision } from '../commands/decision.js';
import type { Reading } from '../commands/reading.js';
import { needsApproval } from '../rulebook/changes.js';
import { changeEtag } from './change-view.js';
import { changeFold, type Change } from './change.js';

/** What a command about an existing change reads. */
export interface ChangeState {
  readonly change: Change | null;
  /** Entity tag of the change; worked out only where a command asks with `If-Match`. */
  tag(): string | undefined;
}

/** How a command about an existing change reads, and tags what it acts on. */
export const existing = {
  load: (command: { readonly changeId: string }, reading: Reading): ChangeState => ({
    change: reading.state(changeFold, command.changeId),
    tag: () => changeEtag(reading, command.changeId),
  }),
  etag: (state: { tag(): string | undefined }): string | undefined => state.tag(),
};

/** No change has that id. */
export const noSuchChange = (changeId: string): Decision => missing(`there is no change ${changeId}`);

/** Why nothing can be intended with a change any more: it has been made, was rejected or withdrawn. Undefined while it is open. */
export function notOpen({ changeId, stage, decided }: Change): Decision | undefined {
  switch (stage.status) {
    case 'raised':
    case 'assessed':
    case 'approved':
    case 'placed':
      return undefined;
    case 'rejected':
      return conflict('already-rejected', `${changeId} was rejected at ${decided?.at ?? ''}: raise a new change`);
    case 'implemented':
      return conflict('already-implemented', `${changeId} has been made: it ended at ${stage.made.actualEnd}`);
    case 'closed':
      return conflict('already-closed', `${changeId} was closed at ${stage.closedAt}`);
    case 'withdrawn':
      return withdrawn(changeId, stage.reason);
  }
}

/** Whether a change was withdrawn: nothing is recorded of it after that. Undefined where it was not. */
export const notWithdrawn = ({ changeId, stage }: Change): Decision | undefined =>
  stage.status === 'withdrawn' ? withdrawn(changeId, stage.reason) : undefined;

const withdrawn = (changeId: string, reason: string): Decision =>
  conflict('already-closed', `${changeId} was withdrawn: ${reason}`);

/** Why nobody can agree to a change, or not: nobody needs to, or somebody has decided. Undefined where that is open. */
export function alreadyDecided({ changeId, class: changeClass, decided }: Change): Decision | undefined {
  if (!needsApproval(changeClass))
    return conflict('no-approval-needed', `${changeId} is a ${changeClass} change: nobody needs to approve it`);
  return decided
    ? conflict(`already-${decided.verdict}`, `${changeId} was ${decided.verdict} at ${decided.at}`)
    : undefined;
}

/** Why this caller may not speak for that provider; undefined where it may. */
export function notOwnProvider({ actor }: Context, serviceProvider: string): Decision | undefined {
  return actor.role === 'service-provider' && actor.serviceProvider !== serviceProvider
    ? forbidden(`this key acts for ${actor.serviceProvider ?? 'no provider'}, not for ${serviceProvider}`)
    : undefined;
}
