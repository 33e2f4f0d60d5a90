import { setImmediate } from 'node:timers/promises';
import { ClusterLog } from '../../src/event-store/kurrentdb/cluster-log.js';
import { TooLate } from '../../src/event-store/kurrentdb/failure.js';
import { newPrefix } from '../support/cluster-server.js';
import { failure } from '../support/kurrentdb-double/client.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';

let double: KurrentDbDouble;
beforeAll(async () => {
  double = await KurrentDbDouble.start({ nodes: 3 });
});
afterAll(async () => {
  await double.stop();
});

test('where a node is silent, each of the next calls asks another node for the cluster', async () => {
  const nodes = [0, 1, 2].map((node) => double.fault({ on: 'gossip', how: 'silence', times: 'always', node }));
  const asked = (): number[] => nodes.map(({ met }) => met);
  const cluster = new ClusterLog({ url: double.url, prefix: newPrefix() }, 200);
  const askedBy: number[] = [];
  for (let call = 0; call < 4; call += 1) {
    const before = asked();
    expect(await failure(cluster.head())).toBeInstanceOf(TooLate);
    // The question may come after the call was given up.
    while (asked().every((count, node) => count === before[node])) await setImmediate();
    askedBy.push(asked().findIndex((count, node) => count !== before[node]));
  }
  expect(new Set(askedBy.slice(1)).size).toBe(3);
  for (const fault of nodes) fault.lift();
  await cluster.close();
});
