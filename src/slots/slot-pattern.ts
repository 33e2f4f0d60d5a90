import type { Fold } from '../event-store/state.js';
import type { Impact } from '../rulebook/classification.js';
import type { Interval } from '../rulebook/local-time.js';
import type { SlotEvent } from './events.js';
import { ruleOf, type RecurrenceRule } from './recurrence-rule.js';

/** Slots that recur, and what became of single ones. Dates are local dates of a slot's start. */
export interface SlotPattern {
  readonly patternId: string;
  readonly impact: Impact;
  readonly rule: RecurrenceRule;
  /** Wall-clock time in Europe/London (`22:00`). */
  readonly startTime: string;
  /** Elapsed. */
  readonly durationMinutes: number;
  readonly from: string;
  /** Last date, inclusive; undefined: for good. */
  readonly until?: string | undefined;
  /** Why a slot is not offered after all, by its date. */
  readonly withdrawn: ReadonlyMap<string, string>;
  /** What is offered in place of a slot, by that slot's date (MP92-AT08). */
  readonly replacements: ReadonlyMap<string, Interval>;
}

/** One pattern, from its stream `slot-pattern-<id>`; null before it is defined. */
export const slotPatternFold: Fold<SlotPattern | null, SlotEvent> = {
  kind: 'slot-pattern',
  initial: () => null,
  evolve: (state, event) => {
    switch (event.type) {
      case 'SlotPatternDefined': {
        const { rrule, ...data } = event.data;
        return { ...data, rule: ruleOf(rrule), withdrawn: new Map(), replacements: new Map() };
      }
      case 'SlotWithdrawn': {
        const { date, reason } = event.data;
        return state && { ...state, withdrawn: new Map(state.withdrawn).set(date, reason) };
      }
      case 'ReplacementSlotOffered': {
        const { date, start, end } = event.data;
        return state && { ...state, replacements: new Map(state.replacements).set(date, { start, end }) };
      }
    }
  },
};
