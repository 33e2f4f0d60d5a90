import { commandEndpoint } from '../../commands/command-endpoint.js';
import { ChoiceField, DateField, IdField, TextField, TimeOfDayField, WholeNumberField } from '../../http/fields.js';
import type { Impact } from '../../rulebook/classification.js';
import { defineSlotPattern } from './define-slot-pattern.js';
import { added } from '../answers.js';

const A_DAY_IN_MINUTES = 24 * 60;

class DefineSlotPatternBody {
  @IdField({ description: 'an id of your own; made where it is left out', optional: true, example: 'SECOND-SATURDAY' })
  patternId?: string;

  @ChoiceField({ description: 'the class of the windows that the slots are for', of: ['High', 'Low'] })
  impact!: Impact;

  @TextField({
    description:
      'when the slots recur, RFC 5545: FREQ (DAILY to YEARLY), INTERVAL, BYMONTH, BYMONTHDAY, BYDAY, BYSETPOS, WKST',
    example: 'FREQ=MONTHLY;BYDAY=2SA',
    maximum: 500,
  })
  rrule!: string;

  @TimeOfDayField({ description: 'when each begins, in Europe/London', example: '22:00' })
  startTime!: string;

  @WholeNumberField({
    description: 'how long each lasts, elapsed minutes',
    minimum: 1,
    maximum: A_DAY_IN_MINUTES,
    example: 180,
  })
  durationMinutes!: number;

  @DateField({ description: 'first date on which there can be one', example: '2027-01-01' })
  from!: string;

  @DateField({ description: 'last such date; for good where it is left out', optional: true, example: '2028-12-31' })
  until?: string;
}

/** POST /commands/DefineSlotPattern */
export const defineSlotPatternEndpoint = commandEndpoint({
  act: defineSlotPattern,
  adds: added.DefineSlotPattern,
  body: DefineSlotPatternBody,
  roles: ['scheduler'],
  tag: 'Slots',
  summary: 'Offer slots by a recurrence rule in London time (MP92-DT1)',
  example: {
    impact: 'High',
    rrule: 'FREQ=MONTHLY;BYDAY=2SA',
    startTime: '22:00',
    durationMinutes: 180,
    from: '2027-01-01',
  },
  command: ({ patternId, impact, rrule, startTime, durationMinutes, from, until }) => ({
    patternId,
    impact,
    rrule,
    startTime,
    durationMinutes,
    from,
    until,
  }),
});
