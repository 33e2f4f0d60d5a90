import type { ApiKeyEvent, BankHolidayEvent, PartyEvent, PersonEvent } from '../../register/events.js';
import { day, listed, type Sentences } from './words.js';

const addresses = (count: number): string => `${String(count)} e-mail address${count === 1 ? '' : 'es'}`;

/** Facts of the register. Names and addresses are sealed, and not told. */
export const registerSentences: Sentences<BankHolidayEvent | PartyEvent | ApiKeyEvent | PersonEvent> = {
  BankHolidayRecorded: ({ data }) =>
    `recorded ${day(data.date)} as a bank holiday (${data.name}, ${data.jurisdiction}), announced on ${day(data.announcedOn)}`,
  BankHolidayRemoved: ({ data }) =>
    `recorded that ${day(data.date)} is no bank holiday (${data.name}, ${data.jurisdiction}), announced on ${day(data.announcedOn)}`,
  PartyRegistered: ({ data }) =>
    `registered ${data.partyId} (${data.category}) to be told of maintenance, with ${addresses(data.emails.length)}${data.mandatory ? ', always' : ''}`,
  PartyRemoved: ({ data }) => `removed ${data.partyId} from those who are told`,
  ApiKeyIssued: ({ data }) =>
    `issued the key ${data.keyId} with the roles ${listed(data.roles)}${data.serviceProvider === undefined ? '' : `, bound to ${data.serviceProvider}`}`,
  ApiKeyRevoked: ({ data }) => `revoked the key ${data.keyId}`,
  PersonErased: ({ data }) => `erased ${data.person}: what was sealed under that person's key cannot be read again`,
};
