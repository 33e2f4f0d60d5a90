import { commandEndpoint } from '../../commands/command-endpoint.js';
import { MonthField, TextField } from '../../http/fields.js';
import { publishMonthlySchedule } from './publish-monthly-schedule.js';
import { added } from '../answers.js';

class PublishMonthlyScheduleBody {
  @MonthField({ description: 'the month', example: '2027-06' })
  month!: string;

  @TextField({ description: 'why it is late; needed where it is', optional: true })
  lateReason?: string;
}

/** POST /commands/PublishMonthlySchedule */
export const publishMonthlyScheduleEndpoint = commandEndpoint({
  act: publishMonthlySchedule,
  adds: added.PublishMonthlySchedule,
  body: PublishMonthlyScheduleBody,
  roles: ['scheduler'],
  tag: 'Calendar',
  summary: 'Publish the schedule of a month, twenty clear Working Days ahead (H8.4)',
  example: { month: '2027-06' },
  command: ({ month, lateReason }) => ({ month, lateReason }),
});
