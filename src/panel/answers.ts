import Type from 'typebox';
import { Count, HistoryData, ListOf, Nullable, OneOf } from '../commands/answer-fields.js';
import { DateText, InstantText, MonthText } from '../commands/fact-fields.js';

/** What the reads of the Panel's business answer, as the reference describes it. */

const request = {
  requestId: Type.String(),
  maintenanceId: Type.String(),
  month: MonthText,
  reasons: Type.String(),
  preferredFrom: Type.Optional(InstantText),
  preferredTo: Type.Optional(InstantText),
  requestedAt: InstantText,
  status: OneOf('open', 'accommodated', 'partly', 'declined'),
  answer: Nullable(
    Type.Union([
      Type.Object({
        status: OneOf('accommodated', 'partly'),
        answeredAt: InstantText,
        start: InstantText,
        end: InstantText,
        month: MonthText,
        explanation: Type.Optional(Type.String()),
      }),
      Type.Object({
        status: OneOf('declined'),
        answeredAt: InstantText,
        stepsTaken: Type.String(),
        reasons: Type.String(),
      }),
    ]),
  ),
};

/** `GET /panel-requests` */
export const PanelRequestsAnswer = ListOf(Type.Object(request));
/** `GET /panel-requests/{id}` */
export const PanelRequestAnswer = Type.Object({ ...request, history: HistoryData });

const derogation = {
  derogationId: Type.String(),
  clauses: Type.Array(OneOf('H8.3(b)', 'H8.3(c)', 'H8.3(d)')),
  limits: Type.Optional(
    Type.Object({
      highWindows: Type.Optional(Count),
      highMinutes: Type.Optional(Count),
      lowWindows: Type.Optional(Count),
      lowMinutesEach: Type.Optional(Count),
      earliest: Type.Optional(Type.String()),
      latest: Type.Optional(Type.String()),
    }),
  ),
  from: DateText,
  to: Nullable(DateText),
  reference: Type.String(),
  reason: Type.String(),
  revoked: Type.Optional(Type.Object({ from: DateText, reason: Type.String() })),
  inForce: Type.Boolean(),
};

/** `GET /derogations` */
export const DerogationsAnswer = ListOf(Type.Object(derogation));
/** `GET /derogations/{id}` */
export const DerogationAnswer = Type.Object({ ...derogation, history: HistoryData });

const answered = { requestId: Type.String(), maintenanceId: Type.String() };

/** What the answers to commands have besides what every answer has. */
export const added = {
  RequestReschedule: { ...answered, month: MonthText },
  DeclinePanelRequest: answered,
  GrantDerogation: { derogationId: Type.String() },
  ExtendDerogation: { derogationId: Type.String(), to: Nullable(DateText) },
  RevokeDerogation: { derogationId: Type.String(), from: DateText },
};
