import Type from 'typebox';
import { DateText } from '../commands/fact-fields.js';
import { fact, type FactOf } from '../event-store/facts.js';
import { SealedText } from '../event-store/personal-data.js';

const BankHoliday = {
  date: DateText,
  name: Type.String(),
  /** When it (or its removal) was announced: compliance is judged by what was known. */
  announcedOn: DateText,
  jurisdiction: Type.String(),
};

/** A day became a bank holiday. */
export const BankHolidayRecorded = fact('BankHolidayRecorded', 1, Type.Object(BankHoliday));
/** A day is a bank holiday no longer. */
export const BankHolidayRemoved = fact('BankHolidayRemoved', 1, Type.Object(BankHoliday));

/** An organisation that is told of maintenance. Its name and addresses are personal data, encrypted. */
export const PartyRegistered = fact(
  'PartyRegistered',
  1,
  Type.Object({
    partyId: Type.String(),
    name: SealedText,
    category: Type.String(),
    emails: Type.Array(SealedText),
    webhookUrl: Type.Optional(SealedText),
    /** Always told; cannot opt out. */
    mandatory: Type.Boolean(),
  }),
);
/** An organisation is no longer told. */
export const PartyRemoved = fact('PartyRemoved', 1, Type.Object({ partyId: Type.String() }));

/** A key was issued. Only its hash is kept. */
export const ApiKeyIssued = fact(
  'ApiKeyIssued',
  1,
  Type.Object({
    keyId: Type.String(),
    name: SealedText,
    roles: Type.Array(Type.String(), { minItems: 1 }),
    serviceProvider: Type.Optional(Type.String()),
    /** SHA-256, hex, of the key. */
    hash: Type.String(),
  }),
);
/** A key no longer opens anything. */
export const ApiKeyRevoked = fact('ApiKeyRevoked', 1, Type.Object({ keyId: Type.String() }));

/** A person is to be forgotten: their key is deleted on every server, and no name is in this. */
export const PersonErased = fact('PersonErased', 1, Type.Object({ person: Type.String() }));

/** Facts of the streams `bank-holidays-<year>`. */
export type BankHolidayEvent = FactOf<typeof BankHolidayRecorded> | FactOf<typeof BankHolidayRemoved>;
/** Facts of the streams `party-…`. */
export type PartyEvent = FactOf<typeof PartyRegistered> | FactOf<typeof PartyRemoved>;
/** Facts of the streams `api-key-…`. */
export type ApiKeyEvent = FactOf<typeof ApiKeyIssued> | FactOf<typeof ApiKeyRevoked>;

/** Facts of the streams `person-…`. */
export type PersonEvent = FactOf<typeof PersonErased>;

/** Their definitions, for the catalogue. */
export const registerFacts = [
  BankHolidayRecorded,
  BankHolidayRemoved,
  PartyRegistered,
  PartyRemoved,
  ApiKeyIssued,
  ApiKeyRevoked,
  PersonErased,
];
