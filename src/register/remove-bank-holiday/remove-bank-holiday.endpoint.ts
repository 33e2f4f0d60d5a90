import { commandEndpoint } from '../../commands/command-endpoint.js';
import { BankHolidayBody } from '../bank-holiday-request.js';
import { removeBankHoliday } from './remove-bank-holiday.js';
import { added } from '../answers.js';

/** POST /commands/RemoveBankHoliday */
export const removeBankHolidayEndpoint = commandEndpoint({
  act: removeBankHoliday,
  adds: added.RemoveBankHoliday,
  body: BankHolidayBody,
  roles: ['admin'],
  tag: 'Register',
  summary: 'Record that a day is a bank holiday no longer',
  example: { date: '2027-06-18', name: 'Day of National Thanksgiving', announcedOn: '2026-09-02' },
  command: ({ date, name, announcedOn, jurisdiction }) => ({ date, name, announcedOn, jurisdiction }),
});
