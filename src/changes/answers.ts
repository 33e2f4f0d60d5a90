import Type from 'typebox';
import { Count, HistoryData, ListOf, LocalText, Nullable, OneOf, PageOf } from '../commands/answer-fields.js';
import { AffectedServiceData, Impact, InstantText, MonthText } from '../commands/fact-fields.js';
import { CHANGE_CLASSES } from '../rulebook/changes.js';
import { CHANGE_STATUSES } from './change.js';

/** What the reads of changes answer, as the reference describes it. */

const Outcome = OneOf('successful', 'failed', 'backed-out');
const Subject = Type.Union([Type.Object({ maintenanceId: Type.String() }), Type.Object({ changeId: Type.String() })]);

const change = {
  changeId: Type.String(),
  title: Type.String(),
  class: OneOf(...CHANGE_CLASSES),
  serviceProvider: Type.String(),
  environment: Type.String(),
  services: Type.Array(AffectedServiceData),
  consumerAffecting: Type.Boolean(),
  complexity: OneOf('high', 'low'),
  downtimeMinutes: Count,
  status: OneOf(...CHANGE_STATUSES),
  plannedStart: InstantText,
  plannedEnd: InstantText,
  plannedStartLocal: LocalText,
  plannedEndLocal: LocalText,
  raisedAt: InstantText,
  raisedBy: Type.String(),
  imported: Type.Boolean(),
  impact: Nullable(Impact),
  needsWindow: Nullable(Type.Boolean()),
  risk: Nullable(Type.Object({ product: Count, additive: Count })),
  assessedAt: Nullable(InstantText),
  notes: Nullable(Type.String()),
  decision: Nullable(
    Type.Object({
      verdict: OneOf('approved', 'rejected'),
      by: Type.String(),
      at: InstantText,
      reason: Nullable(Type.String()),
    }),
  ),
  maintenanceId: Nullable(Type.String()),
  windowCancelled: Nullable(Type.Boolean()),
  outcome: Nullable(Outcome),
  actualStart: Nullable(InstantText),
  actualEnd: Nullable(InstantText),
  actualStartLocal: Nullable(LocalText),
  actualEndLocal: Nullable(LocalText),
  ssiOutageMinutes: Nullable(Count),
  incidents: Type.Array(Type.Object({ incidentId: Type.String(), category: Type.Integer({ minimum: 1, maximum: 5 }) })),
  lessons: Nullable(Type.Object({ lessons: Type.String(), actions: Type.Array(Type.String()), at: InstantText })),
  closedAt: Nullable(InstantText),
  withdrawn: Nullable(Type.Object({ reason: Type.String(), at: InstantText })),
};

/** `GET /changes` */
export const ChangesAnswer = PageOf(Type.Object(change));

/** `GET /changes/{id}` */
export const ChangeAnswer = Type.Object({
  ...change,
  window: Nullable(
    Type.Object({
      maintenanceId: Type.String(),
      month: MonthText,
      impact: Impact,
      status: OneOf('planned', 'running', 'completed', 'cancelled'),
      start: InstantText,
      end: InstantText,
      startLocal: LocalText,
      endLocal: LocalText,
    }),
  ),
  history: HistoryData,
});

/** `GET /challenges` */
export const ChallengesAnswer = ListOf(
  Type.Object({
    challengeId: Type.String(),
    subject: Subject,
    argument: Type.String(),
    challengedAt: InstantText,
    status: OneOf('open', 'upheld', 'rejected'),
    answer: Nullable(Type.Object({ upheld: Type.Boolean(), rationale: Type.String(), answeredAt: InstantText })),
  }),
);

const standing = { changeId: Type.String(), status: OneOf(...CHANGE_STATUSES) };

/** What the answers to commands have besides what every answer has. */
export const added = {
  RaiseChange: standing,
  AssessChange: {
    changeId: Type.String(),
    impact: Nullable(Impact),
    needsWindow: Type.Boolean(),
    risk: Type.Object({ product: Count, additive: Count }),
  },
  ApproveChange: standing,
  RejectChange: standing,
  PlaceChange: {
    ...standing,
    maintenanceId: Type.String(),
    month: MonthText,
    start: InstantText,
    end: InstantText,
  },
  WithdrawChange: standing,
  RecordChangeOutcome: { ...standing, outcome: Outcome },
  LinkIncident: {
    changeId: Type.String(),
    incidentId: Type.String(),
    category: Count,
    categoryBefore: Type.Optional(Count),
  },
  RecordLessonsLearned: standing,
  ChallengeClassification: { challengeId: Type.String() },
  AnswerChallenge: {
    challengeId: Type.String(),
    subject: Subject,
    upheld: Type.Boolean(),
    consequence: Type.String(),
  },
};
