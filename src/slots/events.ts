import Type from 'typebox';
import { DateText, Impact, InstantText } from '../commands/fact-fields.js';
import { fact, type FactOf } from '../event-store/facts.js';

/** Slots recur from now on by this rule, at this local time (MP92-DT1). */
export const SlotPatternDefined = fact(
  'SlotPatternDefined',
  1,
  Type.Object({
    patternId: Type.String(),
    impact: Impact,
    /** RFC 5545 rule without DTSTART: `FREQ=MONTHLY;BYDAY=2SA`. */
    rrule: Type.String(),
    /** Wall-clock time in Europe/London at which each slot begins. */
    startTime: Type.String({ pattern: '^\\d\\d:\\d\\d$' }),
    /** Elapsed. */
    durationMinutes: Type.Integer({ minimum: 1 }),
    from: DateText,
    /** Last date, inclusive; absent: for good. */
    until: Type.Optional(DateText),
  }),
);

/** One slot of a pattern is not offered after all. */
export const SlotWithdrawn = fact(
  'SlotWithdrawn',
  1,
  Type.Object({ patternId: Type.String(), date: DateText, reason: Type.String() }),
);

/** Another time is offered in place of a withdrawn slot (MP92-AT08). */
export const ReplacementSlotOffered = fact(
  'ReplacementSlotOffered',
  1,
  Type.Object({ patternId: Type.String(), date: DateText, start: InstantText, end: InstantText }),
);

/** Facts of the streams `slot-pattern-…`. */
export type SlotEvent =
  FactOf<typeof SlotPatternDefined> | FactOf<typeof SlotWithdrawn> | FactOf<typeof ReplacementSlotOffered>;

/** Their definitions, for the catalogue. */
export const slotFacts = [SlotPatternDefined, SlotWithdrawn, ReplacementSlotOffered];
