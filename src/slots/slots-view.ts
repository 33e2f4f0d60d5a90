import type { Month } from '../calendar/month.js';
import type { Impact } from '../rulebook/classification.js';
import { elapsedMinutes, localDate, localTime, type Interval } from '../rulebook/local-time.js';
import type { DateRange } from './recurrence-dates.js';
import type { SlotPattern } from './slot-pattern.js';
import { windowsIn } from './slot-use.js';
import { slotsOf, type Slot } from './slots.js';

/** A slot as it is read. Instants in UTC, `…Local` in Europe/London. */
export interface SlotView {
  readonly patternId: string;
  readonly impact: Impact;
  /** Local date of its start. */
  readonly date: string;
  /** Null where the clocks skip it. */
  readonly start: string | null;
  readonly end: string | null;
  readonly startLocal: string;
  readonly endLocal: string | null;
  readonly minutes: number | null;
  /** `withdrawn` and `skipped` come before `used`, `used` before `open` and `replacement`. */
  readonly status: 'open' | 'used' | 'withdrawn' | 'replacement' | 'skipped';
  /** The window planned or done in it, the first where there are several, whatever the status. */
  readonly maintenanceId: string | null;
  readonly usedBy: readonly string[];
  /** Why it was withdrawn. */
  readonly reason: string | null;
  /** Of a replacement: the date of the slot that it replaces. */
  readonly replaces: string | null;
  /** What is offered in its place. */
  readonly replacedBy: Interval | null;
  /** What the clock change does to it. */
  readonly note: string | null;
}

/** A slot withdrawn without a replacement (MP92-AT08). */
export interface UnreplacedView {
  readonly patternId: string;
  readonly impact: Impact;
  readonly date: string;
  readonly start: string | null;
  readonly end: string | null;
  readonly reason: string;
}

/** Every slot whose local date lies in a range, by its start: the withdrawn and the skipped ones and the replacements too. */
export function slotsView(
  patterns: readonly SlotPattern[],
  range: DateRange,
  monthBook: (month: string) => Month,
): SlotView[] {
  const listed = patterns.flatMap((pattern) => [
    ...slotsOf(pattern, range).map((slot) => listedSlot(pattern, slot, monthBook)),
    ...[...pattern.replacements]
      .filter(([, { start }]) => range.first <= localDate(start) && localDate(start) <= range.last)
      .map(([replaces, interval]) => listedReplacement(pattern, replaces, interval, monthBook)),
  ]);
  return listed
    .sort(
      (a, b) =>
        a.at.localeCompare(b.at) ||
        a.view.patternId.localeCompare(b.view.patternId) ||
        a.view.date.localeCompare(b.view.date),
    )
    .map(({ view }) => view);
}

/** The slots that were withdrawn and have no replacement yet, on whatever date, by their dates. */
export function unreplacedView(patterns: readonly SlotPattern[]): UnreplacedView[] {
  return patterns
    .flatMap((pattern) =>
      [...pattern.withdrawn]
        .filter(([date]) => !pattern.replacements.has(date))
        .map(([date, reason]): UnreplacedView => {
          const [slot] = slotsOf(pattern, { first: date, last: date });
          const { start, end } = slot?.placed ?? { start: null, end: null };
          return { patternId: pattern.patternId, impact: pattern.impact, date, start, end, reason };
        }),
    )
    .sort((a, b) => a.date.localeCompare(b.date) || a.patternId.localeCompare(b.patternId));
}

/** An entry of the list, and the instant that it is sorted by. */
interface Listed {
  readonly at: string;
  readonly view: SlotView;
}

function listedSlot(pattern: SlotPattern, slot: Slot, monthBook: (month: string) => Month): Listed {
  const { patternId, impact, startTime } = pattern;
  const { date } = slot;
  const replacedBy = pattern.replacements.get(date) ?? null;
  const common = { patternId, impact, date, startLocal: `${date}T${startTime}`, replaces: null, replacedBy };
  if (!slot.placed)
    return {
      at: slot.skippedAt,
      view: {
        ...common,
        start: null,
        end: null,
        endLocal: null,
        minutes: null,
        status: 'skipped',
        maintenanceId: null,
        usedBy: [],
        reason: null,
        note: `there is no ${startTime} that night: the clocks go forward over it`,
      },
    };
  const usedBy = windowsIn(slot.placed, impact, monthBook).map(({ maintenanceId }) => maintenanceId);
  const reason = pattern.withdrawn.get(date) ?? null;
  return {
    at: slot.placed.start,
    view: {
      ...common,
      ...timesOf(slot.placed),
      status: reason !== null ? 'withdrawn' : usedBy.length > 0 ? 'used' : 'open',
      maintenanceId: usedBy[0] ?? null,
      usedBy,
      reason,
      note: slot.doubled ? `${startTime} comes twice that night, as the clocks go back: this is the earlier` : null,
    },
  };
}

function listedReplacement(
  { patternId, impact }: SlotPattern,
  replaces: string,
  interval: Interval,
  monthBook: (month: string) => Month,
): Listed {
  const usedBy = windowsIn(interval, impact, monthBook).map(({ maintenanceId }) => maintenanceId);
  return {
    at: interval.start,
    view: {
      patternId,
      impact,
      date: localDate(interval.start),
      startLocal: localTime(interval.start),
      ...timesOf(interval),
      status: usedBy.length > 0 ? 'used' : 'replacement',
      maintenanceId: usedBy[0] ?? null,
      usedBy,
      reason: null,
      replaces,
      replacedBy: null,
      note: null,
    },
  };
}

const timesOf = (interval: Interval): Pick<SlotView, 'start' | 'end' | 'endLocal' | 'minutes'> => ({
  start: interval.start,
  end: interval.end,
  endLocal: localTime(interval.end),
  minutes: elapsedMinutes(interval),
});
