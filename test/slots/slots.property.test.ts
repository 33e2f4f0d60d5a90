import fc from 'fast-check';
import { monthFold } from '../../src/calendar/month.js';
import { defineSlotPattern } from '../../src/slots/define-slot-pattern/define-slot-pattern.js';
import { offerReplacementSlot } from '../../src/slots/offer-replacement-slot/offer-replacement-slot.js';
import { slotPatternFold } from '../../src/slots/slot-pattern.js';
import { slotsView, unreplacedView, type SlotView, type UnreplacedView } from '../../src/slots/slots-view.js';
import { withdrawSlot } from '../../src/slots/withdraw-slot/withdraw-slot.js';
import { CORE, scheduleMaintenance, SSI, TestCalendar, window } from '../support/calendar.js';
import { plainDates, plainRule, textOf } from './plain-recurrence.js';

const LONDON = 'Europe/London';
const at = (date: string, time: string, disambiguation: 'earlier' | 'later' = 'earlier'): Temporal.ZonedDateTime =>
  Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(LONDON, { disambiguation });
const ms = (instant: string | null): number => Temporal.Instant.from(instant ?? '').epochMilliseconds;

/** What `GET /slots` would answer, from the calendar's own log. */
function view(
  calendar: TestCalendar,
  first: string,
  last: string,
): { slots: SlotView[]; unreplaced: UnreplacedView[] } {
  const reading = calendar.pipeline.reading();
  const patterns = reading.all(slotPatternFold).filter((pattern) => pattern !== null);
  return {
    slots: slotsView(patterns, { first, last }, (month) => reading.state(monthFold, month)),
    unreplaced: unreplacedView(patterns),
  };
}

/** Half-hours of a night in which the clocks can change, and some before and after. */
const startTime = fc.constantFrom(
  '20:00',
  '22:00',
  '23:30',
  '00:00',
  '00:30',
  '01:00',
  '01:30',
  '01:59',
  '02:00',
  '03:00',
);
/** Dates before, between and after the clock changes of 2027 and 2028. */
const anyDay = fc
  .integer({ min: 0, max: 700 })
  .map((days) => Temporal.PlainDate.from('2027-01-01').add({ days }).toString());

