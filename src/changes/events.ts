import Type, { type Static } from 'typebox';
import { AffectedServiceData, Impact, InstantText, MonthText, Reckoning } from '../commands/fact-fields.js';
import { fact, type FactOf } from '../event-store/facts.js';
import { SealedText } from '../event-store/personal-data.js';

/** How a change is handled: `standard` is pre-authorised, `latent` was recorded after the fact. */
export const ChangeClass = Type.Union([
  Type.Literal('standard'),
  Type.Literal('normal'),
  Type.Literal('emergency'),
  Type.Literal('latent'),
  Type.Literal('no-impact'),
]);
export type ChangeClass = Static<typeof ChangeClass>;

/** How an implemented change ended. */
export const ChangeOutcome = Type.Union([
  Type.Literal('successful'),
  Type.Literal('failed'),
  Type.Literal('backed-out'),
]);
export type ChangeOutcome = Static<typeof ChangeOutcome>;

/**
 * Who did something to a change, for the segregation of duties: an opaque id that is the same for the same person or
 * key; with the name, sealed, where a schedule that was imported named a person.
 */
export const ResponsiblePerson = Type.Object({ id: Type.String(), name: Type.Optional(SealedText) });
export type ResponsiblePerson = Static<typeof ResponsiblePerson>;

/** A change was put on the forward schedule of change. */
export const ChangeRaised = fact(
  'ChangeRaised',
  1,
  Type.Object({
    changeId: Type.String(),
    title: Type.String(),
    class: ChangeClass,
    serviceProvider: Type.String(),
    /** `production`, or an environment whose changes never count. */
    environment: Type.String(),
    services: Type.Array(AffectedServiceData),
    consumerAffecting: Type.Boolean(),
    complexity: Type.Union([Type.Literal('high'), Type.Literal('low')]),
    downtimeMinutes: Type.Integer({ minimum: 0 }),
    plannedStart: InstantText,
    plannedEnd: InstantText,
    raisedBy: ResponsiblePerson,
    /** Keyed digest of the row of an imported schedule that it was recorded from; absent where it was raised here. */
    importedRow: Type.Optional(Type.String()),
  }),
);

/** A change's class of maintenance and its risk were worked out. */
export const ChangeAssessed = fact(
  'ChangeAssessed',
  1,
  Type.Object({
    changeId: Type.String(),
    /** Class of the window that it needs; null where it needs none. */
    impact: Type.Union([Impact, Type.Null()]),
    needsWindow: Type.Boolean(),
    /** The Change Risk Calculator's two forms; advisory. */
    risk: Type.Object({ product: Type.Integer(), additive: Type.Integer() }),
    notes: Type.Optional(Type.String()),
  }),
);

/** Somebody other than who raised it agreed to a change (MP92-DT7). */
export const ChangeApproved = fact(
  'ChangeApproved',
  1,
  Type.Object({ changeId: Type.String(), approvedBy: ResponsiblePerson, reason: Type.Optional(Type.String()) }),
);

/** A change was not agreed to. */
export const ChangeRejected = fact(
  'ChangeRejected',
  1,
  Type.Object({ changeId: Type.String(), rejectedBy: ResponsiblePerson, reason: Type.Optional(Type.String()) }),
);

/** A change was placed in a maintenance window, and takes its times. */
export const ChangePlaced = fact(
  'ChangePlaced',
  1,
  Type.Object({
    changeId: Type.String(),
    maintenanceId: Type.String(),
    /** Month in which the window stood then. */
    month: MonthText,
    start: InstantText,
    end: InstantText,
    reckoning: Reckoning,
  }),
);

/** A change was given up before it was made. */
export const ChangeWithdrawn = fact(
  'ChangeWithdrawn',
  1,
  Type.Object({ changeId: Type.String(), reason: Type.String() }),
);

/** A change was made, and how it ended; it counts in the local month of `actualEnd`. */
export const ChangeOutcomeRecorded = fact(
  'ChangeOutcomeRecorded',
  1,
  Type.Object({
    changeId: Type.String(),
    outcome: ChangeOutcome,
    actualStart: InstantText,
    actualEnd: InstantText,
    ssiOutageMinutes: Type.Integer({ minimum: 0 }),
    reckoning: Reckoning,
  }),
);

/** An incident was found to be caused by a change; category 1 is the most severe. */
export const IncidentLinked = fact(
  'IncidentLinked',
  1,
  Type.Object({
    changeId: Type.String(),
    incidentId: Type.String(),
    category: Type.Integer({ minimum: 1, maximum: 5 }),
  }),
);

/** What was learned from a failed or backed-out change, and what is done about it. */
export const LessonsLearnedRecorded = fact(
  'LessonsLearnedRecorded',
  1,
  Type.Object({
    changeId: Type.String(),
    lessons: Type.String(),
    actions: Type.Array(Type.String(), { minItems: 1 }),
  }),
);

/** Nothing is left to be done for a change. */
export const ChangeClosed = fact('ChangeClosed', 1, Type.Object({ changeId: Type.String() }));

/** A User disputes the class of a maintenance or a change. */
export const ClassificationChallenged = fact(
  'ClassificationChallenged',
  1,
  Type.Object({
    challengeId: Type.String(),
    subject: Type.Union([Type.Object({ maintenanceId: Type.String() }), Type.Object({ changeId: Type.String() })]),
    argument: Type.String(),
  }),
);

/** The DCC answered a challenge, with its rationale. */
export const ChallengeAnswered = fact(
  'ChallengeAnswered',
  1,
  Type.Object({ challengeId: Type.String(), rationale: Type.String(), upheld: Type.Boolean() }),
);

/** Facts of the streams `change-…`. */
export type ChangeEvent =
  | FactOf<typeof ChangeRaised>
  | FactOf<typeof ChangeAssessed>
  | FactOf<typeof ChangeApproved>
  | FactOf<typeof ChangeRejected>
  | FactOf<typeof ChangePlaced>
  | FactOf<typeof ChangeWithdrawn>
  | FactOf<typeof ChangeOutcomeRecorded>
  | FactOf<typeof IncidentLinked>
  | FactOf<typeof LessonsLearnedRecorded>
  | FactOf<typeof ChangeClosed>;

/** Facts of the streams `challenge-…`. */
export type ChallengeEvent = FactOf<typeof ClassificationChallenged> | FactOf<typeof ChallengeAnswered>;

/** Their definitions, for the catalogue. */
export const changeFacts = [
  ChangeRaised,
  ChangeAssessed,
  ChangeApproved,
  ChangeRejected,
  ChangePlaced,
  ChangeWithdrawn,
  ChangeOutcomeRecorded,
  IncidentLinked,
  LessonsLearnedRecorded,
  ChangeClosed,
  ClassificationChallenged,
  ChallengeAnswered,
];
