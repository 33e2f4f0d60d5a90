import { forClient, redacted, urlProblem, withoutCredentials } from '../../src/event-store/kurrentdb/address.js';

const URL = 'kurrentdb+discover://calendar:p%40ss@node1:2113,node2:2113?tls=true';

test('the client is given the nodes and the options, and neither credentials nor a discovery that asks one node alone', () => {
  expect(forClient(URL)).toBe('kurrentdb://node1:2113,node2:2113?tls=true&discoveryInterval=25&maxDiscoverAttempts=40');
  expect(forClient('kdb+discover://nodes')).toBe('kdb+discover://nodes?discoveryInterval=25&maxDiscoverAttempts=40');
});

test('one of several nodes alone can be asked for the others, each in its turn', () => {
  const asked = [0, 1, 2].map((only) => forClient(URL, only).replace(/\?.*/, ''));
  expect(asked).toEqual(['node1', 'node2', 'node1'].map((node) => `kurrentdb+discover://${node}:2113`));
  expect(forClient('kdb://node?tls=false', 1)).toMatch(/^kdb:\/\/node\?tls=false&/);
});

test('what an address says of the discovery stands', () => {
  const url = 'esdb://node1:2113?DiscoveryInterval=500&maxDiscoverAttempts=3';
  expect(forClient(url)).toBe(url);
});

test('what is told of an address has no credentials, however they are written', () => {
  expect(withoutCredentials(URL)).toBe('kurrentdb+discover://node1:2113,node2:2113?tls=true');
  expect(redacted('calendar may not, said p@ss and p%40ss', URL)).toBe('*** may not, said *** and ***');
});

test.each([
  ['http://node1', 'must begin with one of'],
  ['kurrentdb://', 'must name its hosts'],
  ['kurrentdb://calendar@node1', 'credentials that are not user:password'],
  ['kurrentdb://calendar:100%@node1', 'credentials that are not user:password'],
  ['kurrentdb://node1?tls', 'options that are not name=value'],
])('what is wrong with %s is said without repeating it', (url, problem) => {
  expect(urlProblem(url)).toContain(problem);
  expect(urlProblem(url)).not.toMatch('calendar|100%');
});
