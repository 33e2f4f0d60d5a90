import { monthAfter, monthOf } from './calendar-time.js';
import type { Command, Impact, Times } from './commands.js';
import { used } from './limits.js';
import { monthIn, type State } from './state.js';

/** A month as a read shows it, in one line: its version, what it has used, and its windows, the cancelled ones too. */
export function viewOf(state: State, name: string, version = monthIn(state, name).version): string {
  const month = monthIn(state, name);
  const near = [...monthIn(state, monthAfter(name, -1)).windows.values(), ...month.windows.values()];
  const sum = (impact: Impact): { windows: number; minutes: number } =>
    used(
      name,
      near.filter((one) => one.status === 'planned' && one.impact === impact),
    );
  const [high, low] = [sum('High'), sum('Low')];
  return lineOf(name, version, [high.windows, high.minutes, low.windows], [...month.windows.values()]);
}

/** The form of `viewOf`, for a read to be put into as well. */
export const lineOf = (
  month: string,
  version: number,
  sums: readonly number[],
  windows: readonly (Times & { readonly maintenanceId: string; readonly impact: string; readonly status: string })[],
): string => {
  const rows = windows.map(({ maintenanceId, impact, status, start, end }) =>
    [maintenanceId, impact, status, start, end].join(' '),
  );
  return `${month} v${version} used ${sums.join('/')}: ${rows.toSorted().join(', ')}`;
};

/** What the entity tag of a command is of: the month that it acts on; undefined if there is none. */
export function tagOf(state: State, command: Command): string | undefined {
  const month = actsOn(state, command);
  return month === undefined ? undefined : viewOf(state, month);
}

/** The month that a command acts on in this state. */
export function actsOn(state: State, command: Command): string | undefined {
  switch (command.name) {
    case 'ScheduleMaintenance':
    case 'AddHighImpactWindow':
    case 'AddLowImpactWindow':
      return monthOf(command.start);
    case 'PublishMonthlySchedule':
      return command.month;
    case 'RescheduleMaintenance':
    case 'CancelMaintenance':
    case 'RequestReschedule':
      return state.places.get(command.maintenanceId);
    case 'RescheduleAtPanelRequest':
    case 'DeclinePanelRequest':
      return state.places.get(state.requests.get(command.requestId)?.maintenanceId ?? '');
    case 'GrantDerogation':
    case 'RevokeDerogation':
      return undefined;
  }
}

/** How many facts bear on a month: those of its own, of its neighbours, and the Panel's agreements. */
export function touched(state: State, month: string): number {
  const agreements = [...state.derogations.values()].reduce((sum, { isRevoked }) => sum + (isRevoked ? 2 : 1), 0);
  return [monthAfter(month, -1), month, monthAfter(month)].reduce(
    (sum, name) => sum + monthIn(state, name).facts,
    agreements,
  );
}
