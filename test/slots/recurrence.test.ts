import fc from 'fast-check';
import rrule from 'rrule';
import { datesOf } from '../../src/slots/recurrence-dates.js';
import { readRule, ruleOf } from '../../src/slots/recurrence-rule.js';
import { plainDates, plainRule, textOf } from './plain-recurrence.js';

/** A rule, when it begins, the range asked for, and its dates in it as a calendar on the wall shows them. */
const KNOWN: readonly (readonly [string, string, string, string, readonly string[]])[] = [
  ['FREQ=MONTHLY;BYDAY=2SA', '2027-01-01', '2027-01-01', '2027-03-31', ['2027-01-09', '2027-02-13', '2027-03-13']],
  ['freq=monthly;byday=2sa', '2027-01-01', '2027-01-01', '2027-01-31', ['2027-01-09']],
  ['FREQ=MONTHLY;BYDAY=2SA', '2027-01-10', '2027-01-01', '2027-02-28', ['2027-02-13']],
  ['FREQ=MONTHLY;BYDAY=-1SU', '2027-01-01', '2027-03-01', '2027-03-31', ['2027-03-28']],
  ['FREQ=MONTHLY', '2027-01-31', '2027-02-01', '2027-05-31', ['2027-03-31', '2027-05-31']],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', '2027-01-15', '2028-02-01', '2028-03-31', ['2028-02-29', '2028-03-31']],
  ['FREQ=MONTHLY;INTERVAL=3;BYDAY=1TU', '2027-02-03', '2027-02-01', '2027-08-31', ['2027-05-04', '2027-08-03']],
  [
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO',
    '2027-01-06',
    '2027-01-01',
    '2027-01-31',
    ['2027-01-10', '2027-01-18', '2027-01-24'],
  ],
  [
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU',
    '2027-01-06',
    '2027-01-01',
    '2027-01-31',
    ['2027-01-17', '2027-01-18', '2027-01-31'],
  ],
  ['FREQ=WEEKLY', '2027-01-06', '2027-01-01', '2027-01-20', ['2027-01-06', '2027-01-13', '2027-01-20']],
  ['FREQ=DAILY;INTERVAL=10', '2027-01-01', '2027-01-15', '2027-02-15', ['2027-01-21', '2027-01-31', '2027-02-10']],
  ['FREQ=YEARLY', '2027-06-05', '2027-01-01', '2029-12-31', ['2027-06-05', '2028-06-05', '2029-06-05']],
  ['FREQ=YEARLY;BYDAY=-1SA', '2027-01-01', '2027-01-01', '2028-12-31', ['2027-12-25', '2028-12-30']],
  ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2027-01-01', '2027-01-01', '2032-12-31', ['2028-02-29', '2032-02-29']],
  [
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
    '2027-01-01',
    '2027-01-01',
    '2027-02-28',
    ['2027-01-29', '2027-02-26'],
  ],
  ['FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=1,2,3,4,5,6,7', '2027-01-01', '2027-05-01', '2027-05-31', ['2027-05-01']],
  ['FREQ=MONTHLY;BYDAY=2SA', '2027-01-01', '2199-12-01', '2199-12-31', ['2199-12-14']],
  // 2100 is no leap year.
  [
    'FREQ=DAILY;INTERVAL=2',
    '2100-02-27',
    '2100-02-01',
    '2100-03-05',
    ['2100-02-27', '2100-03-01', '2100-03-03', '2100-03-05'],
  ],
];

test.each(KNOWN)('%s from %s has in %s to %s these dates', (rule, from, first, last, dates) => {
  expect(datesOf(ruleOf(rule), from, { first, last })).toEqual(dates);
});

