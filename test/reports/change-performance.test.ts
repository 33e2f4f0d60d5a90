import {
  changePerformanceReport,
  type ChangePerformanceReport,
} from '../../src/reports/change-performance/change-performance.js';
import { closed, incident, outcome, placed, raised, rejected, withdrawn } from '../support/change-facts.js';
import * as told from '../support/report-facts.js';
import { ToldLog, type Told } from '../support/told-log.js';

const AT = '2026-12-01T09:00:00Z';
const END = '2026-12-14T10:20:00Z';
let log: ToldLog;
beforeEach(() => {
  log = new ToldLog();
});
const report = (from = '2026-12', to = from, serviceProvider?: string, upTo?: number): ChangePerformanceReport =>
  changePerformanceReport(log.reading(upTo), { from, to }, serviceProvider);

/** So many changes of one outcome, named by a letter and a number; the first `adverse` of them with an incident. */
const many = (letter: string, count: number, adverse = 0, how: Parameters<typeof outcome>[2] = {}): Told[] =>
  Array.from({ length: count }, (_, index) => `${letter}${String(index)}`).flatMap((id, index) => [
    raised(id),
    outcome(id, END, how),
    ...(index < adverse ? [incident(id, `INC-${id}`, 1 + (index % 2))] : []),
  ]);

test('a range without changes has no rates, meets nothing and misses nothing', () => {
  const none = {
    implemented: 0,
    successful: 0,
    failed: 0,
    adverseImpact: 0,
    failedWithMinimalImpact: 0,
    standard: 0,
    normal: 0,
    emergency: 0,
    latent: 0,
    noImpact: 0,
    successRate: null,
    adverseImpactRate: null,
    minimalImpactShare: null,
    standardShare: null,
    meets: { success: null, adverseImpact: null, minimalImpact: null },
  };
  expect(report('2026-12', '2027-01')).toEqual({
    from: '2026-12',
    to: '2027-01',
    serviceProvider: null,
    months: [
      { month: '2026-12', ...none },
      { month: '2027-01', ...none },
    ],
    providers: [],
    total: none,
    visibleChanges: 0,
  });
});

describe('implemented', () => {
  test('is a production change with an outcome, in the local month in which it ended', async () => {
    // 1 June 2027 begins at 23:00 UTC.
    await log.tell(
      '2027-06-02T09:00:00Z',
      raised('C1'),
      outcome('C1', '2027-05-31T22:59:59Z'),
      raised('C2'),
      outcome('C2', '2027-05-31T23:00:00Z', { start: '2027-05-31T20:00:00Z' }),
    );
    expect(report('2027-05', '2027-06').months.map(({ implemented }) => implemented)).toEqual([1, 1]);
  });

  test('is not a change outside production, one withdrawn or rejected, nor one without an outcome', async () => {
    await log.tell(AT, raised('C1', { environment: 'uit' }), outcome('C1', END), raised('C2'), withdrawn('C2'));
    await log.tell(AT, raised('C3', { class: 'normal' }), rejected('C3'), raised('C4'));
    expect(report()).toMatchObject({ total: { implemented: 0 }, visibleChanges: 4 });
  });

  test('is told apart by class', async () => {
    for (const [index, one] of (
      ['standard', 'normal', 'normal', 'emergency', 'latent', 'no-impact'] as const
    ).entries())
      await log.tell(AT, raised(`C${String(index)}`, { class: one }), outcome(`C${String(index)}`, END));
    expect(report().total).toMatchObject({
      implemented: 6,
      standard: 1,
      normal: 2,
      emergency: 1,
      latent: 1,
      noImpact: 1,
      standardShare: 1 / 6,
    });
  });

  test('does not depend on where the change was placed, nor on what became of the window', async () => {
    const H1 = { maintenanceId: 'H1', start: '2026-12-12T22:00:00Z', end: '2026-12-13T02:00:00Z' };
    await log.tell(AT, told.scheduled(H1), raised('C1'), placed('C1', H1), told.cancelled('2026-12', 'H1'));
    await log.tell(AT, outcome('C1', END));
    expect(report().total.implemented).toBe(1);
  });
});

test('a change backed out counts as failed', async () => {
  await log.tell(
    AT,
    ...many('S', 2),
    ...many('F', 1, 0, { outcome: 'failed' }),
    ...many('B', 1, 0, { outcome: 'backed-out' }),
  );
  expect(report().total).toMatchObject({ implemented: 4, successful: 2, failed: 2, successRate: 0.5 });
});

test('success and adverse impact are independent', async () => {
  await log.tell(AT, ...many('S', 2, 1), ...many('F', 2, 1, { outcome: 'failed' }));
  expect(report().total).toMatchObject({
    successful: 2,
    failed: 2,
    adverseImpact: 2,
    failedWithMinimalImpact: 1,
    successRate: 0.5,
    adverseImpactRate: 0.5,
    minimalImpactShare: 0.5,
  });
});

