import { CONTACT_READERS, EVERY_ROLE, PERSON_READERS, REGISTER_READERS, type Role } from '../access/roles.js';
import { AsOf, NoParams, queryEndpoint } from '../commands/query-endpoint.js';
import { TextField } from '../http/fields.js';
import { localDate } from '../rulebook/local-time.js';
import { bankHolidaysFold, holidayFacts } from './bank-holidays.js';
import { apiKeyFold } from './api-key.js';
import { partyFold } from './party.js';
import { openedBy, personsNamed } from './persons.js';
import { ApiKeysAnswer, BankHolidaysAnswer, PartiesAnswer, PersonsAnswer } from './answers.js';

/** Years before and after the present one whose bank holidays are listed. */
const YEARS_LISTED = 2;

/** GET /parties: contact addresses only for those who may see them; what was erased is null. */
export const partiesEndpoint = queryEndpoint({
  name: 'Parties',
  answers: PartiesAnswer,
  path: 'parties',
  params: NoParams,
  query: AsOf,
  roles: REGISTER_READERS,
  tag: 'Register',
  summary: 'The organisations that are told of maintenance',
  answer: (reading, _params, _query, { caller, pipeline }) => {
    const may = (roles: readonly Role[]): boolean => roles.some((role) => caller.roles.includes(role));
    const [contacts, persons] = [may(CONTACT_READERS), may(PERSON_READERS)];
    const open = openedBy(pipeline.keys);
    return {
      items: reading
        .all(partyFold)
        .filter((party) => party !== null && !party.removed)
        .map((party) => ({
          partyId: party?.partyId,
          name: party && open(party.name),
          category: party?.category,
          mandatory: party?.mandatory,
          ...(persons && party ? { person: party.name.person } : {}),
          ...(contacts && party
            ? { emails: party.emails.map(open), webhookUrl: party.webhookUrl ? open(party.webhookUrl) : null }
            : {}),
        })),
    };
  },
});

/** GET /api-keys: what was issued, without the keys themselves. */
export const apiKeysEndpoint = queryEndpoint({
  name: 'ApiKeys',
  answers: ApiKeysAnswer,
  path: 'api-keys',
  params: NoParams,
  query: AsOf,
  roles: PERSON_READERS,
  tag: 'Register',
  summary: 'The API keys that were issued: for whom, with which roles, and whether they open anything still',
  answer: (reading, _params, _query, { pipeline }) => {
    const open = openedBy(pipeline.keys);
    return {
      items: reading.all(apiKeyFold).flatMap((key) => {
        if (!key) return [];
        const { keyId, name, roles, serviceProvider, revoked } = key;
        return [
          { keyId, name: open(name), person: name.person, roles, serviceProvider: serviceProvider ?? null, revoked },
        ];
      }),
    };
  },
});

class PersonsQuery extends AsOf {
  @TextField({ description: 'a name or an address, or a part of one', example: 'Jane Planner', maximum: 200 })
  name!: string;
}

/** GET /persons: who is known under a name, and where; for finding whom to erase. */
export const personsEndpoint = queryEndpoint({
  name: 'Persons',
  answers: PersonsAnswer,
  path: 'persons',
  params: NoParams,
  query: PersonsQuery,
  roles: PERSON_READERS,
  tag: 'Register',
  summary:
    'The persons known under a name or an address: parties and holders of keys by any part of it, whoever an imported schedule named by all of it',
  answer: (reading, _params, { name }, { pipeline: { keys } }) => ({ items: personsNamed(reading, keys, name) }),
});

/** GET /bank-holidays: the published ones and what was recorded, each with the date of its announcement. */
export const bankHolidaysEndpoint = queryEndpoint({
  name: 'BankHolidays',
  answers: BankHolidaysAnswer,
  path: 'bank-holidays',
  params: NoParams,
  query: AsOf,
  roles: EVERY_ROLE,
  tag: 'Register',
  summary: 'Bank holidays: the published ones, and what was recorded of others',
  answer: (reading, _params, _query, { now, jurisdiction }) => {
    const year = Number(localDate(now).slice(0, 4));
    const years = new Set(Array.from({ length: 2 * YEARS_LISTED + 1 }, (_, index) => year - YEARS_LISTED + index));
    for (const [recorded] of reading.all(bankHolidaysFold)) if (recorded) years.add(Number(recorded.date.slice(0, 4)));
    return {
      jurisdiction,
      items: holidayFacts(
        reading,
        jurisdiction,
        [...years].sort((a, b) => a - b),
      ).map(({ date, name, announcedOn, holiday }) => ({
        date,
        name,
        announcedOn,
        status: holiday ? 'holiday' : 'removed',
      })),
    };
  },
});
