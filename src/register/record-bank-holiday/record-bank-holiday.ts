import { bankHolidayAct } from '../bank-holiday-command.js';

/** Record a day as a bank holiday, with the date on which that was announced. */
export const recordBankHoliday = bankHolidayAct('RecordBankHoliday');
