import { commandEndpoint } from '../../commands/command-endpoint.js';
import { BankHolidayBody } from '../bank-holiday-request.js';
import { recordBankHoliday } from './record-bank-holiday.js';
import { added } from '../answers.js';

/** POST /commands/RecordBankHoliday */
export const recordBankHolidayEndpoint = commandEndpoint({
  act: recordBankHoliday,
  adds: added.RecordBankHoliday,
  body: BankHolidayBody,
  roles: ['admin'],
  tag: 'Register',
  summary: 'Record a day as a bank holiday',
  example: { date: '2027-06-18', name: 'Day of National Thanksgiving', announcedOn: '2026-09-02' },
  command: ({ date, name, announcedOn, jurisdiction }) => ({ date, name, announcedOn, jurisdiction }),
});
