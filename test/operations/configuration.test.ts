import { ConfigurationError, readConfiguration } from '../../src/operations/configuration.js';

test('the defaults are those of the reference', () => {
  expect(readConfiguration({})).toEqual({
    port: 3000,
    host: '127.0.0.1',
    dataDir: './var',
    adminApiKey: undefined,
    testClock: undefined,
    jurisdiction: 'england-and-wales',
    logLevel: 'info',
    requestsAMinute: 0,
    auditKeyFile: undefined,
    treeHeadInterval: 60,
  });
});

test.each([
  ['PORT', 'http'],
  ['PORT', '70000'],
  ['ADMIN_API_KEY', 'short'],
  ['ADMIN_API_KEY', 'with spaces in it, though it is long enough'],
  ['TEST_CLOCK', 'noon'],
  ['EVENT_STORE', 'paper'],
  ['JURISDICTION', 'wales'],
  ['LOG_LEVEL', 'loud'],
  ['TREE_HEAD_INTERVAL', '1.5'],
  ['TREE_HEAD_INTERVAL', '20000'],
  ['RATE_LIMIT', '-1'],
  ['RATE_LIMIT', 'some'],
])('a wrong %s (%s) is named', (name, value) => {
  expect(() => readConfiguration({ [name]: value })).toThrow(ConfigurationError);
  expect(() => readConfiguration({ [name]: value })).toThrow(name);
});

test('several servers on one log need one audit key', () => {
  expect(() => readConfiguration({ EVENT_STORE: 'kurrentdb' })).toThrow('AUDIT_KEY_FILE is missing');
  expect(readConfiguration({ AUDIT_KEY_FILE: '/keys/audit.pem' }).auditKeyFile).toBe('/keys/audit.pem');
});

test('a clock that stands still makes no tree heads by itself, unless it is asked to', () => {
  const TEST_CLOCK = '2026-10-01T09:00:00Z';
  expect(readConfiguration({ TEST_CLOCK }).treeHeadInterval).toBe(0);
  expect(readConfiguration({ TEST_CLOCK, TREE_HEAD_INTERVAL: '5' }).treeHeadInterval).toBe(5);
});

test('every wrong variable is named at once', () => {
  expect(() => readConfiguration({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT[\s\S]*LOG_LEVEL/);
});

test('a secret is never part of the message', () => {
  expect(() => readConfiguration({ ADMIN_API_KEY: 'hunter2' })).not.toThrow('hunter2');
});
