import { minutesAfter, monthAfter } from './calendar-time.js';
import type { Impact } from './commands.js';
import type { Request } from './history.js';
import { used } from './limits.js';
import { monthIn, type State } from './state.js';
import type { Random } from './random.js';
import { FIRST_MONTH } from './workload.js';

/** What is asked of each server at once, for one month. */
export interface MonthRequests {
  /** High Impact windows of three hours, of which a month holds two. */
  readonly high: number;
  /** Low Impact windows among them; they change the month's book and take nothing from its High Impact windows. */
  readonly low: number;
}

/** The requests for one month: each window in a night of its own, for one server each, in a random order. */
export function requestsFor(
  number: number,
  servers: number,
  { high, low }: MonthRequests,
  random: Random,
): { readonly server: number; readonly request: Request }[] {
  const month = monthAfter(FIRST_MONTH, number);
  const impacts: readonly Impact[] = [...Array<Impact>(high).fill('High'), ...Array<Impact>(low).fill('Low')];
  const requests = Array.from({ length: servers }, (_, server) => impacts.map((impact) => ({ server, impact })))
    .flat()
    .map(({ server, impact }, index): { server: number; request: Request } => {
      const maintenanceId = `W${number}-${index}`;
      const start = `${month}-${String((index % 28) + 1).padStart(2, '0')}T20:00:00Z`;
      const times = { start, end: minutesAfter(start, impact === 'High' ? 180 : 60) };
      const command = { name: 'ScheduleMaintenance', maintenanceId, impact, ...times } as const;
      return { server, request: { is: 'command', command, token: maintenanceId } };
    });
  return requests
    .map((request) => ({ request, order: random.below(1_000_000) }))
    .sort((a, b) => a.order - b.order)
    .map(({ request }) => request);
}

/** The months that hold more than H8.3 allows where the Panel has not agreed otherwise. */
export const monthsOver = (state: State): string[] =>
  [...state.months.keys()].filter((month) => {
    const windows = [...monthIn(state, month).windows.values()].filter(({ status }) => status === 'planned');
    const of = (impact: Impact): ReturnType<typeof used> =>
      used(
        month,
        windows.filter((window) => window.impact === impact),
      );
    const high = of('High');
    return high.windows > 2 || high.minutes > 360 || of('Low').windows > 6;
  });
