import { findMaintenance, readCalendar, type Calendar } from '../../calendar/calendar.js';
import { notPlanned, type Found } from '../../calendar/existing-maintenance.js';
import { servicesOf } from '../../calendar/month.js';
import { reckoning } from '../../rulebook/reckoning.js';
import type { Act } from '../../commands/act.js';
import { accept, conflict, missing, refuse, type Decision } from '../../commands/decision.js';
import { firstRefused } from '../../rulebook/finding.js';
import { needsApproval, weighPlacing } from '../../rulebook/changes.js';
import { isBefore, localTime, nextMonth, type Interval } from '../../rulebook/local-time.js';
import type { Change } from '../change.js';
import { ChangePlaced } from '../events.js';
import { existing, noSuchChange, notOpen, type ChangeState } from '../existing-change.js';

/** A change, and the window in which it is to be made. */
export interface PlaceChange {
  readonly changeId: string;
  readonly maintenanceId: string;
}

/** What placing reads besides the change: the window, and so the book of its month. */
export interface PlacingState extends ChangeState {
  readonly found: Found | undefined;
  readonly calendar: Calendar;
}

/**
 * Places a change in a planned window, whose times it takes; as long as it has not been made it can be placed anew.
 * What affects a core service goes in a High Impact window only.
 */
export const placeChange: Act<PlaceChange, PlacingState> = {
  name: 'PlaceChange',
  ...existing,
  load: (command, reading, context) => ({
    ...existing.load(command, reading),
    found: findMaintenance(reading, command.maintenanceId),
    calendar: readCalendar(reading, context),
  }),
  decide: ({ change, found, calendar }, { changeId, maintenanceId }, { now }) => {
    if (!change) return noSuchChange(changeId);
    if (!found) return missing(`there is no maintenance ${maintenanceId}`);
    const hindered = notOpen(change) ?? notApproved(change) ?? samePlace(change, maintenanceId) ?? notAhead(found, now);
    if (hindered) return hindered;
    const { maintenance, month } = found;
    const { impact, start, end } = maintenance;
    const findings = weighPlacing(change, { impact, services: servicesOf(maintenance) });
    const rule = firstRefused(findings);
    if (rule !== undefined)
      return refuse(findings, rule === 'A.Classification' ? highWindows(calendar, month.month, now) : []);
    return accept(
      [
        {
          stream: `change-${changeId}`,
          fact: ChangePlaced.of({
            changeId,
            maintenanceId,
            month: month.month,
            start,
            end,
            reckoning: reckoning(start, findings),
          }),
        },
      ],
      { changeId, maintenanceId, month: month.month, start, end, status: 'placed' },
      findings,
    );
  },
};

function notApproved({ changeId, class: changeClass, decided }: Change): Decision | undefined {
  return needsApproval(changeClass) && decided?.verdict !== 'approved'
    ? conflict('not-approved', `the ${changeClass} change ${changeId} has not been approved`)
    : undefined;
}

function samePlace({ changeId, placement }: Change, maintenanceId: string): Decision | undefined {
  return placement?.maintenanceId === maintenanceId
    ? conflict('already-placed', `${changeId} stands in the window ${maintenanceId}, wherever that is moved`)
    : undefined;
}

/** Why a window can no longer take anything in; undefined while it is planned and ahead. */
function notAhead({ maintenance }: Found, now: string): Decision | undefined {
  const { maintenanceId, start } = maintenance;
  return (
    notPlanned(maintenance) ??
    (isBefore(now, start)
      ? undefined
      : conflict('already-started', `${maintenanceId} was to start at ${localTime(start)}`))
  );
}

/** How many windows a refusal names, and how many months it looks through for them. */
const SUGGESTIONS = 3;
const MONTHS_AHEAD = 3;

/** The next planned High Impact windows, from the window's month on. */
function highWindows(calendar: Calendar, from: string, now: string): Interval[] {
  const windows: Interval[] = [];
  let month = from;
  for (let ahead = 0; ahead < MONTHS_AHEAD; ahead += 1, month = nextMonth(month))
    for (const { impact, stage, start, end } of calendar.month(month).maintenance.values())
      if (impact === 'High' && stage.status === 'planned' && isBefore(now, start)) windows.push({ start, end });
  return windows.sort((a, b) => a.start.localeCompare(b.start)).slice(0, SUGGESTIONS);
}
