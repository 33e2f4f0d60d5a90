import type { Derogation } from '../../src/rulebook/derogation.js';
import type { Finding, Rule } from '../../src/rulebook/finding.js';
import { monthLimits, weighLimits } from '../../src/rulebook/limits.js';
import { rulebookFor } from '../../src/rulebook/rulebooks.js';
import { usage, type CountedWindow } from '../../src/rulebook/usage.js';
import { win } from '../support/windows.js';

const refusals = (window: CountedWindow, others: CountedWindow[] = [], derogations: Derogation[] = []): Rule[] =>
  weighLimits({ window, others, derogations, as: 'intention' })
    .filter(({ outcome }) => outcome === 'refused')
    .map(({ rule }) => rule);

describe('H8.3(b): one night between 20:00 and 08:00 in London', () => {
  test.each([
    ['2027-06-05T19:59', '2027-06-05T22:00', ['H8.3(b)']],
    ['2027-06-05T20:00', '2027-06-05T22:00', []],
    ['2027-06-06T06:00', '2027-06-06T08:00', []],
    ['2027-06-06T06:00', '2027-06-06T08:01', ['H8.3(b)']],
    ['2027-06-06T12:00', '2027-06-06T13:00', ['H8.3(b)']],
    ['2027-06-06T07:30', '2027-06-06T20:30', ['H8.3(b)', 'H8.3(d)']],
    // The clocks go forward in the morning of the 28th, and back in that of the 31st.
    ['2027-03-28T03:00', '2027-03-28T08:00', []],
    ['2027-03-28T03:00', '2027-03-28T08:01', ['H8.3(b)']],
    ['2027-10-31T03:00', '2027-10-31T08:00', []],
    ['2027-10-31T03:00', '2027-10-31T08:01', ['H8.3(b)']],
  ])('%s to %s', (start, end, expected) => {
    expect(refusals(win('Low', start, end))).toEqual(expected);
  });
});

describe('H8.3(c): two High Impact windows and six hours a month', () => {
  const four = win('High', '2026-12-05T22:00', '2026-12-06T02:00');
  test('4 h and 2 h pass, 4 h and 2 h 01 do not', () => {
    expect(refusals(win('High', '2026-12-12T22:00', '2026-12-13T00:00'), [four])).toEqual([]);
    expect(refusals(win('High', '2026-12-12T22:00', '2026-12-13T00:01'), [four])).toEqual(['H8.3(c)']);
  });
  test('a third window does not pass, however short', () => {
    const short = win('High', '2026-12-08T22:00', '2026-12-08T22:10');
    const shorter = win('High', '2026-12-09T22:00', '2026-12-09T22:10');
    expect(refusals(win('High', '2026-12-12T22:00', '2026-12-12T22:01'), [short, shorter])).toEqual(['H8.3(c)']);
  });
  test('what runs past the last midnight is held against the next month too, and the other way round', () => {
    const across = win('High', '2026-12-31T22:00', '2027-01-01T04:00');
    expect(refusals(win('High', '2027-01-09T22:00', '2027-01-10T00:00'), [across])).toEqual([]);
    expect(refusals(win('High', '2027-01-09T22:00', '2027-01-10T00:01'), [across])).toEqual(['H8.3(c)']);
    const january = win('High', '2027-01-09T22:00', '2027-01-10T00:01');
    expect(refusals(across, [january])).toEqual(['H8.3(c)']);
    const two = [
      win('High', '2027-01-09T22:00', '2027-01-09T22:10'),
      win('High', '2027-01-16T22:00', '2027-01-16T22:10'),
    ];
    expect(refusals(across, two)).toEqual(['H8.3(c)']);
    expect(usage('2027-01', [across]).high).toEqual({
      windows: { used: 0, carriedIn: 1 },
      minutes: { used: 0, carriedIn: 240 },
    });
  });
  test('Low Impact windows take nothing of it', () => {
    const lows = ['01', '02', '03', '04', '05', '06'].map((day) =>
      win('Low', `2026-12-${day}T20:00`, `2026-12-${day}T23:00`),
    );
    expect(refusals(win('High', '2026-12-12T22:00', '2026-12-13T04:00'), lows)).toEqual([]);
  });
});

