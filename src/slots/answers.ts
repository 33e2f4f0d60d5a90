import Type from 'typebox';
import { Count, IntervalData, LocalText, Nullable, OneOf } from '../commands/answer-fields.js';
import { DateText, Impact, InstantText, MonthText } from '../commands/fact-fields.js';

/** A night of a pattern; it has no instants where the clocks skip its time. */
const night = {
  patternId: Type.String(),
  impact: Impact,
  date: DateText,
  start: Nullable(InstantText),
  end: Nullable(InstantText),
};

/** `GET /slots`, as the reference describes it. */
export const SlotsAnswer = Type.Object({
  from: MonthText,
  months: Count,
  slots: Type.Array(
    Type.Object({
      ...night,
      startLocal: LocalText,
      endLocal: Nullable(LocalText),
      minutes: Nullable(Count),
      status: OneOf('open', 'used', 'withdrawn', 'replacement', 'skipped'),
      maintenanceId: Nullable(Type.String()),
      usedBy: Type.Array(Type.String()),
      reason: Nullable(Type.String()),
      replaces: Nullable(DateText),
      replacedBy: Nullable(IntervalData),
      note: Nullable(Type.String()),
    }),
  ),
  unreplaced: Type.Array(
    Type.Object({
      ...night,
      reason: Type.String(),
    }),
  ),
});

const slot = { patternId: Type.String(), date: DateText, start: InstantText, end: InstantText };

/** What the answers to commands have besides what every answer has. */
export const added = {
  DefineSlotPattern: {
    patternId: Type.String(),
    slots: Count,
    firstSlot: IntervalData,
    skipped: Type.Array(DateText),
    doubled: Type.Array(DateText),
  },
  WithdrawSlot: slot,
  OfferReplacementSlot: slot,
};
