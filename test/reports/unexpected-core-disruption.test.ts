import {
  unexpectedCoreDisruptionReport,
  type UnexpectedCoreDisruptionReport,
} from '../../src/reports/unexpected-core-disruption/unexpected-core-disruption.js';
import { activity, CORE, SSI } from '../support/calendar.js';
import * as told from '../support/report-facts.js';
import { ToldLog } from '../support/told-log.js';

const AT = '2026-11-01T09:00:00Z';
let log: ToldLog;
beforeEach(() => {
  log = new ToldLog();
});
const report = (from: string, to = from): UnexpectedCoreDisruptionReport =>
  unexpectedCoreDisruptionReport(log.reading(), { from, to });

const low = (maintenanceId: string, night: string): told.WindowFact => ({
  maintenanceId,
  start: `${night}T20:00:00Z`,
  end: `${night}T23:00:00Z`,
  activities: [activity(SSI), activity(SSI, { serviceProvider: 'CSP-North' })],
});

test('lists Low Impact windows that in fact disrupted a core service, among those completed', async () => {
  await log.tell(AT, told.scheduled(low('L1', '2026-12-05')), told.scheduled(low('L2', '2026-12-06')));
  await log.tell(
    '2026-12-07T09:00:00Z',
    told.completed('2026-12', 'L1', {
      start: '2026-12-05T20:05:00Z',
      end: '2026-12-05T22:00:00Z',
      disrupted: [SSI, CORE],
      unexpected: true,
    }),
    told.completed('2026-12', 'L2', {
      start: '2026-12-06T20:00:00Z',
      end: '2026-12-06T22:00:00Z',
      disrupted: [SSI],
    }),
  );
  expect(report('2026-11', '2026-12')).toEqual({
    from: '2026-11',
    to: '2026-12',
    months: [
      { month: '2026-11', completed: 0, unexpected: 0, maintenance: [] },
      {
        month: '2026-12',
        completed: 2,
        unexpected: 1,
        maintenance: [
          {
            maintenanceId: 'L1',
            start: '2026-12-05T20:05:00Z',
            end: '2026-12-05T22:00:00Z',
            startLocal: '2026-12-05T20:05',
            endLocal: '2026-12-05T22:00',
            serviceProviders: ['CSP-North', 'DSP'],
            services: [CORE],
          },
        ],
      },
    ],
    total: { completed: 2, unexpected: 1 },
  });
});

test('does not list High Impact maintenance, which was to disrupt it', async () => {
  await log.tell(AT, told.scheduled({ ...low('H1', '2026-12-05'), impact: 'High' }));
  await log.tell(
    '2026-12-07T09:00:00Z',
    told.completed('2026-12', 'H1', {
      start: '2026-12-05T20:00:00Z',
      end: '2026-12-05T22:00:00Z',
      disrupted: [CORE],
    }),
  );
  expect(report('2026-12').total).toEqual({ completed: 0, unexpected: 0 });
});

test('counts in the month in which the work began, first what began first', async () => {
  await log.tell(AT, told.scheduled(low('L9', '2026-12-31')), told.scheduled(low('L1', '2027-01-05')));
  const disrupted = { disrupted: [CORE], unexpected: true };
  await log.tell(
    '2027-01-07T09:00:00Z',
    told.completed('2027-01', 'L1', { start: '2027-01-05T20:00:00Z', end: '2027-01-05T21:00:00Z', ...disrupted }),
    told.completed('2026-12', 'L9', { start: '2027-01-01T00:00:00Z', end: '2027-01-01T01:00:00Z', ...disrupted }),
  );
  expect(
    report('2026-12', '2027-01').months.map(({ maintenance }) => maintenance.map(({ maintenanceId }) => maintenanceId)),
  ).toEqual([[], ['L9', 'L1']]);
});
