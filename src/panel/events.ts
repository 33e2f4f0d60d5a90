import Type from 'typebox';
import { DateText, InstantText, MonthText } from '../commands/fact-fields.js';
import { fact, type FactOf } from '../event-store/facts.js';

/** The Panel asked that a maintenance in a published schedule be moved, with its reasons (H8.5). */
export const RescheduleRequested = fact(
  'RescheduleRequested',
  1,
  Type.Object({
    requestId: Type.String(),
    maintenanceId: Type.String(),
    /** Month of the published schedule that holds it. */
    month: MonthText,
    reasons: Type.String(),
    preferredFrom: Type.Optional(InstantText),
    preferredTo: Type.Optional(InstantText),
  }),
);

/** The DCC moved the maintenance: as asked (`accommodated`), or not quite (`partly`, with why). */
export const PanelRequestAccommodated = fact(
  'PanelRequestAccommodated',
  1,
  Type.Object({
    requestId: Type.String(),
    maintenanceId: Type.String(),
    extent: Type.Union([Type.Literal('accommodated'), Type.Literal('partly')]),
    start: InstantText,
    end: InstantText,
    month: MonthText,
    explanation: Type.Optional(Type.String()),
  }),
);

/** The DCC could not move it, and says which steps it took. */
export const PanelRequestDeclined = fact(
  'PanelRequestDeclined',
  1,
  Type.Object({
    requestId: Type.String(),
    maintenanceId: Type.String(),
    stepsTaken: Type.String(),
    reasons: Type.String(),
  }),
);

const Clause = Type.Union([Type.Literal('H8.3(b)'), Type.Literal('H8.3(c)'), Type.Literal('H8.3(d)')]);
const WallClock = Type.String({ pattern: '^\\d\\d:\\d\\d$' });

/** The Panel agreed otherwise: limits of H8.3 waived (no `limits`) or replaced, for a period. */
export const DerogationGranted = fact(
  'DerogationGranted',
  1,
  Type.Object({
    derogationId: Type.String(),
    clauses: Type.Array(Clause, { minItems: 1 }),
    limits: Type.Optional(
      Type.Object({
        highWindows: Type.Optional(Type.Integer({ minimum: 0 })),
        highMinutes: Type.Optional(Type.Integer({ minimum: 0 })),
        lowWindows: Type.Optional(Type.Integer({ minimum: 0 })),
        lowMinutesEach: Type.Optional(Type.Integer({ minimum: 0 })),
        earliest: Type.Optional(WallClock),
        latest: Type.Optional(WallClock),
      }),
    ),
    from: DateText,
    /** Last date, inclusive; null: enduring. */
    to: Type.Union([DateText, Type.Null()]),
    reference: Type.String(),
    reason: Type.String(),
  }),
);

/** A derogation's last date was moved, or taken away (null: made enduring). */
export const DerogationExtended = fact(
  'DerogationExtended',
  1,
  Type.Object({ derogationId: Type.String(), to: Type.Union([DateText, Type.Null()]) }),
);

/** A derogation ends: from that date on it no longer applies. */
export const DerogationRevoked = fact(
  'DerogationRevoked',
  1,
  Type.Object({ derogationId: Type.String(), from: DateText, reason: Type.String() }),
);

/** Facts of the streams `panel-request-…`. */
export type PanelRequestEvent =
  FactOf<typeof RescheduleRequested> | FactOf<typeof PanelRequestAccommodated> | FactOf<typeof PanelRequestDeclined>;

/** Facts of the streams `derogation-…`. */
export type DerogationEvent =
  FactOf<typeof DerogationGranted> | FactOf<typeof DerogationExtended> | FactOf<typeof DerogationRevoked>;

/** Their definitions, for the catalogue. */
export const panelFacts = [
  RescheduleRequested,
  PanelRequestAccommodated,
  PanelRequestDeclined,
  DerogationGranted,
  DerogationExtended,
  DerogationRevoked,
];
