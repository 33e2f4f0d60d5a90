import { kindsOf } from '../../src/event-store/append.js';
import { ForkedLog } from '../../src/event-store/kurrentdb/cluster-event.js';
import { ClusterLog } from '../../src/event-store/kurrentdb/cluster-log.js';
import { ReplicaVerification } from '../../src/event-store/kurrentdb/replica-verification.js';
import { SqliteLog } from '../../src/event-store/sqlite/sqlite-log.js';
import { append, CalendarOnCluster } from '../support/calendar-on-cluster.js';
import { SHORT } from '../support/cluster-server.js';
import { followingOn } from '../support/exchanged-record.js';
import { inventedFacts, inventedKinds, record } from '../support/invented-facts.js';

const calendar = new CalendarOnCluster();
const { server, stream } = calendar;

let cluster: ClusterLog;
let log: SqliteLog;
let verification: ReplicaVerification;
let now: number;
/** A replica of two records, of which the first was there when the backup was made, and how often the cluster is asked. */
let backup: number;
let asked: { readonly met: number };
beforeEach(async () => {
  const { store, file } = await server();
  await append(store);
  backup = calendar.double.backup();
  await append(store);
  await calendar.servers.pop()?.store.close();
  cluster = new ClusterLog({ url: calendar.double.url, prefix: calendar.prefix }, SHORT.callWithin);
  log = new SqliteLog(file, inventedFacts, kindsOf(inventedKinds));
  now = 0;
  verification = new ReplicaVerification(cluster, log, () => now);
  asked = calendar.double.fault({ on: 'read', how: 'delay', milliseconds: 0, times: 'always', stream: stream() });
});
afterEach(async () => {
  log.close();
  await cluster.close();
});

/** Whether the cluster is asked: more than once where the first node that is asked does not lead. */
async function asks(): Promise<boolean> {
  const before = asked.met;
  await verification.confirm(2);
  return asked.met > before;
}

test('the cluster is asked once, and again when a call has failed', async () => {
  expect([await asks(), await asks()]).toEqual([true, false]);
  const failing = calendar.double.fault({ on: 'append', how: 'not-ready', stream: stream() });
  await expect(cluster.append([], 2)).rejects.toThrow();
  expect(failing.met).toBe(1);
  expect([await asks(), await asks()]).toEqual([true, false]);
});

test('a program that is awake does not ask again; one that stood still does, before anything else is heard', async () => {
  expect(await asks()).toBe(true);
  for (; now < 10_000; now += 100) {
    verification.awake();
    expect(await asks()).toBe(false);
  }
  now += 5_000;
  expect(await asks()).toBe(true);
  now += 5_000;
  verification.awake();
  expect([await asks(), await asks()]).toEqual([true, false]);
});

test('a program that stood still while the cluster was restored finds another record there', async () => {
  await verification.confirm(2);
  calendar.double.restore(backup, 'closed');
  for (const { id, type, body } of followingOn(1, [record('slot-9')]))
    calendar.double.inject(stream(), { id, type, data: JSON.parse(body) as object });
  now += 5_000;
  // The first call may meet the connection that is closed.
  await verification.confirm(2).catch(() => undefined);
  await expect(verification.confirm(2)).rejects.toThrow(ForkedLog);
});
