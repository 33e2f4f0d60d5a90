import { commandEndpoint } from '../../commands/command-endpoint.js';
import { FlagField, IdField, instant, TextField, TimeField } from '../../http/fields.js';
import { rescheduleAtPanelRequest } from './reschedule-at-panel-request.js';
import { added } from '../answers.js';

class RescheduleAtPanelRequestBody {
  @IdField({ description: "the Panel's request", example: 'R-2027-004' })
  requestId!: string;

  @TimeField({ description: 'the new start', wholeMinutes: true })
  start!: string;

  @TimeField({ description: 'the new end', wholeMinutes: true, after: 'start' })
  end!: string;

  @FlagField({
    description: 'moved as the Panel asked; worked out from the preferred period where it is left out',
    optional: true,
  })
  asRequested?: boolean;

  @TextField({ description: 'why it was not moved as asked', optional: true })
  explanation?: string;
}

/** POST /commands/RescheduleAtPanelRequest */
export const rescheduleAtPanelRequestEndpoint = commandEndpoint({
  act: rescheduleAtPanelRequest,
  adds: added.RescheduleAtPanelRequest,
  body: RescheduleAtPanelRequestBody,
  roles: ['scheduler'],
  tag: 'Calendar',
  summary: "Move a published window at the Panel's request and answer it (H8.5)",
  example: { requestId: 'R-2027-004', start: '2027-06-12T22:00', end: '2027-06-13T01:00' },
  command: ({ requestId, start, end, asRequested, explanation }) => ({
    requestId,
    start: instant(start),
    end: instant(end),
    asRequested,
    explanation,
  }),
});
