import { readFileSync } from 'node:fs';
import { COLUMNS, type Column } from '../../src/changes/import/schedule-row.js';

/** The trial's forward schedule, a synthetic history shaped to the figures of MP092. */
export const SAMPLE_FILE = new URL('../../src/demo/forward-schedule-2019-2020.csv', import.meta.url);

/** What is known of it. */
export const SAMPLE = JSON.parse(
  readFileSync(new URL('../data/forward-schedule-2019-2020.expected.json', import.meta.url), 'utf8'),
) as {
  readonly rows: number;
  readonly total: Readonly<Record<'implemented' | 'successful' | 'failed' | 'adverseImpact', number>>;
};

/** The cells of a good row. */
export const CELLS: Readonly<Record<Column, string>> = {
  changeId: 'CRQ000001',
  title: 'Extend storage volume',
  class: 'normal',
  serviceProvider: 'DSP',
  environment: 'production',
  services: 'self-service-interface;order-management',
  effect: 'disrupted',
  consumerAffecting: 'no',
  complexity: 'low',
  downtimeMinutes: '30',
  raisedBy: 'change.analyst.01',
  approvedBy: 'change.manager.01',
  raisedAt: '2020-03-02T10:00:00Z',
  plannedStart: '2020-03-14T22:00:00Z',
  plannedEnd: '2020-03-14T23:00:00Z',
  actualStart: '2020-03-14T22:00:00Z',
  actualEnd: '2020-03-14T22:50:00Z',
  outcome: 'successful',
  ssiOutageMinutes: '20',
  incidents: '',
  lessons: '',
};

/** A row as its cells, with whatever differs from a good one. */
export const rowOf = (more: Partial<Record<Column, string>> = {}): string =>
  COLUMNS.map((column) => ({ ...CELLS, ...more })[column]).join(',');

/** A change that has not been made. */
export const OPEN = { actualStart: '', actualEnd: '', outcome: '', ssiOutageMinutes: '' } as const;

export const HEADER = COLUMNS.join(',');

/** A file of these rows. */
export const fileOf = (...rows: readonly string[]): string => `${[HEADER, ...rows].join('\n')}\n`;
