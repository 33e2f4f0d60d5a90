import Type from 'typebox';
import { ActivityData, InstantText, MonthText, Reckoning } from '../commands/fact-fields.js';
import { fact, type FactOf } from '../event-store/facts.js';

/** Unplanned Maintenance was told of (H8.6); `occurredAt` is its start, or the declaration where that comes first. */
export const UnplannedMaintenanceDeclared = fact(
  'UnplannedMaintenanceDeclared',
  1,
  Type.Object({
    unplannedId: Type.String(),
    /** When the DCC became aware of it. */
    awareAt: InstantText,
    /** When the DCC told of it: by declaring it. */
    notifiedAt: InstantText,
    start: InstantText,
    expectedEnd: InstantText,
    emergency: Type.Boolean(),
    activities: Type.Array(ActivityData, { minItems: 1 }),
    riskToReturn: Type.String(),
    /** Local month of its start. */
    month: MonthText,
    /** It was declared before that month began. */
    plannedBeforeMonth: Type.Boolean(),
    reckoning: Reckoning,
  }),
);

/** Duration or disruption differ from what was told (H8.7). */
export const UnplannedProgressReported = fact(
  'UnplannedProgressReported',
  1,
  Type.Object({
    unplannedId: Type.String(),
    expectedEnd: InstantText,
    expectedDisruption: Type.String(),
    reckoning: Reckoning,
  }),
);

/** Unplanned Maintenance is over. */
export const UnplannedMaintenanceEnded = fact(
  'UnplannedMaintenanceEnded',
  1,
  Type.Object({
    unplannedId: Type.String(),
    start: InstantText,
    end: InstantText,
    /** Elapsed; a started minute counts as a whole one. */
    minutes: Type.Integer({ minimum: 0 }),
    ssiOutageMinutes: Type.Integer({ minimum: 0 }),
    servicesDisrupted: Type.Array(Type.String()),
    reckoning: Reckoning,
  }),
);

/** Facts of the streams `unplanned-…`. */
export type UnplannedEvent =
  | FactOf<typeof UnplannedMaintenanceDeclared>
  | FactOf<typeof UnplannedProgressReported>
  | FactOf<typeof UnplannedMaintenanceEnded>;

/** Their definitions, for the catalogue. */
export const unplannedFacts = [UnplannedMaintenanceDeclared, UnplannedProgressReported, UnplannedMaintenanceEnded];
