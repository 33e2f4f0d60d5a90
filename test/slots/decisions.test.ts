import { cancelMaintenance } from '../../src/calendar/cancel-maintenance/cancel-maintenance.js';
import type { Outcome } from '../../src/commands/command-pipeline.js';
import { grantDerogation } from '../../src/panel/grant-derogation/grant-derogation.js';
import { defineSlotPattern, type DefineSlotPattern } from '../../src/slots/define-slot-pattern/define-slot-pattern.js';
import { offerReplacementSlot } from '../../src/slots/offer-replacement-slot/offer-replacement-slot.js';
import { withdrawSlot } from '../../src/slots/withdraw-slot/withdraw-slot.js';
import { CORE, findingsOf, refusedBy, TestCalendar, window } from '../support/calendar.js';

const secondSaturdays = (change: Partial<DefineSlotPattern> = {}): DefineSlotPattern => ({
  patternId: 'HI',
  impact: 'High',
  rrule: 'FREQ=MONTHLY;BYDAY=2SA',
  startTime: '22:00',
  durationMinutes: 180,
  from: '2027-01-01',
  ...change,
});

const define = (change: Partial<DefineSlotPattern> = {}, now = '2027-01-04T09:00:00Z'): Promise<Outcome> =>
  new TestCalendar(now).submit(defineSlotPattern, secondSaturdays(change));

/** Second Saturdays from 22:00, that of March withdrawn. */
async function withdrawn(): Promise<TestCalendar> {
  const calendar = new TestCalendar('2027-01-04T09:00:00Z');
  await calendar.given(defineSlotPattern, secondSaturdays());
  await calendar.given(withdrawSlot, { patternId: 'HI', date: '2027-03-13', reason: 'Year-end freeze' });
  return calendar;
}

const march = { patternId: 'HI', date: '2027-03-13' };
const nextWeek = { ...march, start: '2027-03-20T22:00:00Z', end: '2027-03-21T01:00:00Z' };

