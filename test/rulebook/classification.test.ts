import {
  type Activity,
  type AffectedService,
  classify,
  CORE_SERVICES,
  type Effect,
  reclassify,
  weighClassification,
} from '../../src/rulebook/classification.js';
import { firstRefused } from '../../src/rulebook/finding.js';

const activity = (services: AffectedService[], more: Partial<Activity> = {}): Activity => ({
  description: 'Deploy release',
  serviceProvider: 'DSP',
  services,
  ssiOutageMinutes: 0,
  hubsAffected: null,
  requiresUserChange: false,
  ssiImprovement: false,
  migrationSystems: false,
  environment: 'production',
  changeIds: [],
  ...more,
});
const service = (name: string, effect: Effect = 'disrupted'): AffectedService => ({ service: name, effect });
const [SSI, REPORTING, CORE] = ['self-service-interface', 'reporting', 'end-to-end-communications'];

describe('the class and its reasons', () => {
  test('the core services are these three', () => {
    expect(CORE_SERVICES).toEqual(['end-to-end-communications', 'install-and-commission', 'smets1-migrations']);
  });

  test.each<[string, Activity[], string, string[]]>([
    ['core disrupted', [activity([service(CORE)])], 'High', ['core-disrupted']],
    ['core at risk', [activity([service(CORE, 'material-risk')])], 'High', ['core-at-risk']],
    [
      'both',
      [activity([service(CORE), service('smets1-migrations', 'material-risk')])],
      'High',
      ['core-disrupted', 'core-at-risk'],
    ],
    ['non-core', [activity([service(REPORTING)]), activity([service(SSI, 'material-risk')])], 'Low', ['non-core']],
    ['a change for Users', [activity([service(REPORTING)], { requiresUserChange: true })], 'High', ['user-change']],
    [
      'a change for Users and core',
      [activity([service(CORE)], { requiresUserChange: true })],
      'High',
      ['core-disrupted', 'user-change'],
    ],
    [
      'a change to the SSI that improves nothing',
      [activity([service(SSI)], { requiresUserChange: true })],
      'High',
      ['user-change'],
    ],
    [
      'an improvement to the SSI',
      [activity([service(SSI)], { requiresUserChange: true, ssiImprovement: true })],
      'Low',
      ['non-core'],
    ],
    [
      'an improvement to the SSI that another service notices',
      [activity([service(REPORTING), service(SSI)], { requiresUserChange: true, ssiImprovement: true })],
      'Low',
      ['non-core'],
    ],
    [
      'said to be one, without the SSI',
      [activity([service(REPORTING)], { requiresUserChange: true, ssiImprovement: true })],
      'High',
      ['user-change'],
    ],
    [
      'an improvement without a change',
      [activity([service(REPORTING)], { ssiImprovement: true })],
      'Low',
      ['non-core'],
    ],
    [
      'an improvement in one activity does not excuse the change of another',
      [
        activity([service(SSI)], { ssiImprovement: true }),
        activity([service(REPORTING)], { requiresUserChange: true }),
      ],
      'High',
      ['user-change'],
    ],
  ])('%s', (_, activities, impact, reasons) => {
    expect(classify(activities)).toEqual({ planned: true, impact, reasons });
  });
});

describe('what is not Planned Maintenance', () => {
  test.each<[string, Activity]>([
    ['no service', activity([])],
    ['another environment', activity([service(CORE)], { environment: 'sit' })],
    ['99,999 hubs', activity([service(CORE), service('install-and-commission')], { hubsAffected: 99_999 })],
    ['no hubs', activity([service(CORE, 'material-risk')], { hubsAffected: 0 })],
  ])('%s', (_, no) => {
    expect(classify([no])).toMatchObject({ planned: false, activity: 0 });
    expect(classify([activity([service(CORE)]), no, no])).toMatchObject({ planned: false, activity: 1 });
    const findings = weighClassification([activity([service(SSI)]), no], 'Low');
    expect(firstRefused(findings)).toBe('A.PlannedMaintenance');
    expect(findings.map(({ detail }) => detail).join()).toMatch(/Activity 2 .*forward schedule of change/);
  });

  test('nothing at all', () => {
    expect(classify([]).planned).toBe(false);
  });
});

describe('a reclassification', () => {
  test.each<[string, Activity[], AffectedService[], string]>([
    ['to core', [activity([service(SSI)])], [service(CORE, 'material-risk')], 'High'],
    ['from core', [activity([service(CORE)])], [service(SSI)], 'Low'],
    ['the hub threshold does not count', [activity([service(CORE)], { hubsAffected: 5 })], [service(CORE)], 'High'],
    [
      'the change for Users still counts',
      [activity([service(CORE)], { requiresUserChange: true })],
      [service(REPORTING)],
      'High',
    ],
    [
      'the change of one activity of several still counts',
      [activity([service(SSI)]), activity([service(CORE)], { requiresUserChange: true })],
      [service(REPORTING)],
      'High',
    ],
    [
      'an improvement to the SSI still is one, whatever else is affected',
      [activity([service(SSI)], { requiresUserChange: true, ssiImprovement: true })],
      [service(REPORTING), service(SSI)],
      'Low',
    ],
    [
      'an improvement to the SSI still is one',
      [activity([service(SSI)], { requiresUserChange: true, ssiImprovement: true })],
      [service(SSI)],
      'Low',
    ],
    [
      'unless the SSI is no longer affected',
      [activity([service(SSI)], { requiresUserChange: true, ssiImprovement: true })],
      [service(REPORTING)],
      'High',
    ],
  ])('%s', (_, activities, services, impact) => {
    expect(reclassify(activities, services)).toMatchObject({ planned: true, impact });
  });

  test('to no service at all is not Planned Maintenance', () => {
    expect(reclassify([activity([service(SSI)])], []).planned).toBe(false);
  });
});

test.each<[string, Activity, string]>([
  ['core disrupted', activity([service(CORE)]), 'a core service is disrupted'],
  ['core at risk', activity([service(CORE, 'material-risk')]), 'a core service is at Material Risk of disruption'],
  ['a change for Users', activity([service(REPORTING)], { requiresUserChange: true }), 'Users must change something'],
  ['non-core', activity([service(REPORTING)]), 'only services other than the core ones are affected'],
])('the findings say why in words: %s', (_, one, why) => {
  const [planned, classed] = weighClassification([one]);
  expect(planned).toMatchObject({ rule: 'A.PlannedMaintenance', outcome: 'pass' });
  expect(classed).toMatchObject({ rule: 'A.Classification', outcome: 'pass' });
  expect(classed?.detail).toMatch(new RegExp(`^This is (High|Low) Impact, because ${why}`));
});

test('a class expected is compared, never taken', () => {
  const outcome = (expected?: 'High' | 'Low'): string | undefined =>
    weighClassification([activity([service(CORE)])], expected).find(({ rule }) => rule === 'A.Classification')?.outcome;
  expect([outcome(), outcome('High'), outcome('Low')]).toEqual(['pass', 'pass', 'refused']);
});
