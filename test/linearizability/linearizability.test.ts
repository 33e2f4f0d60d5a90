import { killServers } from '../support/built-server.js';
import { killOwnProcesses } from '../support/kurrentdb-double/own-process.js';
import { removeTemporaryFolders } from '../support/temporary-folder.js';
import { playRound } from './round.js';
import { Cluster, Servers, type ServersOptions } from './servers.js';

afterEach(async () => {
  await killServers();
  await killOwnProcesses();
  removeTemporaryFolders();
});

/** The seed: another one in every run, unless LINEARIZABILITY_SEED names it. */
const seed = Number(process.env.LINEARIZABILITY_SEED ?? Date.now() % 1_000_000_000);
const REQUESTS = 250;

test.each<[name: string, options: ServersOptions, every: number]>([
  ['one server on SQLite', { store: 'sqlite', servers: 1 }, 60],
  ['two servers on one node', { store: 'kurrentdb', servers: 2, nodes: 1 }, 60],
  ['three servers on three nodes', { store: 'kurrentdb', servers: 3, nodes: 3 }, 40],
])(`%s do what one calendar could have done, whatever befalls them (seed ${seed})`, async (name, options, every) => {
  const cluster = options.store === 'sqlite' ? undefined : await Cluster.start(options.nodes ?? 1);
  const round = await playRound(new Servers(options, cluster), {
    seed,
    requests: REQUESTS,
    clients: 8,
    faults: { every, longest: 300 },
  });
  await cluster?.stop();
  expect({ name, seed, report: round.report }).toEqual({ name, seed, report: [] });
  expect(round.history.groups.length).toBeGreaterThan(REQUESTS / 10);
  expect(round.faults.size).toBeGreaterThan(0);
});
