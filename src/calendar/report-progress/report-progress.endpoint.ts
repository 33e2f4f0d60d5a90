import { commandEndpoint } from '../../commands/command-endpoint.js';
import { IdField, instant, TextField, TimeField } from '../../http/fields.js';
import { reportProgress } from './report-progress.js';

class ReportProgressBody {
  @IdField({ description: 'the window', example: 'M-2027-031' })
  maintenanceId!: string;

  @TimeField({ description: 'the end now expected' })
  expectedEnd!: string;

  @TextField({ description: 'the disruption now expected' })
  expectedDisruption!: string;
}

/** POST /commands/ReportProgress */
export const reportProgressEndpoint = commandEndpoint({
  act: reportProgress,
  body: ReportProgressBody,
  roles: ['scheduler'],
  tag: 'Calendar',
  summary: 'Tell, while work is under way, that duration or disruption differ from what was told (H8.7)',
  example: {
    maintenanceId: 'M-2027-031',
    expectedEnd: '2027-06-06T02:00',
    expectedDisruption: 'Communications stay down for another hour',
  },
  command: ({ maintenanceId, expectedEnd, expectedDisruption }) => ({
    maintenanceId,
    expectedEnd: instant(expectedEnd),
    expectedDisruption,
  }),
});
