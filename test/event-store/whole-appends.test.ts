import { append, CalendarOnCluster, ids } from '../support/calendar-on-cluster.js';
import { SHORT } from '../support/cluster-server.js';
import { followingOn } from '../support/exchanged-record.js';
import { batch, record } from '../support/invented-facts.js';
import { setImmediate } from 'node:timers/promises';

const cluster = new CalendarOnCluster();
const { agree, server, stream } = cluster;

/** A server that does not look at the cluster by itself, and all the heads that it shows. */
async function following(): Promise<{ heads: Set<number>; one: Awaited<ReturnType<typeof server>> }> {
  const one = await server({ timing: { ...SHORT, lookEvery: 3_600_000 } });
  const heads = new Set([one.store.head()]);
  one.store.follow(() => heads.add(one.store.head()));
  return { heads, one };
}
const three = (): ReturnType<typeof batch> => batch([record('slot-1'), record('slot-2'), record('slot-1')]);

test('an append is shown whole, however its records come', async () => {
  const { heads, one } = await following();
  const other = await server();
  for (let count = 0; count < 4; count += 1) {
    for (const afterRecords of [1, 2, 3])
      cluster.double.fault({ on: 'subscribe', how: 'end', afterRecords, stream: stream(), times: 2 });
    cluster.double.endSubscriptions();
    await other.store.append(three());
    expect(await one.store.reaches(3 * count + 3, 30_000)).toBe(true);
  }
  await agree(12);
  expect([...heads]).toEqual([0, 3, 6, 9, 12]);
});

test('the first records of one are not shown while the last does not come', async () => {
  const { one } = await following();
  const other = await server();
  await append(other.store);
  expect(await one.store.reaches(1, 30_000)).toBe(true);
  // Held up by what comes after: the one before is sent again, then two of three.
  cluster.double.fault({ on: 'subscribe', how: 'silence', afterRecords: 3, stream: stream(), times: 'always' });
  cluster.double.endSubscriptions();
  await other.store.append(three());
  while (one.status().clusterHead < 3) await setImmediate();
  await setImmediate();
  expect(one.store.head()).toBe(1);
  cluster.double.liftFaults();
  cluster.double.resetConnections();
  expect(await one.store.reaches(4, 30_000)).toBe(true);
});

test.each([0, -1, 1.5, '2', null, 1e9])('an append that is said to end at %p stops the server', async (endsAt) => {
  const { one } = await following();
  const [first] = followingOn(0, [record('slot-9')]);
  cluster.double.inject(stream(), {
    type: 'NoteWritten',
    id: first?.id ?? '',
    data: JSON.parse(first?.body ?? '') as object,
    metadata: { endsAt },
  });
  while (one.store.halted === undefined) await setImmediate();
  expect(one.store.halted).toMatch('says of its append what cannot be');
});

test('an append of more records than may wait is taken in', async () => {
  const { heads, one } = await following();
  const many = Array.from({ length: 5_000 }, () => record('slot-9'));
  for (const [index, { id, type, body }] of followingOn(0, many).entries())
    cluster.double.inject(stream(), {
      type,
      id,
      data: JSON.parse(body) as object,
      metadata: { endsAt: index < 4_990 ? 4_990 : 5_000 },
    });
  expect(await one.store.reaches(5_000, 60_000)).toBe(true);
  for (const head of heads) expect([0, 4_990, 5_000]).toContain(head);
});

describe('records that do not say where their append ends, as older servers wrote them,', () => {
  const inject = (commandIds: readonly string[]): readonly string[] => {
    const records = followingOn(
      0,
      commandIds.map((commandId) => record('slot-9', { commandId })),
    );
    for (const { id, type, body } of records)
      cluster.double.inject(stream(), { id, type, data: JSON.parse(body) as object });
    return records.map(({ id }) => id);
  };

  test('are shown once a record of another command follows', async () => {
    const { heads, one } = await following();
    inject(['a', 'a', 'b', 'c', 'c', 'c', 'd']);
    expect(await one.store.reaches(6, 30_000)).toBe(true);
    // The last one too, if the first look at the cluster came after all of them.
    for (const head of heads) expect([0, 2, 3, 6, 7]).toContain(head);
  });

  test('are shown once the cluster tells that they are its newest', async () => {
    const { one } = await following();
    const all = inject(['a', 'a', 'b', 'b']);
    expect(await one.store.reaches(2, 30_000)).toBe(true);
    expect(await one.store.confirm()).toBe(false);
    expect(ids(one.store)).toEqual(all);
  });
});