/** A rule that is refused, and what its problem must say. */
const WRONG: readonly (readonly [string, string])[] = [
  ['FREQ=SOMETIMES', 'no such FREQ as SOMETIMES'],
  ['BYDAY=2SA', 'must say FREQ'],
  ['FREQ=', 'NAME=VALUE'],
  ['FREQ', 'NAME=VALUE'],
  ['FREQ=MONTHLY;', 'an empty part'],
  ['FREQ=MONTHLY;;BYDAY=2SA', 'an empty part'],
  ['=MONTHLY', 'NAME=VALUE'],
  ['FREQ=MONTHLY=2', 'NAME=VALUE'],
  ['FREQ=MONTHLY;FREQ=WEEKLY', 'FREQ twice'],
  ['FREQ=HOURLY', 'one startTime a day'],
  ['FREQ=MINUTELY', 'one startTime a day'],
  ['FREQ=SECONDLY', 'one startTime a day'],
  ['FREQ=MONTHLY;DTSTART=20270101T220000Z', 'from and startTime'],
  ['FREQ=MONTHLY;TZID=Europe-Paris', 'Europe/London'],
  ['FREQ=MONTHLY;UNTIL=20271231', 'field until'],
  ['FREQ=MONTHLY;COUNT=3', 'field until'],
  ['FREQ=MONTHLY;BYHOUR=22', 'startTime'],
  ['FREQ=MONTHLY;BYMINUTE=0', 'startTime'],
  ['FREQ=MONTHLY;BYSECOND=0', 'startTime'],
  ['FREQ=YEARLY;BYYEARDAY=100', 'BYMONTHDAY'],
  ['FREQ=YEARLY;BYWEEKNO=20', 'BYMONTHDAY'],
  ['FREQ=YEARLY;BYEASTER=0', 'unknown part BYEASTER'],
  ['FREQ=MONTHLY;BYWEEKDAY=SA', 'unknown part BYWEEKDAY'],
  ['FREQ=MONTHLY;X-MINE=1', 'unknown part X-MINE'],
  ['FREQ=MONTHLY;__PROTO__=1', 'must be a recurrence rule'],
  ['FREQ=MONTHLY;CONSTRUCTOR=1', 'unknown part CONSTRUCTOR'],
  ['RRULE:FREQ=MONTHLY', 'without RRULE:'],
  ['FREQ=MONTHLY\nDTSTART:20270101T000000Z', 'line breaks'],
  ['FREQ=MONTHLY; BYDAY=2SA', 'spaces'],
  ['FREQ=ſECONDLY', 'must be a recurrence rule'],
  ["FREQ=MONTHLY'); DROP TABLE records; --", 'must be a recurrence rule'],
  ['', 'must be a recurrence rule'],
  ['FREQ=MONTHLY;INTERVAL=0', 'INTERVAL from 1 to 366, not 0'],
  ['FREQ=MONTHLY;INTERVAL=-1', 'INTERVAL from 1 to 366'],
  ['FREQ=MONTHLY;INTERVAL=367', 'INTERVAL from 1 to 366'],
  ['FREQ=DAILY;INTERVAL=99999999999999999999', 'INTERVAL from 1 to 366'],
  ['FREQ=MONTHLY;INTERVAL=1.5', 'must be a recurrence rule'],
  ['FREQ=MONTHLY;INTERVAL=2,3', 'one INTERVAL'],
  ['FREQ=MONTHLY;INTERVAL=1e2', 'INTERVAL from 1 to 366'],
  ['FREQ=YEARLY;BYMONTH=13', 'BYMONTH from 1 to 12'],
  ['FREQ=YEARLY;BYMONTH=0', 'BYMONTH from 1 to 12'],
  ['FREQ=YEARLY;BYMONTH=-1', 'BYMONTH from 1 to 12'],
  ['FREQ=YEARLY;BYMONTH=2,', 'not nothing'],
  ['FREQ=YEARLY;BYMONTH=2,02', 'BYMONTH twice'],
  ['FREQ=MONTHLY;BYMONTHDAY=32', 'BYMONTHDAY from 1 to 31 or -1 to -31'],
  ['FREQ=MONTHLY;BYMONTHDAY=0', 'BYMONTHDAY'],
  ['FREQ=WEEKLY;BYMONTHDAY=1', 'BYMONTHDAY in a WEEKLY rule'],
  ['FREQ=MONTHLY;BYDAY=XX', 'not XX'],
  ['FREQ=MONTHLY;BYDAY=SA,', 'not nothing'],
  ['FREQ=MONTHLY;BYDAY=SA,SA', 'BYDAY twice'],
  ['FREQ=MONTHLY;BYDAY=0SA', '1 to 5'],
  ['FREQ=MONTHLY;BYDAY=6SA', '1 to 5'],
  ['FREQ=MONTHLY;BYDAY=-6SA', '1 to 5'],
  ['FREQ=YEARLY;BYMONTH=3;BYDAY=6SA', '1 to 5'],
  ['FREQ=YEARLY;BYDAY=54SA', '1 to 53'],
  ['FREQ=WEEKLY;BYDAY=2SA', 'number'],
  ['FREQ=DAILY;BYDAY=-1SA', 'number'],
  ['FREQ=MONTHLY;BYDAY=SA,2SU', 'two patterns'],
  ['FREQ=MONTHLY;WKST=XX', 'WKST'],
  ['FREQ=MONTHLY;BYSETPOS=1', 'beside BYDAY or BYMONTHDAY'],
  ['FREQ=DAILY;BYDAY=SA;BYSETPOS=1', 'a day has one slot'],
  ['FREQ=WEEKLY;BYDAY=SA,SU;BYSETPOS=3', 'past the 2 days'],
  ['FREQ=MONTHLY;BYDAY=SA;BYSETPOS=0', 'BYSETPOS from 1 to 366'],
];

