import { Module } from '@nestjs/common';
import { capability } from '../commands/capability.js';
import { addActivityEndpoint } from './add-activity/add-activity.endpoint.js';
import { addHighImpactWindowEndpoint } from './add-high-impact-window/add-high-impact-window.endpoint.js';
import { addLowImpactWindowEndpoint } from './add-low-impact-window/add-low-impact-window.endpoint.js';
import { cancelMaintenanceEndpoint } from './cancel-maintenance/cancel-maintenance.endpoint.js';
import { completeMaintenanceEndpoint } from './complete-maintenance/complete-maintenance.endpoint.js';
import { publishMonthlyScheduleEndpoint } from './publish-monthly-schedule/publish-monthly-schedule.endpoint.js';
import {
  diffEndpoint,
  maintenanceEndpoint,
  monthEndpoint,
  noticeDeadlineEndpoint,
  riskCalculatorEndpoint,
  versionEndpoint,
  versionsEndpoint,
} from './reads.js';
import { reclassifyMaintenanceEndpoint } from './reclassify-maintenance/reclassify-maintenance.endpoint.js';
import { rescheduleAtPanelRequestEndpoint } from './reschedule-at-panel-request/reschedule-at-panel-request.endpoint.js';
import { rescheduleMaintenanceEndpoint } from './reschedule-maintenance/reschedule-maintenance.endpoint.js';
import { scheduleMaintenanceEndpoint } from './schedule-maintenance/schedule-maintenance.endpoint.js';
import { startMaintenanceEndpoint } from './start-maintenance/start-maintenance.endpoint.js';

/** Month windows, limits, publication, and the moves at the Panel's request. */
@Module(
  capability(
    [
      scheduleMaintenanceEndpoint,
      addLowImpactWindowEndpoint,
      addHighImpactWindowEndpoint,
      addActivityEndpoint,
      publishMonthlyScheduleEndpoint,
      rescheduleMaintenanceEndpoint,
      rescheduleAtPanelRequestEndpoint,
      cancelMaintenanceEndpoint,
      reclassifyMaintenanceEndpoint,
      startMaintenanceEndpoint,
      completeMaintenanceEndpoint,
    ],
    [
      monthEndpoint,
      versionsEndpoint,
      versionEndpoint,
      diffEndpoint,
      maintenanceEndpoint,
      noticeDeadlineEndpoint,
      riskCalculatorEndpoint,
    ],
  ),
)
export class CalendarModule {}
