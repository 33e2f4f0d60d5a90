import type { Act } from '../../commands/act.js';
import { accept, conflict, invalid, missing, refuse } from '../../commands/decision.js';
import { derogationFold } from '../../panel/derogation.js';
import type { Derogation } from '../../rulebook/derogation.js';
import { firstRefused, type Finding } from '../../rulebook/finding.js';
import {
  addDays,
  firstOfMonth,
  intersects,
  isBefore,
  localDate,
  localTime,
  monthOf,
  nextMonth,
  type Interval,
} from '../../rulebook/local-time.js';
import { weighSlots, type SlotCase } from '../../rulebook/slots.js';
import { candidateIntervals } from '../../rulebook/suggestions.js';
import { ReplacementSlotOffered } from '../events.js';
import type { DateRange } from '../recurrence-dates.js';
import { slotPatternFold, type SlotPattern } from '../slot-pattern.js';
import { offeredSlots, slotsOf, type Slot } from '../slots.js';

/** Another time (UTC instants) in place of the slot of a pattern on a local date. */
export interface OfferReplacementSlot extends Interval {
  readonly patternId: string;
  readonly date: string;
}

/** What the offer reads: the pattern, its slot on that date, the slots on offer, and what the Panel agreed otherwise. */
export interface OfferReplacementSlotState {
  readonly pattern: SlotPattern | null;
  readonly slot: Slot | undefined;
  readonly patterns: readonly SlotPattern[];
  readonly derogations: readonly Derogation[];
}

/** How many lawful times a refusal names, and how many nights ahead it looks for them. */
const SUGGESTIONS = 3;
const NIGHTS_AHEAD = 31;

/**
 * Offers another time in place of a slot that was withdrawn, or that the clocks skip; once, and of the same impact
 * (MP92-AT08). Refused where no window could lawfully fill it (H8.3(b) to (d)).
 */
export const offerReplacementSlot: Act<OfferReplacementSlot, OfferReplacementSlotState> = {
  name: 'OfferReplacementSlot',
  load: ({ patternId, date }, reading) => {
    const pattern = reading.state(slotPatternFold, patternId);
    const [slot] = pattern ? slotsOf(pattern, { first: date, last: date }) : [];
    return {
      pattern,
      slot,
      patterns: reading.all(slotPatternFold).filter((one) => one !== null),
      derogations: reading.all(derogationFold).filter((one) => one !== null),
    };
  },
  decide: ({ pattern, slot, patterns, derogations }, { patternId, date, start, end }, { now }) => {
    if (!pattern) return missing(`there is no slot pattern ${patternId}`);
    if (!slot) return missing(`${patternId} has no slot on ${date}`);
    const before = pattern.replacements.get(date);
    if (before)
      return conflict('already-replaced', `in place of the slot of ${date}, ${localTime(before.start)} is on offer`);
    if (slot.placed && !pattern.withdrawn.has(date))
      return conflict('not-withdrawn', `the slot of ${date} is on offer itself: withdraw it first, with its reason`);
    if (!isBefore(now, start)) return invalid('/start', 'must be in the future: what is past cannot be offered');

    const { impact } = pattern;
    const asCase = (interval: Interval): SlotCase => ({
      impact,
      slots: [interval],
      others: patterns.filter((one) => one.impact === impact).flatMap((one) => offeredSlots(one, around(interval))),
      derogations,
    });
    const replacement = { start, end };
    const given = asCase(replacement);
    const findings = [
      ...weighSlots(given),
      ...given.others.filter((other) => intersects(other, replacement)).map(shared(given)),
    ];
    if (firstRefused(findings)) {
      const lawful: Interval[] = [];
      const search = { notBefore: localDate(now), nights: NIGHTS_AHEAD, derogations };
      for (const candidate of candidateIntervals(replacement, search)) {
        if (isBefore(now, candidate.start) && !firstRefused(weighSlots(asCase(candidate)))) lawful.push(candidate);
        if (lawful.length === SUGGESTIONS) break;
      }
      return refuse(findings, lawful);
    }
    return accept(
      [{ stream: `slot-pattern-${patternId}`, fact: ReplacementSlotOffered.of({ patternId, date, ...replacement }) }],
      { patternId, date, ...replacement },
      findings,
    );
  },
};

/** The dates whose slots can share the month of an interval, or its night. */
const around = ({ start }: Interval): DateRange => ({
  first: addDays(firstOfMonth(monthOf(start)), -1),
  last: firstOfMonth(nextMonth(monthOf(start))),
});

const shared =
  ({ impact }: SlotCase) =>
  (other: Interval): Finding => ({
    rule: impact === 'High' ? 'H8.3(c)' : 'H8.3(d)',
    outcome: 'warning',
    detail: `shares time with the slot of ${localTime(other.start)}: only one of the two can be filled`,
  });
