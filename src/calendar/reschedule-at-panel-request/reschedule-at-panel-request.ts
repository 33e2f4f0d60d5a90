import type { Act } from '../../commands/act.js';
import { conflict, invalid, missing, type Decision } from '../../commands/decision.js';
import { PanelRequestAccommodated } from '../../panel/events.js';
import { panelRequestFold, type PanelRequest } from '../../panel/panel-request.js';
import type { Finding } from '../../rulebook/finding.js';
import { isBefore, localDate, monthOf, type Interval } from '../../rulebook/local-time.js';
import { clearWorkingDays } from '../../rulebook/working-days.js';
import { findMaintenance, readCalendar } from '../calendar.js';
import { existing, noSuchMaintenance, type ExistingState } from '../existing-maintenance.js';
import { moveWindow } from '../moving.js';
import { withSuggestions } from '../planning.js';

/** The DCC's answer to a Panel request: the new time, and whether it is as the Panel asked. */
export interface RescheduleAtPanelRequest extends Interval {
  readonly requestId: string;
  readonly asRequested?: boolean | undefined;
  readonly explanation?: string | undefined;
}

/** What the answer reads: the request, and the window that it is about. */
export interface PanelMoveState extends ExistingState {
  readonly request: PanelRequest | null;
}

/**
 * Moves a published window because the Panel asked (H8.5). Not an additional window, so notice does not gate it; the
 * limits of H8.3 do, in whichever month it lands. Answers the request, once.
 */
export const rescheduleAtPanelRequest: Act<RescheduleAtPanelRequest, PanelMoveState> = {
  name: 'RescheduleAtPanelRequest',
  load: (command, reading, context) => {
    const request = reading.state(panelRequestFold, command.requestId);
    return {
      request,
      calendar: readCalendar(reading, context, [command.start]),
      found: request ? findMaintenance(reading, request.maintenanceId) : undefined,
    };
  },
  etag: existing.etag,
  decide: (state, command, context) =>
    withSuggestions(
      state.calendar,
      command,
      context.now,
      (to) => moveAtRequest(state, { ...command, ...to }, context.now),
      worthTryingFrom(state.request, command, context.now),
    ),
};

function moveAtRequest(state: PanelMoveState, command: RescheduleAtPanelRequest, now: string): Decision {
  const { calendar, found, request } = state;
  const { requestId, explanation } = command;
  if (!request) return missing(`there is no Panel request ${requestId}`);
  if (request.answer.status !== 'open')
    return conflict('already-answered', `the Panel request ${requestId} was answered: ${request.answer.status}`);
  if (!found) return noSuchMaintenance(request.maintenanceId);

  const asked = within(command, request);
  const extent = (command.asRequested ?? asked) ? 'accommodated' : 'partly';
  if (extent === 'partly' && explanation === undefined)
    return invalid('/explanation', 'say why the maintenance could not be moved as the Panel asked');
  const refused: Finding[] = [];
  if (extent === 'accommodated' && !asked)
    refused.push(
      finding(
        'refused',
        'the new time is outside the period that the Panel preferred: it accommodates the request in part only',
      ),
    );
  if (!isBefore(now, command.start)) refused.push(finding('refused', 'the new time is not in the future'));

  const margin = clearWorkingDays(calendar.days, localDate(now), localDate(command.start));
  const moved: Finding = {
    ...finding(
      'pass',
      `moved at the Panel's request with ${String(margin)} clear Working Days before its new date; notice does not gate it`,
    ),
    value: margin,
    unit: 'Working Days',
  };
  const decision = moveWindow(
    calendar,
    found,
    {
      to: { start: command.start, end: command.end },
      reason: request.reasons,
      phase: 'none',
      panelRequestId: requestId,
      findings: refused.length > 0 ? refused : [moved],
    },
    now,
  );
  if (decision.kind !== 'accepted') return decision;
  return {
    ...decision,
    answer: { ...decision.answer, requestId, extent, marginWorkingDays: margin },
    writes: [
      ...decision.writes,
      {
        stream: `panel-request-${requestId}`,
        fact: PanelRequestAccommodated.of({
          requestId,
          maintenanceId: found.maintenance.maintenanceId,
          extent,
          start: command.start,
          end: command.end,
          month: monthOf(command.start),
          ...(explanation === undefined ? {} : { explanation }),
        }),
      },
    ],
  };
}

const finding = (outcome: Finding['outcome'], detail: string): Finding => ({ rule: 'H8.5', outcome, detail });

/** True where the new time lies in the period that the Panel preferred (any time, where it named none). */
const within = (to: Interval, { preferredFrom, preferredTo }: PanelRequest): boolean =>
  (preferredFrom === undefined || !isBefore(to.start, preferredFrom)) &&
  (preferredTo === undefined || !isBefore(preferredTo, to.end));

/** First local date on which to look for another time: that of the Panel's period, where the time asked for is outside it. */
const worthTryingFrom = (request: PanelRequest | null, to: Interval, now: string): string | undefined =>
  request && !within(to, request) ? localDate(request.preferredFrom ?? now) : undefined;
