import { conflict, missing, type Decision } from '../commands/decision.js';
import type { Context } from '../commands/act.js';
import type { Reading } from '../commands/reading.js';
import { readCalendar, findMaintenance, type Calendar } from './calendar.js';
import type { PlannedMaintenance } from './events.js';
import { monthEtag } from './month-view.js';
import type { Maintenance, Month } from './month.js';

/** A window that a command names, and the month in which it stands. */
export interface Found {
  readonly maintenance: Maintenance;
  readonly month: Month;
}

/** What a command about an existing window reads. */
export interface ExistingState {
  readonly calendar: Calendar;
  readonly found: Found | undefined;
}

/** A command about a window that exists; `start`, where it moves the window. */
interface ExistingCommand {
  readonly maintenanceId: string;
  readonly start?: string | undefined;
}

/** How a command about an existing window reads, and tags the month that it acts on. */
export const existing = {
  load: (command: ExistingCommand, reading: Reading, context: Context): ExistingState => {
    const found = findMaintenance(reading, command.maintenanceId);
    const times = [found?.maintenance.start, command.start].filter((time) => time !== undefined);
    return { calendar: readCalendar(reading, context, times), found };
  },
  etag: (state: ExistingState): string | undefined => state.found && monthEtag(state.calendar, state.found.month.month),
};

/** No window has that id. */
export const noSuchMaintenance = (maintenanceId: string): Decision =>
  missing(`there is no maintenance ${maintenanceId}`);

/** Why a window can no longer be planned anew: it has started, is over or was cancelled. Undefined while it is planned. */
export function notPlanned({ maintenanceId, stage }: Maintenance): Decision | undefined {
  switch (stage.status) {
    case 'planned':
      return undefined;
    case 'running':
      return conflict('already-started', `${maintenanceId} started at ${stage.startedAt}`);
    case 'completed':
      return conflict('already-closed', `${maintenanceId} was completed at ${stage.endedAt}`);
    case 'cancelled':
      return conflict('already-closed', `${maintenanceId} was cancelled: ${stage.reason}`);
  }
}

/** The window as a fact states it. */
export const asPlanned = (maintenance: Maintenance): PlannedMaintenance => ({
  maintenanceId: maintenance.maintenanceId,
  impact: maintenance.impact,
  reasons: [...maintenance.reasons],
  start: maintenance.start,
  end: maintenance.end,
  activities: [...maintenance.activities],
  riskToReturn: maintenance.riskToReturn,
  reclassifiedServices: maintenance.reclassifiedServices && [...maintenance.reclassifiedServices],
});