describe('incidents', () => {
  test('of category 1 or 2 are adverse; several of them count the change once', async () => {
    await log.tell(AT, raised('C1'), outcome('C1', END), incident('C1', 'I3', 3), incident('C1', 'I5', 5));
    expect(report().total.adverseImpact).toBe(0);
    await log.tell(AT, incident('C1', 'I2', 2), incident('C1', 'I1', 1));
    expect(report().total.adverseImpact).toBe(1);
  });

  test('linked late, after the change was closed, restate the figures; the earlier ones stay readable', async () => {
    await log.tell(AT, ...many('F', 1, 0, { outcome: 'failed' }), closed('F0'));
    const before = log.store.head();
    await log.tell('2027-03-01T09:00:00Z', incident('F0', 'I1', 2));
    expect(report().total).toMatchObject({ adverseImpact: 1, failedWithMinimalImpact: 0, minimalImpactShare: 0 });
    expect(report('2026-12', '2026-12', undefined, before).total).toMatchObject({
      adverseImpact: 0,
      failedWithMinimalImpact: 1,
      minimalImpactShare: 1,
    });
  });

  test('given another category count by the last one', async () => {
    await log.tell(AT, raised('C1'), outcome('C1', END), incident('C1', 'I1', 1), incident('C1', 'I1', 4));
    expect(report().total.adverseImpact).toBe(0);
    await log.tell(AT, incident('C1', 'I1', 2), incident('C1', 'I1', 1));
    expect(report().total.adverseImpact).toBe(1);
    await log.tell(AT, incident('C1', 'I1', 3));
    expect(report().total.adverseImpact).toBe(0);
  });

  test('linked before the outcome was recorded count as well', async () => {
    await log.tell(AT, raised('C1'), incident('C1', 'I1', 1), outcome('C1', END));
    expect(report().total.adverseImpact).toBe(1);
  });

  test('that two changes share count for each', async () => {
    await log.tell(AT, ...many('S', 2), incident('S0', 'I1', 1), incident('S1', 'I1', 1));
    expect(report().total.adverseImpact).toBe(2);
  });
});

describe('targets', () => {
  test('exactly 95 % success does not meet the target, more does', async () => {
    await log.tell(AT, ...many('S', 19), ...many('F', 1, 0, { outcome: 'failed' }));
    expect(report().total).toMatchObject({ successRate: 0.95, meets: { success: false } });
    await log.tell(AT, ...many('T', 1));
    expect(report().total).toMatchObject({ successRate: 20 / 21, meets: { success: true } });
  });

  test('exactly 3 % adverse impact does not meet the target, less does', async () => {
    await log.tell(AT, ...many('S', 100, 3));
    expect(report().total).toMatchObject({ adverseImpactRate: 0.03, meets: { adverseImpact: false } });
    await log.tell(AT, ...many('T', 1));
    expect(report().total.meets.adverseImpact).toBe(true);
  });

  test('exactly 80 % minimal impact does not meet the target, more does', async () => {
    await log.tell(AT, ...many('F', 5, 1, { outcome: 'failed' }));
    expect(report().total).toMatchObject({ minimalImpactShare: 0.8, meets: { minimalImpact: false } });
    await log.tell(AT, ...many('G', 1, 0, { outcome: 'failed' }));
    expect(report().total).toMatchObject({ minimalImpactShare: 5 / 6, meets: { minimalImpact: true } });
  });
});

test('a total’s rates come from its sums, not from the months’ rates', async () => {
  await log.tell(AT, ...many('S', 9), raised('F'), outcome('F', '2027-01-14T10:00:00Z', { outcome: 'failed' }));
  const { months, total } = report('2026-12', '2027-01');
  expect(months.map(({ successRate }) => successRate)).toEqual([1, 0]);
  expect(total.successRate).toBe(0.9);
});

describe('per service provider', () => {
  beforeEach(() =>
    log.tell(
      AT,
      ...many('S', 2),
      raised('N1', { serviceProvider: 'CSP-North' }),
      outcome('N1', END, { outcome: 'failed' }),
      raised('N2', { serviceProvider: 'CSP-North', environment: 'sit' }),
    ),
  );

  test('the report can be narrowed, what is visible too', () => {
    expect(report('2026-12', '2026-12', 'CSP-North')).toMatchObject({
      serviceProvider: 'CSP-North',
      months: [{ implemented: 1, failed: 1, successRate: 0 }],
      providers: [{ serviceProvider: 'CSP-North', implemented: 1 }],
      total: { implemented: 1, failed: 1 },
      visibleChanges: 2,
    });
    expect(report('2026-12', '2026-12', 'DCO')).toMatchObject({ total: { implemented: 0 }, visibleChanges: 0 });
  });

  test('and lists each provider’s figures over the whole range', () => {
    expect(report()).toMatchObject({
      providers: [
        { serviceProvider: 'CSP-North', implemented: 1, successRate: 0 },
        { serviceProvider: 'DSP', implemented: 2, successRate: 1 },
      ],
      total: { implemented: 3, successRate: 2 / 3 },
      visibleChanges: 4,
    });
  });
});

test('every change raised is visible, whatever the range, its environment or its fate; as of an instant those raised by then', async () => {
  await log.tell(
    AT,
    raised('C1'),
    raised('C2', { environment: 'uit' }),
    raised('C3', { raisedAt: '2019-02-01T09:00:00Z' }),
  );
  const before = log.store.head();
  await log.tell(AT, raised('C4'), withdrawn('C1'));
  expect(report('2030-01').visibleChanges).toBe(4);
  expect(report('2030-01', '2030-01', undefined, before).visibleChanges).toBe(3);
});
