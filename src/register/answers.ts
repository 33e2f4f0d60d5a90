import Type from 'typebox';
import { ListOf, Nullable, OneOf } from '../commands/answer-fields.js';
import { DateText } from '../commands/fact-fields.js';

/** What the reads of the register answer, as the reference describes it. What was erased is null. */

/** `GET /parties`; addresses and ids of persons for those alone who may see them. */
export const PartiesAnswer = ListOf(
  Type.Object({
    partyId: Type.String(),
    name: Nullable(Type.String()),
    category: Type.String(),
    mandatory: Type.Boolean(),
    person: Type.Optional(Type.String()),
    emails: Type.Optional(Type.Array(Nullable(Type.String()))),
    webhookUrl: Type.Optional(Nullable(Type.String())),
  }),
);

/** `GET /api-keys` */
export const ApiKeysAnswer = ListOf(
  Type.Object({
    keyId: Type.String(),
    name: Nullable(Type.String()),
    person: Type.String(),
    roles: Type.Array(Type.String()),
    serviceProvider: Nullable(Type.String()),
    revoked: Type.Boolean(),
  }),
);

/** `GET /persons` */
export const PersonsAnswer = ListOf(
  Type.Object({ person: Type.String(), found: Type.Array(Type.String()), as: Type.String() }),
);

/** `GET /bank-holidays` */
export const BankHolidaysAnswer = ListOf(
  Type.Object({
    date: DateText,
    name: Type.String(),
    announcedOn: Nullable(DateText),
    status: OneOf('holiday', 'removed'),
  }),
  { jurisdiction: Type.String() },
);

const holiday = { date: DateText, jurisdiction: Type.String() };

/** What the answers to commands have besides what every answer has; a `key` is shown once. */
export const added = {
  IssueApiKey: { keyId: Type.String(), roles: Type.Array(Type.String()), key: Type.Optional(Type.String()) },
  RevokeApiKey: { keyId: Type.String() },
  ErasePerson: { person: Type.String() },
  RegisterParty: { partyId: Type.String(), category: Type.String() },
  RemoveParty: { partyId: Type.String() },
  RecordBankHoliday: holiday,
  RemoveBankHoliday: holiday,
};
