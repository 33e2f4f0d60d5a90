import { localDate, minutesBetween, monthAfter, monthOf, startOfMonth } from './calendar-time.js';
import { clauseOf, type DerogationLimits, type Impact } from './commands.js';
import { monthIn, refused, runsInto, type Refusal, type State, type Window } from './state.js';

/** Every other window of the class in a month and its neighbours that counts. */
function others(state: State, month: string, { impact, maintenanceId }: Window): Window[] {
  return [monthAfter(month, -1), month, monthAfter(month)]
    .flatMap((name) => [...monthIn(state, name).windows.values()])
    .filter((one) => one.status === 'planned' && one.impact === impact && one.maintenanceId !== maintenanceId);
}

/** What stands in the way of a window: another of its class at the same time, or the limits of H8.3. */
export function inTheWay(state: State, window: Window): Refusal | undefined {
  const month = monthOf(window.start);
  const near = [...others(state, month, window), window];
  if (near.some((one) => one !== window && one.start < window.end && window.start < one.end))
    return refused(409, 'overlap');
  const next = runsInto(window);
  const isOver =
    exceeds(state, window.impact, month, localDate(window.start), near) ||
    (next !== undefined && exceeds(state, window.impact, next, `${next}-01`, near));
  return isOver ? refused(422, 'refused', clauseOf(window.impact)) : undefined;
}

/** What windows come to in a month: those that start in it whole, and of those that run into it the part after midnight. */
export function used(month: string, windows: readonly Window[]): { windows: number; minutes: number } {
  const start = startOfMonth(month);
  const own = windows.filter((one) => monthOf(one.start) === month);
  const carried = windows.filter((one) => one.start < start && one.end > start);
  const minutes = [...own, ...carried.map(({ end }) => ({ start, end }))].map(minutesBetween);
  return { windows: minutes.length, minutes: minutes.reduce((sum, one) => sum + one, 0) };
}

/** Whether the windows of a class are more than the limits in force on a date allow in a month. */
function exceeds(state: State, impact: Impact, month: string, date: string, windows: readonly Window[]): boolean {
  const limit = (name: keyof DerogationLimits, code: number): number => allowed(state, impact, name, code, date);
  const sum = used(month, windows);
  if (impact === 'Low') return sum.windows > limit('lowWindows', 6);
  return sum.windows > limit('highWindows', 2) || sum.minutes > limit('highMinutes', 360);
}

/** A number as the derogations in force leave it: a waiver wins, else the most lenient that is named, else the Code's. */
function allowed(state: State, impact: Impact, name: keyof DerogationLimits, code: number, date: string): number {
  const inForce = [...state.derogations.values()].filter(
    (one) => one.impact === impact && one.from <= date && date <= one.to,
  );
  if (inForce.some(({ limits }) => limits === undefined)) return Infinity;
  const named = inForce.flatMap(({ limits }) => limits?.[name] ?? []);
  return named.length === 0 ? code : Math.max(...named);
}
