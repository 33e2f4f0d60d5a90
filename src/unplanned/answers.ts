import Type from 'typebox';
import { Count, HistoryData, ListOf, LocalText, Nullable, OneOf } from '../commands/answer-fields.js';
import { ActivityData, InstantText, MonthText } from '../commands/fact-fields.js';

/** What the reads of Unplanned Maintenance answer, as the reference describes it. */

const unplanned = {
  unplannedId: Type.String(),
  month: MonthText,
  status: OneOf('declared', 'ended'),
  emergency: Type.Boolean(),
  awareAt: InstantText,
  notifiedAt: InstantText,
  minutesToNotice: Count,
  plannedBeforeMonth: Type.Boolean(),
  start: InstantText,
  startLocal: LocalText,
  expectedEnd: InstantText,
  expectedEndLocal: LocalText,
  activities: Type.Array(ActivityData),
  riskToReturn: Type.String(),
  told: Nullable(Type.Object({ expectedEnd: InstantText, expectedDisruption: Type.String() })),
  end: Nullable(InstantText),
  endLocal: Nullable(LocalText),
  minutes: Nullable(Count),
  ssiOutageMinutes: Nullable(Count),
  servicesDisrupted: Nullable(Type.Array(Type.String())),
};

/** `GET /unplanned` */
export const UnplannedListAnswer = ListOf(Type.Object(unplanned));
/** `GET /unplanned/{id}` */
export const UnplannedAnswer = Type.Object({ ...unplanned, history: HistoryData });

/** What the answers to commands have besides what every answer has. */
export const added = {
  DeclareUnplannedMaintenance: {
    unplannedId: Type.String(),
    month: MonthText,
    notifiedAt: InstantText,
    minutesToNotice: Count,
    plannedBeforeMonth: Type.Boolean(),
  },
  EndUnplannedMaintenance: { unplannedId: Type.String(), month: MonthText, minutes: Count },
};
