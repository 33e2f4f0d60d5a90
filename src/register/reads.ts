import { CONTACT_READERS, EVERY_ROLE, REGISTER_READERS } from '../access/roles.js';
import { AsOf, NoParams, queryEndpoint } from '../commands/query-endpoint.js';
import { localDate } from '../rulebook/local-time.js';
import { bankHolidaysFold, holidayFacts } from './bank-holidays.js';
import { partyFold } from './party.js';

/** Years before and after the present one whose bank holidays are listed. */
const YEARS_LISTED = 2;

/** GET /parties: contact addresses only for those who may see them; what was erased is null. */
export const partiesEndpoint = queryEndpoint({
  name: 'Parties',
  path: 'parties',
  params: NoParams,
  query: AsOf,
  roles: REGISTER_READERS,
  tag: 'Register',
  summary: 'The organisations that are told of maintenance',
  answer: (reading, _params, _query, { caller, pipeline }) => {
    const contacts = CONTACT_READERS.some((role) => caller.roles.includes(role));
    const open = (sealed: Parameters<typeof pipeline.keys.open>[0]): string | null =>
      pipeline.keys.open(sealed) ?? null;
    return {
      items: reading
        .all(partyFold)
        .filter((party) => party !== null && !party.removed)
        .map((party) => ({
          partyId: party?.partyId,
          name: party && open(party.name),
          category: party?.category,
          mandatory: party?.mandatory,
          ...(contacts && party
            ? { emails: party.emails.map(open), webhookUrl: party.webhookUrl ? open(party.webhookUrl) : null }
            : {}),
        })),
    };
  },
});

/** GET /bank-holidays: the published ones and what was recorded, each with the date of its announcement. */
export const bankHolidaysEndpoint = queryEndpoint({
  name: 'BankHolidays',
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
