import Type, { type TProperties, type TSchema } from 'typebox';
import { UnplannedBeside } from '../calendar/answers.js';
import { Count, Fraction, LocalText, Nullable, OneOf, WorkingDays } from '../commands/answer-fields.js';
import { DateText, Impact, InstantText, MonthText } from '../commands/fact-fields.js';

/** What the reports answer, as the reference describes it. */

const month = { month: MonthText };
const provider = { serviceProvider: Type.String() };
const range = { from: MonthText, to: MonthText };
/** A report over a range of months: these fields by month, those in all. */
const report = (byMonth: TProperties, total: TProperties, more: TProperties = {}): TSchema =>
  Type.Object({
    ...range,
    months: Type.Array(Type.Object({ ...month, ...byMonth })),
    total: Type.Object(total),
    ...more,
  });

const outage = { planned: Count, actual: Count, high: Count, low: Count, unplanned: Count, changes: Count };

/** `GET /reports/ssi-outage`: minutes. */
export const SsiOutageAnswer = report({ ...outage, limit: Nullable(Count) }, outage);

const verdict = Nullable(Type.Boolean());
const performance = {
  implemented: Count,
  successful: Count,
  failed: Count,
  adverseImpact: Count,
  failedWithMinimalImpact: Count,
  standard: Count,
  normal: Count,
  emergency: Count,
  latent: Count,
  noImpact: Count,
  successRate: Fraction,
  adverseImpactRate: Fraction,
  minimalImpactShare: Fraction,
  standardShare: Fraction,
  meets: Type.Object({ success: verdict, adverseImpact: verdict, minimalImpact: verdict }),
};

/** `GET /reports/change-performance` */
export const ChangePerformanceAnswer = report(performance, performance, {
  serviceProvider: Nullable(Type.String()),
  providers: Type.Array(Type.Object({ ...provider, ...performance })),
  visibleChanges: Count,
});

const byImpact = (value: TSchema): TSchema => Type.Object({ high: value, low: value });
const throughput = {
  raised: Count,
  visible: Count,
  implemented: Count,
  standard: Count,
  standardShare: Fraction,
  changesInWindows: byImpact(Count),
  changesPerWindow: byImpact(Nullable(Type.Number())),
};

/** `GET /reports/throughput` */
export const ThroughputAnswer = report(
  { ...throughput, windows: byImpact(Type.Object({ used: Count, limit: Nullable(Count) })) },
  {
    ...throughput,
    windows: byImpact(Type.Object({ used: Count })),
    implementedPerMonth: Nullable(Type.Number()),
  },
);

const windows = {
  impact: Impact,
  planned: Count,
  completedInTime: Count,
  overran: Count,
  cancelled: Count,
  open: Count,
  minutesPlanned: Count,
  minutesActual: Count,
};
const carriedOut = {
  all: Type.Array(Type.Object(windows)),
  providers: Type.Array(Type.Object({ ...provider, ...windows })),
};

/** `GET /reports/maintenance-performance` */
export const MaintenancePerformanceAnswer = report(carriedOut, carriedOut);

const high = { windows: Count, used: Count, planned: Count, actual: Count };
const highOfMonth = { ...high, carriedIn: Count };

/** `GET /reports/high-impact-minutes` */
export const HighImpactMinutesAnswer = report(
  {
    ...highOfMonth,
    limit: Nullable(Count),
    providers: Type.Array(Type.Object({ ...provider, ...highOfMonth })),
    unplanned: UnplannedBeside,
  },
  { ...high, providers: Type.Array(Type.Object({ ...provider, ...high })), unplanned: UnplannedBeside },
);

const disruptions = { completed: Count, unexpected: Count };

/** `GET /reports/unexpected-core-disruption` */
export const UnexpectedCoreDisruptionAnswer = report(
  {
    ...disruptions,
    maintenance: Type.Array(
      Type.Object({
        maintenanceId: Type.String(),
        start: InstantText,
        end: InstantText,
        startLocal: LocalText,
        endLocal: LocalText,
        serviceProviders: Type.Array(Type.String()),
        services: Type.Array(Type.String()),
      }),
    ),
  },
  disruptions,
);

const notice = {
  at: InstantText,
  noticeDate: DateText,
  eventDate: DateText,
  neededWorkingDays: Nullable(Count),
  marginWorkingDays: WorkingDays,
  restatedMarginWorkingDays: WorkingDays,
  compliant: Nullable(Type.Boolean()),
};

/** `GET /reports/notice` */
export const NoticeAnswer = report(
  {
    schedule: Nullable(Type.Object({ ...notice, kind: OneOf('schedule'), lateReason: Nullable(Type.String()) })),
    reissues: Type.Array(
      Type.Object({
        ...notice,
        kind: OneOf('reissue'),
        version: Count,
        because: Type.String(),
        maintenanceId: Type.String(),
      }),
    ),
    additionalWindows: Type.Array(
      Type.Object({
        ...notice,
        kind: OneOf('additional-window'),
        maintenanceId: Type.String(),
        impact: Impact,
        rule: Nullable(Type.String()),
      }),
    ),
    breaches: Type.Array(
      Type.Object({
        kind: OneOf('breach'),
        rule: Type.String(),
        detail: Type.String(),
        reason: Nullable(Type.String()),
        foundIn: Type.String(),
        at: InstantText,
        maintenanceId: Nullable(Type.String()),
        unplannedId: Nullable(Type.String()),
      }),
    ),
    unplanned: Type.Array(
      Type.Object({
        kind: OneOf('unplanned'),
        unplannedId: Type.String(),
        awareAt: InstantText,
        notifiedAt: InstantText,
        elapsedMinutes: Count,
        emergency: Type.Boolean(),
        plannedBeforeMonth: Type.Boolean(),
      }),
    ),
  },
  {
    schedules: Count,
    late: Count,
    reissues: Count,
    additionalWindows: Count,
    breaches: Count,
    unplanned: Count,
  },
);
