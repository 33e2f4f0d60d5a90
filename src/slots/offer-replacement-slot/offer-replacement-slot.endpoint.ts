import { commandEndpoint } from '../../commands/command-endpoint.js';
import { DateField, IdField, instant, TimeField } from '../../http/fields.js';
import { offerReplacementSlot } from './offer-replacement-slot.js';
import { added } from '../answers.js';

class OfferReplacementSlotBody {
  @IdField({ description: 'the pattern', example: 'SECOND-SATURDAY' })
  patternId!: string;

  @DateField({ description: 'local date of the slot that is replaced', example: '2027-03-13' })
  date!: string;

  @TimeField({ description: 'start of the replacement', wholeMinutes: true, example: '2027-03-20T22:00' })
  start!: string;

  @TimeField({ description: 'its end', wholeMinutes: true, after: 'start', example: '2027-03-21T01:00' })
  end!: string;
}

/** POST /commands/OfferReplacementSlot */
export const offerReplacementSlotEndpoint = commandEndpoint({
  act: offerReplacementSlot,
  adds: added.OfferReplacementSlot,
  body: OfferReplacementSlotBody,
  roles: ['scheduler'],
  tag: 'Slots',
  summary: 'Offer another time in place of a slot that was withdrawn or that the clocks skip (MP92-AT08)',
  example: {
    patternId: 'SECOND-SATURDAY',
    date: '2027-03-13',
    start: '2027-03-20T22:00',
    end: '2027-03-21T01:00',
  },
  command: ({ patternId, date, start, end }) => ({ patternId, date, start: instant(start), end: instant(end) }),
});