describe('defining a pattern', () => {
  test('records one fact, and answers what it offers in eighteen months', async () => {
    const calendar = new TestCalendar('2027-01-04T09:00:00Z');
    expect(await calendar.given(defineSlotPattern, secondSaturdays())).toMatchObject({
      patternId: 'HI',
      slots: 18,
      firstSlot: { start: '2027-01-09T22:00:00Z', end: '2027-01-10T01:00:00Z' },
      skipped: [],
      doubled: [],
    });
    expect(calendar.facts('slot-pattern-HI')).toEqual(['SlotPatternDefined']);
  });

  test('tells which slots the clocks skip, and which come twice', async () => {
    const outcome = await define({ impact: 'Low', rrule: 'FREQ=MONTHLY;BYDAY=-1SU', startTime: '01:30' });
    expect(outcome).toMatchObject({
      answer: { slots: 16, skipped: ['2027-03-28', '2028-03-26'], doubled: ['2027-10-31'] },
    });
  });

  test('an id is taken once', async () => {
    const calendar = await withdrawn();
    expect(await calendar.submit(defineSlotPattern, secondSaturdays())).toMatchObject({ code: 'id-taken' });
  });

  test.each([
    ['a rule that cannot be read', { rrule: 'FREQ=SOMETIMES' }, '/rrule'],
    ['a rule that yields nothing in eighteen months', { rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }, '/rrule'],
    [
      'a rule whose first date is too far ahead',
      { rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', from: '2028-03-01' },
      '/rrule',
    ],
    ['a rule that ends before its first date', { until: '2027-01-08' }, '/rrule'],
    ['a rule whose only slot began today', { rrule: 'FREQ=DAILY', startTime: '06:00', until: '2027-01-04' }, '/rrule'],
    ['an end before the beginning', { until: '2026-12-31' }, '/until'],
    ['an end in the past', { from: '2026-01-01', until: '2027-01-03' }, '/until'],
    [
      'a start that the clocks skip every time',
      { rrule: 'FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', startTime: '01:30' },
      '/startTime',
    ],
  ])('%s is the caller’s mistake', async (_, change, pointer) => {
    expect(await define(change)).toMatchObject({ kind: 'invalid', errors: [{ pointer }] });
  });

  test.each([
    ['begins before 20:00', { startTime: '19:59' }, 'H8.3(b)'],
    ['ends after 08:00', { startTime: '06:00', durationMinutes: 121 }, 'H8.3(b)'],
    ['lies in the day', { startTime: '10:00' }, 'H8.3(b)'],
    ['is High and longer than the six hours of a month', { durationMinutes: 361 }, 'H8.3(c)'],
    ['is Low and longer than six hours', { impact: 'Low' as const, durationMinutes: 361 }, 'H8.3(d)'],
  ])('a slot that %s could never be filled lawfully: refused', async (_, change, rule) => {
    expect(refusedBy(await define(change))).toBe(rule);
  });

  test.each([
    [{ startTime: '20:00', durationMinutes: 360 }],
    [{ startTime: '02:00', durationMinutes: 360 }],
    [{ startTime: '02:00', durationMinutes: 360, rrule: 'FREQ=WEEKLY;BYDAY=SU' }],
  ])('a slot on the very edge is lawful: %j', async (change) => {
    expect((await define(change)).kind).toBe('answered');
  });

  test('where the Panel agreed otherwise the slot can be filled, on the dates on which it did', async () => {
    const calendar = new TestCalendar('2027-01-04T09:00:00Z');
    const derogation = { clauses: ['H8.3(b)' as const], reference: 'SECP_9', reason: 'Peak', from: '2027-06-01' };
    await calendar.given(grantDerogation, { ...derogation, to: '2027-06-30' });
    const day = secondSaturdays({ startTime: '10:00' });
    expect(refusedBy(await calendar.submit(defineSlotPattern, day))).toBe('H8.3(b)');
    const june = { ...day, from: '2027-06-01', until: '2027-06-30' };
    expect(findingsOf(await calendar.submit(defineSlotPattern, june), 'waived')).toMatchObject([
      { rule: 'H8.3(b)', reference: 'SECP_9' },
    ]);
  });

  test('more slots in a month than windows that can be planned are a choice: a warning, other patterns included', async () => {
    const calendar = new TestCalendar('2027-01-04T09:00:00Z');
    const twice = await calendar.submit(defineSlotPattern, secondSaturdays({ rrule: 'FREQ=MONTHLY;BYDAY=2SA,4SA' }));
    expect(findingsOf(twice, 'warning')).toEqual([]);
    const third = secondSaturdays({ patternId: 'HI-2', rrule: 'FREQ=MONTHLY;BYDAY=3SU', durationMinutes: 60 });
    expect(findingsOf(await calendar.submit(defineSlotPattern, third), 'warning')).toMatchObject([
      { rule: 'H8.3(c)', value: 3, limit: 2, unit: 'windows' },
      { rule: 'H8.3(c)', value: 420, limit: 360, unit: 'minutes' },
    ]);
    const low = secondSaturdays({ patternId: 'LO', impact: 'Low', rrule: 'FREQ=WEEKLY;BYDAY=SA,SU' });
    expect(findingsOf(await calendar.submit(defineSlotPattern, low), 'warning')).toMatchObject([
      { rule: 'H8.3(d)', value: 10, limit: 6, unit: 'windows' },
    ]);
  });
});

describe('withdrawing a slot', () => {
  test('needs a slot of that pattern on that date', async () => {
    const calendar = await withdrawn();
    const withdraw = (patternId: string, date: string): Promise<Outcome> =>
      calendar.submit(withdrawSlot, { patternId, date, reason: 'x' });
    expect((await withdraw('NONE', '2027-04-10')).kind).toBe('missing');
    expect((await withdraw('HI', '2027-04-11')).kind).toBe('missing');
    expect(await withdraw('HI', '2027-03-13')).toMatchObject({ code: 'already-withdrawn' });
    expect((await withdraw('HI', '2027-04-10')).kind).toBe('answered');
  });

  test('one that began, or that the clocks skip, is not there to be withdrawn', async () => {
    const calendar = new TestCalendar('2027-01-04T09:00:00Z');
    await calendar.given(
      defineSlotPattern,
      secondSaturdays({ impact: 'Low', rrule: 'FREQ=WEEKLY;BYDAY=SU', startTime: '01:30' }),
    );
    const skipped = { patternId: 'HI', date: '2027-03-28', reason: 'x' };
    expect(await calendar.submit(withdrawSlot, skipped)).toMatchObject({ code: 'slot-skipped' });
    calendar.at('2027-01-10T01:30:00Z');
    const begun = { patternId: 'HI', date: '2027-01-10', reason: 'x' };
    expect(await calendar.submit(withdrawSlot, begun)).toMatchObject({ code: 'already-started' });
  });

  test('the window planned in it stays planned, and is warned of', async () => {
    const calendar = new TestCalendar('2027-01-04T09:00:00Z');
    await calendar.given(defineSlotPattern, secondSaturdays());
    await calendar.plan(window('H1', '2027-03-13T22:00:00Z', '2027-03-13T23:00:00Z', CORE));
    await calendar.plan(window('H2', '2027-04-10T21:30:00Z', '2027-04-10T22:00:00Z', CORE));
    await calendar.given(cancelMaintenance, { maintenanceId: 'H2', reason: 'x' });
    const outcome = await calendar.submit(withdrawSlot, { ...march, reason: 'Year-end freeze' });
    expect(findingsOf(outcome, 'warning').map(({ detail }) => detail)).toEqual([
      expect.stringContaining('H1 is planned'),
    ]);
    expect(calendar.facts('month-2027-03')).toEqual(['MaintenanceScheduled']);
    const april = await calendar.submit(withdrawSlot, { patternId: 'HI', date: '2027-04-10', reason: 'x' });
    expect(findingsOf(april, 'warning')).toEqual([]);
  });
});

describe('offering a replacement', () => {
  test('is for a slot that was withdrawn, once', async () => {
    const calendar = await withdrawn();
    expect(await calendar.submit(offerReplacementSlot, { ...nextWeek, patternId: 'NONE' })).toMatchObject({
      kind: 'missing',
    });
    expect(await calendar.submit(offerReplacementSlot, { ...nextWeek, date: '2027-03-14' })).toMatchObject({
      kind: 'missing',
    });
    expect(await calendar.submit(offerReplacementSlot, { ...nextWeek, date: '2027-04-10' })).toMatchObject({
      code: 'not-withdrawn',
    });
    await calendar.given(offerReplacementSlot, nextWeek);
    expect(await calendar.submit(offerReplacementSlot, nextWeek)).toMatchObject({ code: 'already-replaced' });
    expect(calendar.facts('slot-pattern-HI')).toEqual([
      'SlotPatternDefined',
      'SlotWithdrawn',
      'ReplacementSlotOffered',
    ]);
  });

  test('or for one that the clocks skip', async () => {
    const calendar = new TestCalendar('2027-01-04T09:00:00Z');
    await calendar.given(defineSlotPattern, secondSaturdays({ rrule: 'FREQ=WEEKLY;BYDAY=SU', startTime: '01:30' }));
    const replacement = {
      patternId: 'HI',
      date: '2027-03-28',
      start: '2027-03-28T21:00:00Z',
      end: '2027-03-28T23:00:00Z',
    };
    expect((await calendar.submit(offerReplacementSlot, replacement)).kind).toBe('answered');
  });

  test('must lie in the future', async () => {
    const calendar = (await withdrawn()).at('2027-03-20T22:00:00Z');
    expect(await calendar.submit(offerReplacementSlot, nextWeek)).toMatchObject({
      kind: 'invalid',
      errors: [{ pointer: '/start' }],
    });
  });

  test('is refused where no window could fill it, with times that are then accepted', async () => {
    const calendar = await withdrawn();
    const byDay = { ...march, start: '2027-03-20T10:00:00Z', end: '2027-03-20T13:00:00Z' };
    const outcome = await calendar.submit(offerReplacementSlot, byDay);
    expect(refusedBy(outcome)).toBe('H8.3(b)');
    const suggestions = outcome.kind === 'refused' ? outcome.suggestions : [];
    expect(suggestions).toHaveLength(3);
    expect(await calendar.submit(offerReplacementSlot, { ...march, ...suggestions[0] })).toMatchObject({
      kind: 'answered',
    });
    const long = { ...march, start: '2027-03-20T20:00:00Z', end: '2027-03-21T02:01:00Z' };
    expect(refusedBy(await (await withdrawn()).submit(offerReplacementSlot, long))).toBe('H8.3(c)');
  });

  test('counts instead of the slot that was withdrawn, and may share its time', async () => {
    const calendar = await withdrawn();
    const sameNight = { ...march, start: '2027-03-13T20:00:00Z', end: '2027-03-13T23:00:00Z' };
    const second = secondSaturdays({ patternId: 'HI-2', rrule: 'FREQ=MONTHLY;BYDAY=4SA' });
    await calendar.given(defineSlotPattern, second);
    expect(findingsOf(await calendar.submit(offerReplacementSlot, sameNight), 'warning')).toEqual([]);
  });

  test('that shares time with another slot is warned of', async () => {
    const calendar = await withdrawn();
    const inApril = { ...march, start: '2027-04-10T20:00:00Z', end: '2027-04-10T22:00:00Z' };
    expect(
      findingsOf(await calendar.submit(offerReplacementSlot, inApril), 'warning').map(({ detail }) => detail),
    ).toEqual([expect.stringContaining('shares time with the slot of 2027-04-10T22:00')]);
  });
});
