import Type, { type Static } from 'typebox';
import {
  ActivityData,
  AffectedServiceData,
  DateText,
  Impact,
  InstantText,
  MonthText,
  Reckoning,
} from '../commands/fact-fields.js';
import { fact, type FactOf } from '../event-store/facts.js';

/** A maintenance window as planned: what H8.4 (a)-(d) ask to be stated, and its class. */
export const PlannedMaintenanceData = Type.Object({
  maintenanceId: Type.String(),
  impact: Impact,
  /** Why it has that class: `core-disrupted`, `core-at-risk`, `user-change`, `non-core`. */
  reasons: Type.Array(Type.String()),
  start: InstantText,
  end: InstantText,
  activities: Type.Array(ActivityData, { minItems: 1 }),
  riskToReturn: Type.String(),
  /** The window's services after a reclassification; null: those of its activities. */
  reclassifiedServices: Type.Union([Type.Array(AffectedServiceData), Type.Null()]),
});
export type PlannedMaintenance = Static<typeof PlannedMaintenanceData>;

/** A window was planned. `additional`: beyond a schedule already published (H8.4A). */
export const MaintenanceScheduled = fact(
  'MaintenanceScheduled',
  1,
  Type.Object({
    month: MonthText,
    maintenance: PlannedMaintenanceData,
    additional: Type.Boolean(),
    reckoning: Reckoning,
  }),
  { claims: (data) => [`maintenance/${data.maintenance.maintenanceId}`] },
);

/** The month's schedule was published for the first time (H8.4). */
export const MonthlySchedulePublished = fact(
  'MonthlySchedulePublished',
  1,
  Type.Object({
    month: MonthText,
    version: Type.Literal(1),
    compliant: Type.Boolean(),
    /** Last date on which twenty clear Working Days' notice could be given, as known then. */
    latestCompliantDate: DateText,
    /** Clear Working Days between the publication and the 1st. */
    marginWorkingDays: Type.Integer(),
    lateReason: Type.Optional(Type.String()),
    reckoning: Reckoning,
  }),
);

/** The published schedule was revised and issued again (H8.4A). */
export const ScheduleReissued = fact(
  'ScheduleReissued',
  1,
  Type.Object({
    month: MonthText,
    version: Type.Integer({ minimum: 2 }),
    /** The fact that made it necessary: `MaintenanceScheduled`, `MaintenanceCancelled`, … */
    because: Type.String(),
    maintenanceId: Type.String(),
    /** Clear Working Days between the reissue and the start of the window concerned. */
    marginWorkingDays: Type.Integer(),
  }),
);

/** A window was moved, by the DCC or at the Panel's request; recorded in the month that it leaves or moves within. */
export const MaintenanceRescheduled = fact(
  'MaintenanceRescheduled',
  1,
  Type.Object({
    maintenanceId: Type.String(),
    fromMonth: MonthText,
    toMonth: MonthText,
    from: Type.Object({ start: InstantText, end: InstantText }),
    to: Type.Object({ start: InstantText, end: InstantText }),
    reason: Type.String(),
    /** The Panel's request (H8.5); absent for a move of the DCC's own. */
    panelRequestId: Type.Optional(Type.String()),
    reckoning: Reckoning,
  }),
);

/** The other half of a move between months: the month that the window enters. */
export const MaintenanceMovedIn = fact(
  'MaintenanceMovedIn',
  1,
  Type.Object({
    month: MonthText,
    fromMonth: MonthText,
    maintenance: PlannedMaintenanceData,
    /** It was planned beyond a schedule already published, before it moved; absent: it was not. */
    additional: Type.Optional(Type.Boolean()),
  }),
);

/** A window that had not started was cancelled; its place is free again. */
export const MaintenanceCancelled = fact(
  'MaintenanceCancelled',
  1,
  Type.Object({ month: MonthText, maintenanceId: Type.String(), reason: Type.String() }),
);

/** Work was added to a window. */
export const MaintenanceActivityAdded = fact(
  'MaintenanceActivityAdded',
  1,
  Type.Object({ month: MonthText, maintenanceId: Type.String(), activity: ActivityData, reckoning: Reckoning }),
);

/** A window's class was computed again from what it affects. */
export const MaintenanceReclassified = fact(
  'MaintenanceReclassified',
  1,
  Type.Object({
    month: MonthText,
    maintenanceId: Type.String(),
    from: Impact,
    to: Impact,
    reasons: Type.Array(Type.String()),
    /** What the window affects in fact; null where an added activity changed the class. */
    services: Type.Union([Type.Array(AffectedServiceData), Type.Null()]),
    rationale: Type.String(),
    reckoning: Reckoning,
  }),
);

/** Work in a window began. */
export const MaintenanceStarted = fact(
  'MaintenanceStarted',
  1,
  Type.Object({ month: MonthText, maintenanceId: Type.String(), at: InstantText, reckoning: Reckoning }),
);

/** Duration or disruption differ from what was told (H8.7). */
export const MaintenanceProgressReported = fact(
  'MaintenanceProgressReported',
  1,
  Type.Object({
    month: MonthText,
    maintenanceId: Type.String(),
    expectedEnd: InstantText,
    expectedDisruption: Type.String(),
    reckoning: Reckoning,
  }),
);

/** Work in a window ended. From here its actual length counts. */
export const MaintenanceCompleted = fact(
  'MaintenanceCompleted',
  1,
  Type.Object({
    month: MonthText,
    maintenanceId: Type.String(),
    actualStart: InstantText,
    actualEnd: InstantText,
    /** Elapsed; a started minute counts as a whole one. */
    minutes: Type.Integer({ minimum: 0 }),
    ssiOutageMinutes: Type.Integer({ minimum: 0 }),
    servicesDisrupted: Type.Array(Type.String()),
    /** Low Impact maintenance that in fact disrupted a core service. */
    unexpectedCoreDisruption: Type.Boolean(),
    reckoning: Reckoning,
  }),
);

/** Facts of the month streams. */
export type CalendarEvent =
  | FactOf<typeof MaintenanceScheduled>
  | FactOf<typeof MonthlySchedulePublished>
  | FactOf<typeof ScheduleReissued>
  | FactOf<typeof MaintenanceRescheduled>
  | FactOf<typeof MaintenanceMovedIn>
  | FactOf<typeof MaintenanceCancelled>
  | FactOf<typeof MaintenanceActivityAdded>
  | FactOf<typeof MaintenanceReclassified>
  | FactOf<typeof MaintenanceStarted>
  | FactOf<typeof MaintenanceProgressReported>
  | FactOf<typeof MaintenanceCompleted>;

/** Their definitions, for the catalogue. */
export const calendarFacts = [
  MaintenanceScheduled,
  MonthlySchedulePublished,
  ScheduleReissued,
  MaintenanceRescheduled,
  MaintenanceMovedIn,
  MaintenanceCancelled,
  MaintenanceActivityAdded,
  MaintenanceReclassified,
  MaintenanceStarted,
  MaintenanceProgressReported,
  MaintenanceCompleted,
];