test('every slot begins at the pattern’s local time or is listed as skipped, lasts its elapsed minutes, and none is missing', async () => {
  await fc.assert(
    fc.asyncProperty(
      plainRule,
      startTime,
      fc.constantFrom(30, 180, 300),
      anyDay,
      anyDay,
      fc.constantFrom('High' as const, 'Low' as const),
      async (rule, time, durationMinutes, from, first, impact) => {
        const calendar = new TestCalendar('2027-01-01T09:00:00Z');
        const pattern = { patternId: 'P', impact, rrule: textOf(rule), startTime: time, durationMinutes, from };
        const outcome = await calendar.submit(defineSlotPattern, pattern);
        const last = Temporal.PlainDate.from(first).add({ days: 400 }).toString();
        const ahead = Temporal.PlainDate.from(from)
          .with({ day: 1 })
          .add({ months: 18 })
          .subtract({ days: 1 })
          .toString();
        const expected = plainDates(rule, from, first, last);
        if (outcome.kind !== 'answered') {
          // It was refused only because no slot could ever be placed in its eighteen months.
          const coming = plainDates(rule, from, from, ahead).filter(
            (date) => at(date, time).toPlainTime().toString({ smallestUnit: 'minute' }) === time,
          );
          expect({ kind: outcome.kind, coming }).toEqual({ kind: 'invalid', coming: [] });
          return;
        }
        const { slots, unreplaced } = view(calendar, first, last);
        expect(slots.map(({ date }) => date)).toEqual(expected);
        expect(unreplaced).toEqual([]);
        for (const slot of slots) {
          const earlier = at(slot.date, time);
          const exists = earlier.toPlainTime().toString({ smallestUnit: 'minute' }) === time;
          const twice = exists && earlier.epochMilliseconds !== at(slot.date, time, 'later').epochMilliseconds;
          expect(slot.startLocal).toBe(`${slot.date}T${time}`);
          expect(slot.status).toBe(exists ? 'open' : 'skipped');
          expect(slot.note === null).toBe(exists && !twice);
          if (!exists) expect(slot).toMatchObject({ start: null, end: null });
          else {
            expect(ms(slot.start)).toBe(earlier.epochMilliseconds);
            expect(ms(slot.end) - ms(slot.start)).toBe(durationMinutes * 60_000);
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});

const act = fc.record({
  kind: fc.constantFrom('withdraw', 'withdraw', 'replace', 'plan'),
  pattern: fc.constantFrom('HI', 'LO'),
  /** Which Saturday from 2 January 2027 on: every one is a slot of `LO`, each second one of `HI`. */
  week: fc.nat({ max: 12 }),
  /** Days after it, and minutes after 22:00, at which a replacement or a window begins. */
  days: fc.constantFrom(0, 0, 1, 2),
  minutes: fc.constantFrom(0, 60, 120),
});

test('whatever is withdrawn, replaced and planned: every slot stays listed once, and says what became of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 15 }), async (acts) => {
      const calendar = new TestCalendar('2026-11-01T09:00:00Z');
      const saturday = (week: number): string => Temporal.PlainDate.from('2027-01-02').add({ weeks: week }).toString();
      const rules = { HI: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=SA', LO: 'FREQ=WEEKLY;BYDAY=SA' };
      const common = { startTime: '22:00', durationMinutes: 180, from: '2027-01-02', until: '2027-03-31' };
      await calendar.given(defineSlotPattern, { patternId: 'HI', impact: 'High', rrule: rules.HI, ...common });
      await calendar.given(defineSlotPattern, { patternId: 'LO', impact: 'Low', rrule: rules.LO, ...common });

      // A plain account of the same.
      const withdrawn = new Map<string, string>();
      const replaced = new Map<string, { impact: string; start: number; end: number }>();
      const windows: { id: string; impact: string; start: number; end: number }[] = [];
      for (const [index, { kind, pattern, week, days, minutes }] of acts.entries()) {
        const date = saturday(week);
        const slot = `${pattern} ${date}`;
        const impact = pattern === 'HI' ? 'High' : 'Low';
        const isSlot = date <= '2027-03-31' && (pattern === 'LO' || week % 2 === 0);
        const start = at(date, '22:00').add({ days, minutes }).epochMilliseconds;
        const times = (hours: number): { start: string; end: string } => ({
          start: Temporal.Instant.fromEpochMilliseconds(start).toString(),
          end: Temporal.Instant.fromEpochMilliseconds(start + hours * 3_600_000).toString(),
        });
        if (kind === 'withdraw') {
          const outcome = await calendar.submit(withdrawSlot, { patternId: pattern, date, reason: `reason ${index}` });
          expect(outcome.kind).toBe(!isSlot ? 'missing' : withdrawn.has(slot) ? 'conflict' : 'answered');
          if (outcome.kind === 'answered') withdrawn.set(slot, `reason ${index}`);
        } else if (kind === 'replace') {
          const outcome = await calendar.submit(offerReplacementSlot, { patternId: pattern, date, ...times(2) });
          const possible = withdrawn.has(slot) && !replaced.has(slot);
          expect(outcome.kind).toBe(!isSlot ? 'missing' : possible ? 'answered' : 'conflict');
          if (outcome.kind === 'answered') replaced.set(slot, { impact, start, end: start + 7_200_000 });
        } else {
          const id = `W${index}`;
          const { start: from, end: to } = times(1);
          const outcome = await calendar.submit(
            scheduleMaintenance,
            window(id, from, to, pattern === 'HI' ? CORE : SSI),
          );
          if (outcome.kind === 'answered') windows.push({ id, impact, start, end: start + 3_600_000 });
        }
      }

      const { slots, unreplaced } = view(calendar, '2027-01-01', '2027-04-30');
      const own = slots.filter(({ replaces }) => replaces === null);
      const replacements = slots.filter(({ replaces }) => replaces !== null);
      expect(own.map(({ patternId, date }) => `${patternId} ${date}`).sort()).toEqual(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
          .flatMap((week) =>
            saturday(week) > '2027-03-31'
              ? []
              : [...(week % 2 === 0 ? [`HI ${saturday(week)}`] : []), `LO ${saturday(week)}`],
          )
          .sort(),
      );
      expect(replacements.map(({ patternId, replaces }) => `${patternId} ${replaces ?? ''}`).sort()).toEqual(
        [...replaced.keys()].sort(),
      );
      expect(unreplaced.map(({ patternId, date, reason }) => [`${patternId} ${date}`, reason]).sort()).toEqual(
        [...withdrawn].filter(([slot]) => !replaced.has(slot)).sort(),
      );
      for (const slot of slots) {
        const usedBy = windows
          .filter(({ impact, start, end }) => impact === slot.impact && ms(slot.start) <= start && end <= ms(slot.end))
          .sort((a, b) => a.start - b.start)
          .map(({ id }) => id);
        const gone = slot.replaces === null && withdrawn.has(`${slot.patternId} ${slot.date}`);
        expect(slot).toMatchObject({
          usedBy,
          maintenanceId: usedBy[0] ?? null,
          status: gone ? 'withdrawn' : usedBy.length > 0 ? 'used' : slot.replaces === null ? 'open' : 'replacement',
        });
      }
      const starts = slots.map(({ start }) => ms(start));
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    }),
    { numRuns: 60 },
  );
});
