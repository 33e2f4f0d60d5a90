import Type from 'typebox';
import {
  Count,
  HistoryData,
  IntervalData,
  ListOf,
  LocalText,
  Nullable,
  OneOf,
  WorkingDays,
} from '../commands/answer-fields.js';
import {
  ActivityData,
  AffectedServiceData,
  DateText,
  Impact,
  InstantText,
  MonthText,
} from '../commands/fact-fields.js';

/** What the reads of the calendar answer, as the reference describes it. */

const Limit = Type.Object({ limit: Nullable(Type.Number()) });
const Used = Type.Object({ used: Count, carriedIn: Count, limit: Nullable(Type.Number()) });
const Told = Type.Object({ expectedEnd: InstantText, expectedDisruption: Type.String() });

/** What a schedule states of a window. */
const stated = {
  maintenanceId: Type.String(),
  impact: Impact,
  start: InstantText,
  end: InstantText,
  services: Type.Array(AffectedServiceData),
  activities: Type.Array(ActivityData),
  riskToReturn: Type.String(),
};
const beside = { startLocal: LocalText, endLocal: LocalText, minutes: Count };

const window = {
  ...stated,
  ...beside,
  month: MonthText,
  reasons: Type.Array(Type.String()),
  status: OneOf('planned', 'running', 'completed', 'cancelled'),
  ssiOutageMinutes: Type.Object({ planned: Count, actual: Nullable(Count) }),
  actualStart: Nullable(InstantText),
  actualEnd: Nullable(InstantText),
  actualMinutes: Nullable(Count),
  servicesDisrupted: Nullable(Type.Array(Type.String())),
  told: Nullable(Told),
  cancelledBecause: Nullable(Type.String()),
  flags: Type.Array(OneOf('additional', 'reclassified', 'unexpected-core-disruption', 'overran')),
};

/** `GET /maintenance/{id}` */
export const MaintenanceAnswer = Type.Object({ ...window, history: HistoryData });

/** Unplanned Maintenance beside a month. */
export const UnplannedBeside = Type.Object({
  count: Count,
  underWay: Count,
  minutes: Count,
  plannedBeforeMonth: Count,
});

/** `GET /months/{month}` */
export const MonthAnswer = Type.Object({
  month: MonthText,
  status: OneOf('draft', 'published'),
  version: Count,
  rulebook: Type.String(),
  publication: Type.Object({
    latestCompliantDate: DateText,
    latestWorkingDay: Type.Optional(DateText),
    publishedAt: Nullable(InstantText),
    compliant: Nullable(Type.Boolean()),
    marginWorkingDays: Type.Optional(WorkingDays),
    restatedMarginWorkingDays: Type.Optional(WorkingDays),
    lateReason: Type.Optional(Nullable(Type.String())),
  }),
  budget: Type.Object({
    high: Type.Object({ windows: Used, minutes: Used }),
    low: Type.Object({ windows: Used, minutesEach: Limit }),
    general: Type.Optional(Type.Object({ minutes: Used })),
    ssi: Type.Optional(Type.Object({ minutes: Used })),
    derogations: Type.Array(Type.String()),
    perProvider: Type.Array(
      Type.Object({ serviceProvider: Type.String(), impact: Impact, windows: Count, minutes: Count }),
    ),
  }),
  maintenance: Type.Array(Type.Object(window)),
  unplanned: UnplannedBeside,
});

/** `GET /months/{month}/versions/{version}` */
export const VersionAnswer = Type.Object({
  month: MonthText,
  version: Count,
  issuedAt: InstantText,
  because: Type.String(),
  maintenance: Type.Array(Type.Object({ ...stated, ...beside, ssiOutageMinutes: Count })),
});

/** `GET /months/{month}/versions` */
export const VersionsAnswer = ListOf(VersionAnswer, { month: MonthText });

const Stated = Type.Object(stated);

/** `GET /months/{month}/diff` */
export const DiffAnswer = Type.Object({
  month: MonthText,
  from: Count,
  to: Count,
  added: Type.Array(Stated),
  moved: Type.Array(
    Type.Object({
      maintenanceId: Type.String(),
      from: IntervalData,
      to: IntervalData,
      toMonth: Type.Optional(MonthText),
    }),
  ),
  changed: Type.Array(Type.Object({ maintenanceId: Type.String(), from: Stated, to: Stated })),
  cancelled: Type.Array(Stated),
});

/** `GET /notice-deadline` */
export const NoticeDeadlineAnswer = Type.Object({
  event: DateText,
  days: Count,
  latest: DateText,
  latestWorkingDay: DateText,
});

/** `GET /risk-calculator` */
export const RiskAnswer = Type.Object({
  product: Count,
  additive: Count,
  additiveIsConjecture: Type.Boolean(),
  advisory: Type.Boolean(),
  superseded: Type.Boolean(),
});

const planned = {
  maintenanceId: Type.String(),
  month: MonthText,
  impact: Impact,
  reasons: Type.Array(Type.String()),
  version: Type.Optional(Count),
};
const moved = { maintenanceId: Type.String(), month: MonthText, versions: Type.Record(Type.String(), Count) };

/** What the answers to commands have besides what every answer has; `version` where the schedule was issued again. */
export const added = {
  ScheduleMaintenance: planned,
  AddLowImpactWindow: planned,
  AddHighImpactWindow: planned,
  AddActivity: { maintenanceId: Type.String(), month: MonthText, impact: Impact, version: Type.Optional(Count) },
  PublishMonthlySchedule: {
    month: MonthText,
    version: Count,
    compliant: Type.Boolean(),
    latestCompliantDate: DateText,
  },
  RescheduleMaintenance: moved,
  RescheduleAtPanelRequest: {
    ...moved,
    requestId: Type.String(),
    extent: OneOf('accommodated', 'partly'),
    marginWorkingDays: WorkingDays,
  },
  CancelMaintenance: { maintenanceId: Type.String(), month: MonthText, version: Type.Optional(Count) },
  ReclassifyMaintenance: planned,
  StartMaintenance: { maintenanceId: Type.String(), month: MonthText, startedAt: InstantText },
  CompleteMaintenance: { maintenanceId: Type.String(), month: MonthText, minutes: Count },
};