describe('H8.3(d): six Low Impact windows of at most six hours', () => {
  const six = ['01', '04', '07', '10', '13', '16'].map((day) =>
    win('Low', `2026-12-${day}T20:00`, `2026-12-${day}T21:00`),
  );
  test('the sixth passes, the seventh does not', () => {
    expect(refusals(win('Low', '2026-12-20T20:00', '2026-12-20T20:30'), six.slice(1))).toEqual([]);
    expect(refusals(win('Low', '2026-12-20T20:00', '2026-12-20T20:30'), six)).toEqual(['H8.3(d)']);
  });
  test('minutes are elapsed minutes, on the nights the clocks change too', () => {
    expect(refusals(win('Low', '2026-12-20T20:00', '2026-12-21T02:00'))).toEqual([]);
    expect(refusals(win('Low', '2026-12-20T20:00', '2026-12-21T02:01'))).toEqual(['H8.3(d)']);
    expect(refusals(win('Low', '2027-03-27T22:00', '2027-03-28T05:00'))).toEqual([]);
    expect(refusals(win('Low', '2027-10-30T22:00', '2027-10-31T03:00'))).toEqual([]);
    expect(refusals(win('Low', '2027-10-30T22:00', '2027-10-31T03:01'))).toEqual(['H8.3(d)']);
  });
  test('a fact past a limit is a breach, never refused', () => {
    const overrun = win('Low', '2026-12-20T20:00', '2026-12-21T02:01');
    const findings = weighLimits({ window: overrun, others: [], derogations: [], as: 'fact' });
    expect(findings.filter(({ outcome }) => outcome === 'breach').map(({ rule }) => rule)).toEqual(['H8.3(d)']);
    expect(findings.some(({ outcome }) => outcome === 'refused')).toBe(false);
  });
});

describe('unless the Panel agrees otherwise', () => {
  const grant = (clauses: Derogation['clauses'], limits?: Derogation['limits'], reference = 'R1'): Derogation => ({
    derogationId: reference,
    clauses,
    limits,
    from: '2026-12-10',
    to: '2026-12-20',
    reference,
  });
  const long = win('Low', '2026-12-10T20:00', '2026-12-11T03:00');
  test('a waiver lifts a limit, a number replaces it, and neither does outside its dates', () => {
    expect(refusals(long, [], [grant(['H8.3(d)'])])).toEqual([]);
    expect(refusals(long, [], [grant(['H8.3(d)'], { lowMinutesEach: 420 })])).toEqual([]);
    expect(refusals(long, [], [grant(['H8.3(d)'], { lowMinutesEach: 419 })])).toEqual(['H8.3(d)']);
    expect(refusals(win('Low', '2026-12-20T20:00', '2026-12-21T03:00'), [], [grant(['H8.3(d)'])])).toEqual([]);
    expect(refusals(win('Low', '2026-12-09T20:00', '2026-12-10T03:00'), [], [grant(['H8.3(d)'])])).toEqual(['H8.3(d)']);
    expect(refusals(win('Low', '2026-12-21T20:00', '2026-12-22T03:00'), [], [grant(['H8.3(d)'])])).toEqual(['H8.3(d)']);
  });
  test('a number can be stricter than the Code’s', () => {
    expect(
      refusals(win('Low', '2026-12-10T20:00', '2026-12-10T21:01'), [], [grant(['H8.3(d)'], { lowMinutesEach: 60 })]),
    ).toEqual(['H8.3(d)']);
    expect(
      refusals(win('Low', '2026-12-10T20:00', '2026-12-10T21:00'), [], [grant(['H8.3(b)'], { earliest: '22:00' })]),
    ).toEqual(['H8.3(b)']);
  });
  test('other hours replace the night band', () => {
    const early = win('Low', '2026-12-10T18:00', '2026-12-10T19:00');
    expect(refusals(early, [], [grant(['H8.3(b)'], { earliest: '18:00' })])).toEqual([]);
    expect(refusals(early, [], [grant(['H8.3(b)'], { earliest: '18:01' })])).toEqual(['H8.3(b)']);
    expect(refusals(early, [], [grant(['H8.3(b)'])])).toEqual([]);
  });
  test('of several the most lenient holds, and the finding names it only where it was needed', () => {
    const both = [grant(['H8.3(d)'], { lowMinutesEach: 400 }, 'R1'), grant(['H8.3(d)'], { lowMinutesEach: 430 }, 'R2')];
    const weighed = (window: CountedWindow): Finding[] =>
      weighLimits({ window, others: [], derogations: both, as: 'intention' });
    expect(weighed(long).filter(({ outcome }) => outcome === 'waived')).toMatchObject([
      { rule: 'H8.3(d)', reference: 'R2' },
    ]);
    expect(weighed(win('Low', '2026-12-10T20:00', '2026-12-10T21:00')).every(({ outcome }) => outcome === 'pass')).toBe(
      true,
    );
  });
  test('a month shows the most lenient limits of its dates', () => {
    expect(monthLimits('2026-12', [grant(['H8.3(c)'], { highWindows: 3 })]).high).toEqual({ windows: 3, minutes: 360 });
    expect(monthLimits('2026-12', [grant(['H8.3(c)'])]).high).toEqual({ windows: null, minutes: null });
    expect(monthLimits('2027-01', [grant(['H8.3(c)'])]).high).toEqual({ windows: 2, minutes: 360 });
    expect(monthLimits('2018-03', [])).toMatchObject({ rulebook: 'pre-MP092', general: 360, ssi: 240 });
  });
});

