import { EVERY_ROLE } from '../access/roles.js';
import { monthFold, type Month } from '../calendar/month.js';
import { AsOf, NoParams, queryEndpoint } from '../commands/query-endpoint.js';
import type { Reading } from '../commands/reading.js';
import { MonthField, PatternField } from '../http/fields.js';
import { firstOfMonth, monthOf } from '../rulebook/local-time.js';
import { datesAhead, FORWARD_VIEW_MONTHS } from '../rulebook/slots.js';
import { slotPatternFold } from './slot-pattern.js';
import { slotsView, unreplacedView } from './slots-view.js';
import { SlotsAnswer } from './answers.js';

class SlotsQuery extends AsOf {
  @MonthField({ description: 'first month; the present one where it is left out', optional: true, example: '2027-01' })
  from?: string;

  @PatternField({
    description: `months, 1 to 36; ${String(FORWARD_VIEW_MONTHS)} where it is left out`,
    pattern: /^([1-9]|[12]\d|3[0-6])$/,
    what: 'a whole number from 1 to 36',
    optional: true,
    example: '18',
  })
  months?: string;
}

/** GET /slots: the forward view of slots (MP92-DT1). */
export const slotsEndpoint = queryEndpoint({
  name: 'Slots',
  answers: SlotsAnswer,
  path: 'slots',
  params: NoParams,
  query: SlotsQuery,
  roles: EVERY_ROLE,
  tag: 'Slots',
  isRemembered: true,
  summary: 'The forward view of High and Low slots, and those withdrawn that await a replacement (MP92-DT1, MP92-AT08)',
  answer: (reading, _params, query, { now }) => {
    const from = query.from ?? monthOf(now);
    const months = Number(query.months ?? FORWARD_VIEW_MONTHS);
    const patterns = reading.all(slotPatternFold).filter((pattern) => pattern !== null);
    return {
      from,
      months,
      slots: slotsView(patterns, datesAhead(firstOfMonth(from), months), monthBooks(reading)),
      unreplaced: unreplacedView(patterns),
    };
  },
});

/** The books of months, each read once. */
function monthBooks(reading: Reading): (month: string) => Month {
  const books = new Map<string, Month>();
  return (month) => {
    const book = books.get(month) ?? reading.state(monthFold, month);
    books.set(month, book);
    return book;
  };
}
