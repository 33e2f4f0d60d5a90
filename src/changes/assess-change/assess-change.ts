import type { Act } from '../../commands/act.js';
import { accept, conflict } from '../../commands/decision.js';
import { assess } from '../../rulebook/changes.js';
import { ChangeAssessed } from '../events.js';
import { existing, noSuchChange, notWithdrawn, type ChangeState } from '../existing-change.js';

/** A change to be assessed. What comes of it is computed; only the notes are a person's. */
export interface AssessChange {
  readonly changeId: string;
  readonly notes?: string | undefined;
}

/**
 * Works out which window a change needs, and its risk (H8.3(a)). A change that was made before anybody could assess it
 * is assessed afterwards; twice would come to the same, for nothing of a change can be altered.
 */
export const assessChange: Act<AssessChange, ChangeState> = {
  name: 'AssessChange',
  ...existing,
  decide: ({ change }, { changeId, notes }) => {
    if (!change) return noSuchChange(changeId);
    const withdrawn = notWithdrawn(change);
    if (withdrawn) return withdrawn;
    if (change.assessment) return conflict('already-assessed', `${changeId} was assessed at ${change.assessment.at}`);
    const { impact, needsWindow, risk } = assess(change);
    return accept(
      [
        {
          stream: `change-${changeId}`,
          fact: ChangeAssessed.of({ changeId, impact, needsWindow, risk, ...(notes === undefined ? {} : { notes }) }),
        },
      ],
      { changeId, impact, needsWindow, risk },
    );
  },
};
