import { bankHolidayAct } from '../bank-holiday-command.js';

/** Record that a day is a bank holiday no longer, with the date on which that was announced. */
export const removeBankHoliday = bankHolidayAct('RemoveBankHoliday');
