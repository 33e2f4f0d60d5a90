import type { SlotEvent } from '../../slots/events.js';
import { day, minutes, period, quoted, type Sentences } from './words.js';

/** Facts of the forward view. */
export const slotSentences: Sentences<SlotEvent> = {
  SlotPatternDefined: ({ data }) =>
    `defined the slot pattern ${data.patternId}: ${data.impact} Impact slots of ${minutes(data.durationMinutes)} at ${data.startTime} (London) by the rule ${data.rrule}, from ${day(data.from)} ${data.until === undefined ? 'on' : `until ${day(data.until)}`}`,
  SlotWithdrawn: ({ data }) =>
    `withdrew the slot of ${day(data.date)} of the pattern ${data.patternId}: ${quoted(data.reason)}`,
  ReplacementSlotOffered: ({ data }) =>
    `offered ${period(data)} in place of the slot of ${day(data.date)} of the pattern ${data.patternId}`,
};
