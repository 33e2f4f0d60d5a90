import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, TextField, TextsField } from '../../http/fields.js';
import { recordLessonsLearned } from './record-lessons-learned.js';
import { added } from '../answers.js';

class RecordLessonsLearnedBody {
  @IdField({ description: 'the change', example: 'CRQ000001' })
  changeId!: string;

  @TextField({ description: 'what was learned', example: 'The run-book had its steps in the wrong order' })
  lessons!: string;

  @TextsField({ description: 'what is done about it; at least one action', minimum: 1, example: ['Add a rehearsal'] })
  actions!: string[];
}

/** POST /commands/RecordLessonsLearned */
export const recordLessonsLearnedEndpoint = commandEndpoint({
  act: recordLessonsLearned,
  adds: added.RecordLessonsLearned,
  body: RecordLessonsLearnedBody,
  roles: ['change-manager'],
  tag: 'Changes',
  summary: 'Record what was learned from a failed or backed-out change, which closes it',
  example: {
    changeId: 'CRQ000001',
    lessons: 'The run-book had its steps in the wrong order',
    actions: ['Rehearse before the next attempt'],
  },
  command: ({ changeId, lessons, actions }) => ({ changeId, lessons, actions }),
});
