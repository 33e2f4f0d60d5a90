import { monthFold, type Maintenance } from '../../calendar/month.js';
import type { Act } from '../../commands/act.js';
import { accept, conflict, missing } from '../../commands/decision.js';
import type { Finding } from '../../rulebook/finding.js';
import { isBefore, localTime } from '../../rulebook/local-time.js';
import { SlotWithdrawn } from '../events.js';
import { slotPatternFold, type SlotPattern } from '../slot-pattern.js';
import { windowsIn } from '../slot-use.js';
import { slotsOf, type Slot } from '../slots.js';

/** A slot that is no longer offered, by its pattern and local date, and why. */
export interface WithdrawSlot {
  readonly patternId: string;
  readonly date: string;
  readonly reason: string;
}

/** What a withdrawal reads: the pattern, its slot on that date, and the windows planned in it. */
export interface WithdrawSlotState {
  readonly pattern: SlotPattern | null;
  readonly slot: Slot | undefined;
  readonly windows: readonly Maintenance[];
}

/**
 * Withdraws a slot that has not begun, once, with its reason (MP92-AT08). A slot is an offer: where a window is planned in
 * it the window stays, and the answer warns of it.
 */
export const withdrawSlot: Act<WithdrawSlot, WithdrawSlotState> = {
  name: 'WithdrawSlot',
  load: ({ patternId, date }, reading) => {
    const pattern = reading.state(slotPatternFold, patternId);
    const [slot] = pattern ? slotsOf(pattern, { first: date, last: date }) : [];
    const windows =
      pattern && slot?.placed ? windowsIn(slot.placed, pattern.impact, (month) => reading.state(monthFold, month)) : [];
    return { pattern, slot, windows };
  },
  decide: ({ pattern, slot, windows }, { patternId, date, reason }, { now }) => {
    if (!pattern) return missing(`there is no slot pattern ${patternId}`);
    if (!slot) return missing(`${patternId} has no slot on ${date}`);
    if (!slot.placed)
      return conflict(
        'slot-skipped',
        `the clocks skip ${pattern.startTime} on ${date}: there is no slot to withdraw, but a replacement can be offered`,
      );
    const before = pattern.withdrawn.get(date);
    if (before !== undefined) return conflict('already-withdrawn', `the slot of ${date} was withdrawn: ${before}`);
    if (!isBefore(now, slot.placed.start))
      return conflict('already-started', `the slot of ${date} began at ${localTime(slot.placed.start)}`);
    return accept(
      [{ stream: `slot-pattern-${patternId}`, fact: SlotWithdrawn.of({ patternId, date, reason }) }],
      { patternId, date, ...slot.placed },
      windows.map(stays),
    );
  },
};

const stays = ({ maintenanceId, stage }: Maintenance): Finding => ({
  rule: 'H8.4',
  outcome: 'warning',
  detail: `${maintenanceId} is ${stage.status} in this slot, and stays so: a slot is an offer, and a window has commands of its own`,
});
