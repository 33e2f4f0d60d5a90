import { idFrom, type Act } from '../../commands/act.js';
import { accept, conflict, invalid, refuse, type Decision, type FieldError } from '../../commands/decision.js';
import { derogationFold } from '../../panel/derogation.js';
import type { Impact } from '../../rulebook/classification.js';
import type { Derogation } from '../../rulebook/derogation.js';
import { firstRefused } from '../../rulebook/finding.js';
import { isBefore, localDate } from '../../rulebook/local-time.js';
import { datesAhead, FORWARD_VIEW_MONTHS, weighSlots } from '../../rulebook/slots.js';
import { SlotPatternDefined } from '../events.js';
import { readRule } from '../recurrence-rule.js';
import { slotPatternFold, type SlotPattern } from '../slot-pattern.js';
import { offeredSlots, slotsOf, type Slot } from '../slots.js';

/** Slots to offer: when they recur, from when and until when (local dates, inclusive), and for how long each. */
export interface DefineSlotPattern {
  readonly patternId?: string | undefined;
  readonly impact: Impact;
  /** RFC 5545, the parts that {@link readRule} takes. */
  readonly rrule: string;
  /** Wall-clock time in Europe/London. */
  readonly startTime: string;
  /** Elapsed. */
  readonly durationMinutes: number;
  readonly from: string;
  readonly until?: string | undefined;
}

/** What the definition reads: whether the id is taken, the other patterns, and what the Panel agreed otherwise. */
export interface DefineSlotPatternState {
  readonly taken: boolean;
  readonly others: readonly SlotPattern[];
  readonly derogations: readonly Derogation[];
}

/**
 * Offers slots for the forward view (MP92-DT1). Refused where a slot of the next eighteen months could not lawfully be
 * filled (H8.3(b) to (d)); a rule that yields none in that time is the caller's mistake.
 */
export const defineSlotPattern: Act<DefineSlotPattern, DefineSlotPatternState> = {
  name: 'DefineSlotPattern',
  load: (command, reading, context) => ({
    taken: reading.exists(slotPatternFold, command.patternId ?? idFrom('SP', context)),
    others: reading.all(slotPatternFold).filter((one) => one !== null),
    derogations: reading.all(derogationFold).filter((one) => one !== null),
  }),
  decide: ({ taken, others, derogations }, command, context) => {
    const patternId = command.patternId ?? idFrom('SP', context);
    if (taken) return conflict('id-taken', `the patternId ${patternId} is taken`);
    const { impact, rrule, startTime, durationMinutes, from, until } = command;
    const today = localDate(context.now);
    const read = readRule(rrule);
    const errors = untilErrors(command, today);
    if ('problem' in read) return { kind: 'invalid', errors: [{ pointer: '/rrule', detail: read.problem }, ...errors] };
    if (errors.length > 0) return { kind: 'invalid', errors };

    const ahead = datesAhead(from > today ? from : today);
    const slots = slotsOf({ rule: read.rule, startTime, durationMinutes, from, until }, ahead);
    const placed = slots.flatMap((slot) => slot.placed ?? []).filter(({ start }) => isBefore(context.now, start));
    const [first] = placed;
    if (!first) return nothingToOffer(slots, ahead.first, until);
    const findings = weighSlots({
      impact,
      slots: placed,
      others: others.filter((other) => other.impact === impact).flatMap((other) => offeredSlots(other, ahead)),
      derogations,
    });
    if (firstRefused(findings)) return refuse(findings);
    return accept(
      [
        {
          stream: `slot-pattern-${patternId}`,
          fact: SlotPatternDefined.of({
            patternId,
            impact,
            rrule,
            startTime,
            durationMinutes,
            from,
            ...(until === undefined ? {} : { until }),
          }),
        },
      ],
      {
        patternId,
        slots: placed.length,
        firstSlot: first,
        skipped: slots.flatMap((slot) => (slot.placed ? [] : slot.date)),
        doubled: slots.flatMap((slot) => (slot.placed && slot.doubled ? slot.date : [])),
      },
      findings,
    );
  },
};

function untilErrors({ from, until }: DefineSlotPattern, today: string): FieldError[] {
  if (until === undefined) return [];
  if (until < from) return [{ pointer: '/until', detail: 'must not be before from' }];
  return until < today ? [{ pointer: '/until', detail: 'is in the past: no slot would be left to offer' }] : [];
}

/** Why a rule that can be read leaves no slot to offer. */
function nothingToOffer(slots: readonly Slot[], first: string, until: string | undefined): Decision {
  if (slots.some(({ placed }) => placed === null))
    return invalid('/startTime', 'does not exist on any date to come: the clocks go forward over it');
  const end = until === undefined ? '' : ` (until is ${until})`;
  return invalid('/rrule', `yields no slot in the ${String(FORWARD_VIEW_MONTHS)} months from ${first}${end}`);
}
