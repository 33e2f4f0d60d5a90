import type { Impact } from './classification.js';
import type { Derogation } from './derogation.js';
import type { Finding, Outcome } from './finding.js';
import { monthLimits, weighLimits } from './limits.js';
import { addDays, addMonths, elapsedMinutes, firstOfMonth, localTime, monthOf, type Interval } from './local-time.js';

/** MP92-DT1: the months of the rolling forward view of slots. */
export const FORWARD_VIEW_MONTHS = 18;

/** The dates of so many months, that of `first` counted whole as the first of them, from `first` on. */
export function datesAhead(first: string, months = FORWARD_VIEW_MONTHS): { first: string; last: string } {
  return { first, last: addDays(firstOfMonth(addMonths(first.slice(0, 7), months)), -1) };
}

/** Slots that the DCC would offer in its forward view (MP92-DT1). */
export interface SlotCase {
  readonly impact: Impact;
  /** The slots weighed, in order. */
  readonly slots: readonly Interval[];
  /** The other slots of the same impact on offer in their months. */
  readonly others: readonly Interval[];
  readonly derogations: readonly Derogation[];
}

/**
 * Weighs slots against H8.3. Readings: a slot is an offer, not planned maintenance, so nothing counts against a month
 * until a window is planned. But a slot that no window could ever fill lawfully is no offer: each is weighed as a window
 * of its whole length, alone in its month, and refused by H8.3(b) to (d) where that is unlawful. More slots in a month
 * than windows that may be planned are a choice: a warning, no more.
 */
export function weighSlots(given: SlotCase): Finding[] {
  return [...weighUse(given), ...weighChoice(given)];
}

/** Of each limit, what it says of the slot that fares worst. */
function weighUse({ impact, slots, derogations }: SlotCase): Finding[] {
  const worst = new Map<string, Finding>();
  for (const slot of slots)
    for (const finding of weighLimits({
      window: { maintenanceId: '', impact, ...slot, affectsSsi: false },
      others: [],
      derogations,
      as: 'intention',
    })) {
      const key = `${finding.rule} ${finding.unit ?? ''}`;
      const before = worst.get(key);
      if (before && severity(before.outcome) >= severity(finding.outcome)) continue;
      const detail = `a window that fills the slot of ${localTime(slot.start)}: ${finding.detail}`;
      worst.set(key, { ...finding, detail });
    }
  return [...worst.values()];
}

const SEVERITY: readonly Outcome[] = ['pass', 'waived', 'refused'];
const severity = (outcome: Outcome): number => SEVERITY.indexOf(outcome);

/** How many slots their busiest month offers, and for how long, beside what may be planned in it. */
function weighChoice({ impact, slots, others, derogations }: SlotCase): Finding[] {
  const months = new Map(
    [...new Set(slots.map(({ start }) => monthOf(start)))].map((month) => [month, [] as number[]]),
  );
  for (const slot of [...slots, ...others]) months.get(monthOf(slot.start))?.push(elapsedMinutes(slot));
  const rule = impact === 'High' ? 'H8.3(c)' : 'H8.3(d)';
  const findings: Finding[] = [];
  for (const [month, lengths] of months) {
    const limits = monthLimits(month, derogations);
    const windows = impact === 'High' ? limits.high.windows : limits.low.windows;
    const minutes = impact === 'High' ? limits.high.minutes : null;
    const offered = lengths.reduce((sum, length) => sum + length, 0);
    const warn = (value: number, limit: number | null, unit: string, what: string): void => {
      if (limit === null || value <= limit) return;
      findings.push({
        rule,
        outcome: 'warning',
        detail: `${String(value)} ${what} are on offer in ${month}; at most ${String(limit)} ${unit} can be planned`,
        limit,
        value,
        unit,
        month,
      });
    };
    warn(lengths.length, windows, 'windows', `${impact} Impact slots`);
    warn(offered, minutes, 'minutes', `minutes of ${impact} Impact slots`);
  }
  return busiest(findings);
}

/** Of the warnings of each unit, the one with the most on offer. */
function busiest(findings: readonly Finding[]): Finding[] {
  const most = new Map<string, Finding>();
  for (const finding of findings) {
    const before = most.get(finding.unit ?? '');
    if (!before || Number(before.value) < Number(finding.value)) most.set(finding.unit ?? '', finding);
  }
  return [...most.values()];
}
