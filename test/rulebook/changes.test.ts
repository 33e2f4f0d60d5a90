import {
  assess,
  impactOf,
  needsApproval,
  weighApprover,
  weighAuthority,
  weighMade,
  weighPlacing,
  type ChangeClass,
  type MadeWork,
  type Verdict,
} from '../../src/rulebook/changes.js';
import type { AffectedService } from '../../src/rulebook/classification.js';

const affected = (service: string, effect: AffectedService['effect'] = 'disrupted'): AffectedService[] => [
  { service, effect },
];
const SSI = affected('self-service-interface');
const CORE = affected('install-and-commission');

test.each([
  ['production', SSI, 'Low'],
  ['production', CORE, 'High'],
  ['production', affected('smets1-migrations', 'material-risk'), 'High'],
  ['production', [...SSI, ...CORE], 'High'],
  ['production', [], null],
  ['sit', CORE, null],
] as const)('in %s, affecting %j: %s', (environment, services, impact) => {
  expect(impactOf({ environment, services })).toBe(impact);
  const factors = { consumerAffecting: false, complexity: 'low', downtimeMinutes: 0 } as const;
  expect(assess({ environment, services, ...factors })).toMatchObject({ impact, needsWindow: impact !== null });
});

test.each([
  ['standard', false],
  ['normal', true],
  ['emergency', true],
  ['latent', true],
  ['no-impact', false],
] as const)('a %s change needs somebody to approve it: %s', (changeClass, needed) => {
  expect(needsApproval(changeClass)).toBe(needed);
});

test('MP92-DT7 refuses whoever raised the change, and nobody else', () => {
  expect(weighApprover('key-1', 'key-1')).toMatchObject({ rule: 'MP92-DT7', outcome: 'refused' });
  expect(weighApprover('key-1', 'key-2')).toMatchObject({ rule: 'MP92-DT7', outcome: 'pass' });
});

const BEGAN = '2026-12-14T10:00:00Z';
const before: Verdict = { verdict: 'approved', at: BEGAN };
const after: Verdict = { verdict: 'approved', at: '2026-12-14T10:00:01Z' };
const rejected: Verdict = { verdict: 'rejected', at: '2026-12-01T10:00:00Z' };

test.each([
  ['normal', null, 'breach'],
  ['normal', before, 'pass'],
  ['normal', after, 'breach'],
  ['normal', rejected, 'breach'],
  ['emergency', null, 'warning'],
  ['emergency', before, 'pass'],
  ['emergency', after, 'pass'],
  ['emergency', rejected, 'breach'],
  ['latent', null, 'pass'],
  ['latent', after, 'pass'],
  ['latent', rejected, 'breach'],
  ['standard', null, 'pass'],
  ['no-impact', null, 'pass'],
] as const)('a %s change that was made, decided %j: %s', (changeClass: ChangeClass, verdict, outcome) => {
  expect(weighAuthority(changeClass, verdict, BEGAN)).toMatchObject({ rule: 'MP92-DT7', outcome });
});

test.each([
  [CORE, 'Low', 'A.Classification', 'refused'],
  [CORE, 'High', 'A.Classification', 'pass'],
  [SSI, 'Low', 'A.Classification', 'pass'],
  [SSI, 'High', 'A.Classification', 'pass'],
  [[], 'Low', 'A.Classification', 'pass'],
] as const)('what affects %j, in a %s Impact window: %s %s', (services, impact, rule, outcome) => {
  const findings = weighPlacing({ environment: 'production', services }, { impact, services: [...SSI, ...CORE] });
  expect(findings).toMatchObject([{ rule, outcome }]);
});

test('what is not done in production is placed nowhere, and a service that the window does not state is a warning', () => {
  const window = { impact: 'Low', services: [] } as const;
  expect(weighPlacing({ environment: 'uit', services: SSI }, window)).toMatchObject([
    { rule: 'A.PlannedMaintenance', outcome: 'refused' },
  ]);
  expect(weighPlacing({ environment: 'production', services: SSI }, window)).toMatchObject([
    { rule: 'A.Classification', outcome: 'pass' },
    { rule: 'H8.4', outcome: 'warning' },
  ]);
});

const WINDOW = { impact: 'Low', start: BEGAN, end: '2026-12-14T11:00:00Z', cancelled: false } as const;
const made = (more: Partial<MadeWork> = {}): string[] =>
  weighMade({
    changeClass: 'standard',
    environment: 'production',
    services: SSI,
    verdict: null,
    start: BEGAN,
    end: '2026-12-14T11:00:00Z',
    ssiOutageMinutes: 60,
    window: WINDOW,
    ...more,
  })
    .filter(({ rule }) => rule !== 'MP92-DT7')
    .map(({ rule, outcome }) => `${rule} ${outcome}`);

test('what was made is weighed against its window, to the second', () => {
  expect(made()).toEqual(['H8.7 pass']);
  expect(made({ start: '2026-12-14T09:59:59Z' })).toEqual(['H8.7 breach']);
  expect(made({ end: '2026-12-14T11:00:01Z' })).toEqual(['H8.7 warning']);
  expect(made({ start: '2026-12-14T11:00:00Z', end: '2026-12-14T12:00:00Z' })).toEqual(['H8.7 breach']);
  expect(made({ window: { ...WINDOW, cancelled: true } })).toEqual(['H8.7 breach']);
});

test('what affects a core service and was made in a window that has become Low Impact is a breach', () => {
  expect(made({ services: CORE })).toEqual(['H8.7 pass', 'A.Classification breach']);
  expect(made({ services: CORE, window: { ...WINDOW, impact: 'High' } })).toEqual(['H8.7 pass']);
});

test('what affected services outside any window is a warning, but for an emergency and what is no maintenance', () => {
  expect(made({ window: null })).toEqual(['A.PlannedMaintenance warning']);
  expect(made({ window: null, changeClass: 'emergency' })).toEqual([]);
  expect(made({ window: null, services: [] })).toEqual([]);
  expect(made({ window: null, environment: 'uit' })).toEqual([]);
});

test('an SSI outage longer than the change is a warning', () => {
  expect(made({ ssiOutageMinutes: 61 })).toEqual(['H8.7 pass', 'H8.7 warning']);
});
