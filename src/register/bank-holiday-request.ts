import { ChoiceField, DateField, TextField } from '../http/fields.js';
import { JURISDICTIONS } from '../operations/configuration.js';

/** A change to the bank holidays. */
export class BankHolidayBody {
  @DateField({ description: 'the day', example: '2027-06-18' })
  date!: string;

  @TextField({ description: 'its name', example: 'Day of National Thanksgiving', maximum: 200 })
  name!: string;

  @DateField({ description: 'when the change was announced', example: '2026-09-02' })
  announcedOn!: string;

  @ChoiceField({
    description: 'whose holiday; the configured one where it is left out',
    of: JURISDICTIONS,
    optional: true,
  })
  jurisdiction?: string;
}
