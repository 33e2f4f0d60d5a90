import Type from 'typebox';
import { reportProgress } from '../calendar/report-progress/report-progress.js';
import { bound, chosenAct } from '../commands/chosen-act.js';
import { commandEndpoint } from '../commands/command-endpoint.js';
import { IdField, instant, TextField, TimeField } from '../http/fields.js';
import { badFields } from '../http/problem.js';
import { reportUnplannedProgress } from '../unplanned/report-unplanned-progress/report-unplanned-progress.js';
import { MonthText } from '../commands/fact-fields.js';

class ReportProgressBody {
  @IdField({ description: 'the window; either this or unplannedId', optional: true, example: 'M-2027-031' })
  maintenanceId?: string;

  @IdField({
    description: 'the Unplanned Maintenance; either this or maintenanceId',
    optional: true,
    example: 'U-2027-004',
  })
  unplannedId?: string;

  @TimeField({ description: 'the end now expected' })
  expectedEnd!: string;

  @TextField({ description: 'the disruption now expected' })
  expectedDisruption!: string;
}

/** POST /commands/ReportProgress */
export const reportProgressEndpoint = commandEndpoint({
  act: chosenAct(reportProgress.name),
  adds: {
    maintenanceId: Type.Optional(Type.String()),
    unplannedId: Type.Optional(Type.String()),
    month: MonthText,
  },
  body: ReportProgressBody,
  roles: ['scheduler'],
  tag: 'Calendar',
  summary:
    'Tell, while work is under way, planned or not, that duration or disruption differ from what was told (H8.7)',
  example: {
    maintenanceId: 'M-2027-031',
    expectedEnd: '2027-06-06T02:00',
    expectedDisruption: 'Communications stay down for another hour',
  },
  command: ({ maintenanceId, unplannedId, expectedDisruption, ...body }) => {
    const expectedEnd = instant(body.expectedEnd);
    if (maintenanceId !== undefined && unplannedId !== undefined)
      throw badFields([{ pointer: '/unplannedId', detail: 'must be left out where maintenanceId is given' }]);
    if (maintenanceId !== undefined) return bound(reportProgress, { maintenanceId, expectedEnd, expectedDisruption });
    if (unplannedId !== undefined)
      return bound(reportUnplannedProgress, { unplannedId, expectedEnd, expectedDisruption });
    throw badFields([{ pointer: '/maintenanceId', detail: 'is missing, and so is unplannedId: name one of the two' }]);
  },
});