test.each(WRONG)('%j is refused, and the problem says why', (text, why) => {
  expect(readRule(text)).toEqual({ problem: expect.stringContaining(why) as string });
});

test('whatever the text, it is read or refused, and what is read has its dates without a stumble', () => {
  const part = fc.oneof(
    fc.constantFrom('FREQ=DAILY', 'FREQ=WEEKLY', 'FREQ=MONTHLY', 'FREQ=YEARLY', 'INTERVAL=7', 'BYDAY=MO', 'BYDAY=5FR'),
    fc.constantFrom('BYMONTH=2', 'BYMONTHDAY=30', 'BYMONTHDAY=-31', 'BYSETPOS=5', 'WKST=SU', 'COUNT=1', 'TZID=UTC'),
    fc.string({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      const read = readRule(parts.join(';'));
      if ('problem' in read) expect(read.problem).not.toBe('');
      else
        expect(datesOf(read.rule, '2027-01-05', { first: '2027-01-01', last: '2027-12-31' })).toEqual(
          expect.any(Array),
        );
    }),
    { numRuns: 300 },
  );
});

/** Rules whose days never come, each in its own way. */
const NEVER: readonly string[] = [
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=MONTHLY;BYMONTH=4,6,9,11;BYMONTHDAY=31',
  'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6',
  'FREQ=MONTHLY;BYDAY=2SA;BYMONTHDAY=1',
  'FREQ=YEARLY;BYDAY=MO;BYSETPOS=366',
  'FREQ=DAILY;INTERVAL=7;BYDAY=MO',
  'FREQ=DAILY;INTERVAL=364;BYDAY=MO',
];

test.each(NEVER)('%s from a Tuesday has no dates', (rule) => {
  expect(datesOf(ruleOf(rule), '2027-01-05', { first: '2027-01-05', last: '2028-06-30' })).toEqual([]);
});

describe('the search for a rule’s next date is bounded', () => {
  // `rrule` looks until the year 9999: ten seconds for each 30 February of a DAILY rule.
  const LAST_YEAR = 9999;
  const { prototype } = rrule.RRule;
  const between = Object.getOwnPropertyDescriptor(prototype, 'between') as { value: typeof prototype.between };
  let asked: Date[] = [];
  beforeAll(() => {
    prototype.between = function (...given) {
      asked.push(given[0]);
      return between.value.apply(this, given);
    };
  });
  afterAll(() => Object.defineProperty(prototype, 'between', between));
  beforeEach(() => (asked = []));

  test.each(['FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', 'FREQ=DAILY;INTERVAL=7;BYDAY=MO'])(
    '%s has no day in the range, and none is sought beyond it',
    (rule) => {
      datesOf(ruleOf(rule), '2027-01-05', { first: '2027-01-05', last: '2028-06-30' });
      expect(asked).toEqual([]);
    },
  );

  test.each(['2000-01-01', '2027-01-01', '2199-01-01'])(
    'what is asked of %s is sought for four centuries at most',
    (first) => {
      datesOf(ruleOf('FREQ=MONTHLY;BYDAY=2SA;BYMONTHDAY=1'), '2000-01-01', {
        first,
        last: `${first.slice(0, 4)}-12-31`,
      });
      expect(asked).toHaveLength(1);
      expect(LAST_YEAR - (asked[0]?.getUTCFullYear() ?? 0)).toBeLessThan(400);
    },
  );
});

test('a rule’s dates are those found by looking at every single day, wherever the range lies', () => {
  fc.assert(
    fc.property(
      plainRule,
      fc.integer({ min: 0, max: 3_000 }),
      fc.integer({ min: -100, max: 1_500 }),
      fc.integer({ min: 0, max: 700 }),
      (rule, begin, gap, length) => {
        const day = (days: number): string => Temporal.PlainDate.from('2019-06-01').add({ days }).toString();
        const [from, first, last] = [day(begin), day(begin + gap), day(begin + gap + length)];
        expect(datesOf(ruleOf(textOf(rule)), from, { first, last })).toEqual(plainDates(rule, from, first, last));
      },
    ),
    { numRuns: 200 },
  );
});
