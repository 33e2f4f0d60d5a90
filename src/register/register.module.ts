import { Module } from '@nestjs/common';
import { capability } from '../commands/capability.js';
import { erasePersonEndpoint } from './erase-person/erase-person.endpoint.js';
import { issueApiKeyEndpoint } from './issue-api-key/issue-api-key.endpoint.js';
import { apiKeysEndpoint, bankHolidaysEndpoint, partiesEndpoint, personsEndpoint } from './reads.js';
import { recordBankHolidayEndpoint } from './record-bank-holiday/record-bank-holiday.endpoint.js';
import { registerPartyEndpoint } from './register-party/register-party.endpoint.js';
import { removeBankHolidayEndpoint } from './remove-bank-holiday/remove-bank-holiday.endpoint.js';
import { removePartyEndpoint } from './remove-party/remove-party.endpoint.js';
import { revokeApiKeyEndpoint } from './revoke-api-key/revoke-api-key.endpoint.js';

/** Parties, holidays and keys. */
@Module(
  capability(
    [
      issueApiKeyEndpoint,
      revokeApiKeyEndpoint,
      erasePersonEndpoint,
      registerPartyEndpoint,
      removePartyEndpoint,
      recordBankHolidayEndpoint,
      removeBankHolidayEndpoint,
    ],
    [partiesEndpoint, bankHolidaysEndpoint, apiKeysEndpoint, personsEndpoint],
  ),
)
export class RegisterModule {}
