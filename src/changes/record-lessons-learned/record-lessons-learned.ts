import type { Act } from '../../commands/act.js';
import { accept, conflict, invalid } from '../../commands/decision.js';
import { ChangeClosed, LessonsLearnedRecorded } from '../events.js';
import { existing, noSuchChange, notOpen, type ChangeState } from '../existing-change.js';

/** What was learned from a change that did not succeed, and what is done about it. */
export interface RecordLessonsLearned {
  readonly changeId: string;
  readonly lessons: string;
  /** At least one. */
  readonly actions: readonly string[];
}

/** Records what was learned from a failed or backed-out change, and closes it. Its failure has counted since it was recorded. */
export const recordLessonsLearned: Act<RecordLessonsLearned, ChangeState> = {
  name: 'RecordLessonsLearned',
  ...existing,
  decide: ({ change }, { changeId, lessons, actions }) => {
    if (!change) return noSuchChange(changeId);
    if (change.stage.status !== 'implemented')
      return (
        notOpen(change) ?? conflict('not-implemented', `${changeId} has not been made: there is nothing to learn from`)
      );
    if (actions.length === 0) return invalid('/actions', 'must have at least one action');
    const stream = `change-${changeId}`;
    return accept(
      [
        { stream, fact: LessonsLearnedRecorded.of({ changeId, lessons, actions: [...actions] }) },
        { stream, fact: ChangeClosed.of({ changeId }) },
      ],
      { changeId, status: 'closed' },
    );
  },
};