describe('before MP092, and its trial', () => {
  test('rulebooks begin on 1 April 2019 and 25 February 2021', () => {
    expect(['2019-03-31', '2019-04-01', '2021-02-24', '2021-02-25'].map((date) => rulebookFor(date).id)).toEqual([
      'pre-MP092',
      'trial',
      'trial',
      'MP092',
    ]);
  });
  test('SSI maintenance at most 4 h, all maintenance at most 6 h a month, at night', () => {
    expect(refusals(win('Low', '2018-03-06T20:00', '2018-03-07T00:01'))).toEqual(['pre-MP092.H8.3(b)']);
    const ssi = win('Low', '2018-03-06T20:00', '2018-03-07T00:00');
    expect(refusals(ssi)).toEqual([]);
    expect(refusals(win('High', '2018-03-10T20:00', '2018-03-10T22:00'), [ssi])).toEqual([]);
    expect(refusals(win('High', '2018-03-10T20:00', '2018-03-10T22:01'), [ssi])).toEqual(['pre-MP092.H8.3(c)']);
    expect(refusals(win('High', '2018-03-10T19:59', '2018-03-10T21:00'))).toEqual(['pre-MP092.H8.3(a)']);
  });
  test('in the trial the old numbers are waived with the reference of the time, and its own limits hold', () => {
    for (const [month, reference] of [
      ['2019-11', 'OPSG_26_0511'],
      ['2019-12', 'SECP_74_1511'],
      ['2020-03', 'SECP_76_1701'],
    ] as const) {
      const findings = weighLimits({
        window: win('Low', `${month}-06T20:00`, `${month}-07T01:00`),
        others: [],
        derogations: [],
        as: 'intention',
      });
      expect(findings.filter(({ outcome }) => outcome === 'waived')).toMatchObject([
        { rule: 'pre-MP092.H8.3(b)', reference },
      ]);
      expect(findings.some(({ outcome }) => outcome === 'refused')).toBe(false);
    }
    expect(refusals(win('Low', '2019-11-06T20:00', '2019-11-07T02:01'))).toEqual(['H8.3(d)']);
  });
});
