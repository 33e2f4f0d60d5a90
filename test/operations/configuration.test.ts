import { ConfigurationError, readConfiguration } from '../../src/operations/configuration.js';

test('the defaults are those of the reference', () => {
  expect(readConfiguration({})).toEqual({
    port: 3000,
    host: '127.0.0.1',
    dataDir: './var',
    cluster: undefined,
    replicaMaxAge: 3_600,
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

describe('with a cluster', () => {
  const EVENT_STORE = 'kurrentdb';
  const KURRENTDB_URL = 'kurrentdb://calendar:hunter%202@node1:2113,node2:2113?tls=true';

  test('the address is needed, and the prefix is none unless one is given', () => {
    expect(() => readConfiguration({ EVENT_STORE })).toThrow('KURRENTDB_URL is missing');
    expect(readConfiguration({ EVENT_STORE, KURRENTDB_URL }).cluster).toEqual({ url: KURRENTDB_URL, prefix: '' });
    expect(readConfiguration({ EVENT_STORE, KURRENTDB_URL, KURRENTDB_PREFIX: 'north-' }).cluster?.prefix).toBe(
      'north-',
    );
    expect(readConfiguration({ KURRENTDB_URL }).cluster).toBeUndefined();
  });

  test.each([
    ['KURRENTDB_URL', 'http://node1:2113'],
    ['KURRENTDB_URL', 'kurrentdb://'],
    ['KURRENTDB_URL', 'kurrentdb://node 1:2113'],
    ['KURRENTDB_URL', 'kurrentdb://calendar:hunter 2@node1:2113?tls'],
    ['KURRENTDB_PREFIX', '$north'],
    ['KURRENTDB_PREFIX', 'north '],
    ['REPLICA_MAX_AGE', '0'],
    ['REPLICA_MAX_AGE', 'a day'],
  ])('a wrong %s (%s) is named', (name, value) => {
    expect(() => readConfiguration({ EVENT_STORE, KURRENTDB_URL, [name]: value })).toThrow(name);
  });

  test('a password is never part of the message', () => {
    for (const url of [KURRENTDB_URL.replace('kurrentdb:', 'http:'), `${KURRENTDB_URL}&x`])
      expect(() => readConfiguration({ EVENT_STORE, KURRENTDB_URL: url })).not.toThrow(/hunter|calendar/);
  });
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
