import { writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ClusterLog } from '../../src/event-store/kurrentdb/cluster-log.js';

/** Follows a cluster that is away, a hundred times, and tells by how many bytes the memory of the process has grown. */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const cluster = new ClusterLog({ url: process.argv[2] ?? '', prefix: '' }, 1_000);

async function followed(times: number): Promise<number> {
  for (let time = 0; time < times; time += 1) {
    const ended = Promise.withResolvers<Error>();
    const subscription = cluster.follow(0, { event: () => undefined, ended: ended.resolve });
    await ended.promise;
    await subscription.stop();
    if (time % 10 === 0) collectGarbage();
    await setImmediate();
  }
  collectGarbage();
  return process.memoryUsage.rss();
}

const atFirst = await followed(50);
writeSync(1, `${String((await followed(100)) - atFirst)}\n`);
process.exit();
