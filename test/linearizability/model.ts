import { apply } from './apply.js';
import { monthOf } from './calendar-time.js';
import type { Command, Times } from './commands.js';
import { inTheWay } from './limits.js';
import {
  type Dialect,
  monthIn,
  type PanelRequest,
  planned,
  type Refusal,
  refused,
  type Sent,
  type State,
  type Verdict,
  type Window,
  windowOf,
} from './state.js';
import { tagOf } from './views.js';

/**
 * The calendar one command after the other, as domain.md says it: what a server that is never in a hurry would answer.
 * It shares no code with the server. It leaves out what the workload never brings about: notice (every window is years
 * ahead), hours of the night, classification, freezes, and work that has started.
 */
/** The one step of the model. */
export function step(state: State, sent: Sent, dialect: Dialect): Verdict {
  const first = sent.key === undefined ? undefined : state.keys.get(sent.key);
  if (first !== undefined) return first === sent.token ? { is: 'repeated' } : refused(422, 'idempotency-mismatch');
  if (sent.ifMatch !== undefined && sent.ifMatch !== tagOf(state, sent.command))
    return refused(412, 'changed-meanwhile');
  const refusal = judge(state, sent.command, dialect);
  return refusal ? { is: 'refused', ...refusal } : { is: 'accepted', ...apply(state, sent) };
}

/** Why a command is refused in this state; undefined if it is accepted. */
export function judge(state: State, command: Command, { oneOpenRequest }: Dialect): Refusal | undefined {
  switch (command.name) {
    case 'ScheduleMaintenance':
    case 'AddHighImpactWindow':
    case 'AddLowImpactWindow': {
      if (state.places.has(command.maintenanceId)) return refused(409, 'id-taken');
      const isPublished = monthIn(state, monthOf(command.start)).version > 0;
      if (command.name === 'ScheduleMaintenance' && isPublished) return refused(409, 'schedule-published');
      return inTheWay(state, planned(command));
    }
    case 'PublishMonthlySchedule':
      return monthIn(state, command.month).version > 0 ? refused(409, 'already-published') : undefined;
    case 'RescheduleMaintenance':
      return judgeMove(state, windowOf(state, command.maintenanceId), command);
    case 'CancelMaintenance':
      return notPlanned(windowOf(state, command.maintenanceId));
    case 'RequestReschedule': {
      const window = windowOf(state, command.maintenanceId);
      if (!window) return refused(404, 'not-found');
      if (monthIn(state, monthOf(window.start)).version === 0) return refused(422, 'refused', 'H8.5');
      const open = [...state.requests.values()].some(
        (request) => request.isOpen && request.maintenanceId === command.maintenanceId,
      );
      return notPlanned(window) ?? (oneOpenRequest && open ? refused(409, 'request-open') : undefined);
    }
    case 'RescheduleAtPanelRequest': {
      const request = state.requests.get(command.requestId);
      return notOpen(request) ?? judgeMove(state, windowOf(state, request?.maintenanceId), command);
    }
    case 'DeclinePanelRequest':
      return notOpen(state.requests.get(command.requestId));
    case 'GrantDerogation':
      return state.derogations.has(command.derogationId) ? refused(409, 'id-taken') : undefined;
    case 'RevokeDerogation': {
      const derogation = state.derogations.get(command.derogationId);
      if (!derogation) return refused(404, 'not-found');
      if (derogation.isRevoked) return refused(409, 'already-closed');
      return command.from > derogation.to ? refused(400, 'invalid') : undefined;
    }
  }
}

const notPlanned = (window: Window | undefined): Refusal | undefined =>
  !window ? refused(404, 'not-found') : window.status === 'cancelled' ? refused(409, 'already-closed') : undefined;

const notOpen = (request: PanelRequest | undefined): Refusal | undefined =>
  !request ? refused(404, 'not-found') : request.isOpen ? undefined : refused(409, 'already-answered');

function judgeMove(state: State, window: Window | undefined, { start, end }: Times): Refusal | undefined {
  const closed = notPlanned(window);
  if (closed || !window) return closed;
  if (window.start === start && window.end === end) return refused(409, 'not-moved');
  return inTheWay(state, { ...window, start, end });
}
