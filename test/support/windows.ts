import type { Derogation } from '../../src/rulebook/derogation.js';
import type { Finding } from '../../src/rulebook/finding.js';
import { weighLimits, type LimitCase } from '../../src/rulebook/limits.js';
import { readTime } from '../../src/rulebook/local-time.js';
import type { CountedWindow } from '../../src/rulebook/usage.js';

/** Windows of a class at instants. */
export const high = (maintenanceId: string, start: string, end: string): CountedWindow => ({
  maintenanceId,
  impact: 'High',
  start,
  end,
  affectsSsi: false,
});
export const low = (maintenanceId: string, start: string, end: string): CountedWindow => ({
  ...high(maintenanceId, start, end),
  impact: 'Low',
  affectsSsi: true,
});
/** Weighs a window that is planned, alone in its months unless more is given. */
export const weigh = (window: CountedWindow, more: Partial<LimitCase> = {}): Finding[] =>
  weighLimits({ window, others: [], derogations: [], as: 'intention', ...more });
/** Findings in a line each. */
export const told = (findings: Finding[]): unknown[] =>
  findings.map(({ rule, outcome, value, limit, unit, month }) =>
    [rule, outcome, value, limit, unit, month].join(' | '),
  );
/** A derogation of December 2026 on. */
export const granted = (more: Partial<Derogation>): Derogation => ({
  derogationId: 'D',
  clauses: ['H8.3(d)'],
  from: '2026-12-01',
  to: null,
  reference: 'SECP_1',
  ...more,
});

const at = (local: string): string => {
  const time = readTime(local);
  if ('problem' in time) throw new Error(time.problem);
  return time.instant;
};
let made = 0;
/** A window at times as a person writes them, under an id of its own. */
export const win = (
  impact: 'High' | 'Low',
  start: string,
  end: string,
  affectsSsi = impact === 'Low',
): CountedWindow => ({
  maintenanceId: `W${String((made += 1))}`,
  impact,
  start: at(start),
  end: at(end),
  affectsSsi,
});
