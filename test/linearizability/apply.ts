import { dateAfter, monthOf } from './calendar-time.js';
import type { Times } from './commands.js';
import {
  type Derogation,
  type Month,
  monthIn,
  type PanelRequest,
  planned,
  type Sent,
  type State,
  type Window,
  windowOf,
} from './state.js';

/** The state after a command was recorded, lawfully or not, and the facts that it consists of. */
export function apply(state: State, sent: Sent): { readonly state: State; readonly facts: readonly string[] } {
  const { command, token, key } = sent;
  const after = new Change(state, sent);
  if (key !== undefined) after.note('CommandRecorded');
  const withKey = key === undefined ? state.keys : new Map(state.keys).set(key, token);
  switch (command.name) {
    case 'ScheduleMaintenance':
    case 'AddHighImpactWindow':
    case 'AddLowImpactWindow': {
      const window = planned(command);
      after.put(window, `month-${monthOf(window.start)} MaintenanceScheduled ${textOf(window)}`);
      after.reissue(window);
      break;
    }
    case 'PublishMonthlySchedule':
      after.publish(command.month);
      break;
    case 'RescheduleMaintenance':
      after.move(windowOf(state, command.maintenanceId), command);
      break;
    case 'CancelMaintenance': {
      const window = windowOf(state, command.maintenanceId);
      if (!window) break;
      const cancelled = `month-${monthOf(window.start)} MaintenanceCancelled ${window.maintenanceId}`;
      after.put({ ...window, status: 'cancelled' }, cancelled);
      after.reissue(window);
      break;
    }
    case 'RequestReschedule': {
      const id = sent.requestId ?? token;
      after.request(id, { maintenanceId: command.maintenanceId, isOpen: true }, 'RescheduleRequested');
      break;
    }
    case 'RescheduleAtPanelRequest': {
      const request = state.requests.get(command.requestId);
      if (!request) break;
      after.move(windowOf(state, request.maintenanceId), command);
      after.request(command.requestId, { ...request, isOpen: false }, 'PanelRequestAccommodated');
      break;
    }
    case 'DeclinePanelRequest': {
      const request = state.requests.get(command.requestId);
      if (request) after.request(command.requestId, { ...request, isOpen: false }, 'PanelRequestDeclined');
      break;
    }
    case 'GrantDerogation': {
      const { derogationId, impact, limits, from, to } = command;
      after.derogate(derogationId, { impact, limits, from, to, isRevoked: false }, `DerogationGranted ${from}`);
      break;
    }
    case 'RevokeDerogation': {
      const derogation = state.derogations.get(command.derogationId);
      if (!derogation) break;
      const last = dateAfter(command.from, -1);
      const to = last < derogation.to ? last : derogation.to;
      after.derogate(command.derogationId, { ...derogation, to, isRevoked: true }, `DerogationRevoked ${command.from}`);
      break;
    }
  }
  return { state: { ...after.state, keys: withKey }, facts: after.facts };
}

/** A state under change, and the facts of the change: each in one line, its stream, its type and what it says. */
class Change {
  readonly facts: string[] = [];

  constructor(
    public state: State,
    private readonly sent: Sent,
  ) {}

  note(fact: string): void {
    this.facts.push(fact);
  }

  put(window: Window, fact: string): void {
    const name = monthOf(window.start);
    const month = monthIn(this.state, name);
    this.#month(name, { ...month, windows: new Map(month.windows).set(window.maintenanceId, window) });
    this.state = { ...this.state, places: new Map(this.state.places).set(window.maintenanceId, name) };
    this.note(fact);
  }

  publish(month: string): void {
    this.#month(month, { ...monthIn(this.state, month), version: 1 });
    this.note(`month-${month} MonthlySchedulePublished`);
  }

  move(window: Window | undefined, { start, end }: Times): void {
    if (!window) return;
    const moved = { ...window, start, end };
    const [from, to] = [monthOf(window.start), monthOf(start)];
    if (from !== to) {
      const left = monthIn(this.state, from);
      const windows = new Map(left.windows);
      windows.delete(window.maintenanceId);
      this.#month(from, { ...left, windows });
      this.note(`month-${to} MaintenanceMovedIn ${textOf(moved)}`);
    }
    this.put(moved, `month-${from} MaintenanceRescheduled ${window.maintenanceId} ${start} ${end}`);
    this.reissue(window, moved);
  }

  /** Reissues the published months in which these windows start, and those that the log shows to be reissued beside. */
  reissue(...windows: readonly Window[]): void {
    const { isUnlawful = false, reissued = [] } = this.sent;
    const own = isUnlawful ? [] : windows.map(({ start }) => monthOf(start));
    for (const name of new Set([...own, ...reissued])) {
      const month = monthIn(this.state, name);
      if (month.version === 0) continue;
      this.#month(name, { ...month, version: month.version + 1 });
      this.note(`month-${name} ScheduleReissued ${month.version + 1}`);
    }
  }

  request(id: string, request: PanelRequest, type: string): void {
    this.state = { ...this.state, requests: new Map(this.state.requests).set(id, request) };
    const name = this.state.places.get(request.maintenanceId);
    if (name !== undefined) this.#month(name, monthIn(this.state, name));
    this.note(`panel-request-${id} ${type} ${request.maintenanceId}`);
  }

  derogate(id: string, derogation: Derogation, fact: string): void {
    this.state = { ...this.state, derogations: new Map(this.state.derogations).set(id, derogation) };
    this.note(`derogation-${id} ${fact}`);
  }

  #month(name: string, month: Month): void {
    const months = new Map(this.state.months).set(name, { ...month, facts: month.facts + 1 });
    this.state = { ...this.state, months };
  }
}

const textOf = ({ maintenanceId, impact, start, end }: Window): string => `${maintenanceId} ${impact} ${start} ${end}`;
