// The same load with one and with two servers on one KurrentDB stream, and how long a new server takes to catch up.
// On the cluster at KURRENTDB_URL; where that is not set, on the double, whose speed says nothing of a real one's.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BenchServer, measured, program } from './server.mjs';

const PROGRAM = 'test/support/kurrentdb-double/program.ts';
const PORTS = [3981, 3982, 3983];
const CONNECTIONS = 64;

async function cluster() {
  const url = process.env.KURRENTDB_URL;
  if (url) return { url, name: 'KurrentDB', stop: () => undefined };
  const double = spawn(process.execPath, ['--import', './test/support/typescript-hook.ts', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(double.stdout), 'line');
  return { url: line, name: 'double of KurrentDB', stop: () => double.kill() };
}

/**
 * @param history a data folder of an embedded log, not in use, whose history a new server is to catch up with
 * @param figure takes `(what, value, unit, { limit })`
 * @param alone commands a second of one server on SQLite, with as many connections
 */
export async function storeFigures({ history, records, env, seconds, alone, figure }) {
  const { url, name, stop } = await cluster();
  const folder = mkdtempSync(join(tmpdir(), 'bench-store-'));
  const settings = (prefix, server) => ({
    ...env,
    EVENT_STORE: 'kurrentdb',
    KURRENTDB_URL: url,
    KURRENTDB_PREFIX: prefix,
    DATA_DIR: join(folder, server),
  });
  const unique = `bench-${Date.now().toString(36)}-`;
  const servers = ['one', 'two'].map((which, index) => new BenchServer(settings(unique, which), PORTS[index]));
  const newcomer = new BenchServer(settings(`${unique}copy-`, 'newcomer'), PORTS[2]);
  try {
    for (const server of servers) await server.start();
    await servers[0].issueKeys('scheduler');
    const key = servers[0].keys.scheduler;
    for (const used of [servers.slice(0, 1), servers]) {
      const { rate, p99, failed } = await measured('./load.mjs', {
        url: used.map((server) => server.url),
        command: 'RaiseChange',
        key,
        connections: CONNECTIONS,
        seconds,
        first: used.length * 10_000_000,
      });
      if (failed > 0) throw new Error(`${failed} requests failed on ${name}`);
      const which = used.length === 1 ? 'one server' : 'two servers';
      figure(`commands on the ${name}, ${which}, ${CONNECTIONS} connections`, rate, 'a second', { limit: alone });
      figure(`commands on the ${name}, ${which}, p99`, p99, 'ms');
    }
    for (const server of servers) await server.stop();
    let began = performance.now();
    await program(['dist/cli.js', 'copy', '--from', `sqlite:${history}`, '--to', 'kurrentdb'], newcomer.env);
    figure(
      `copy to the ${name}, compared and verified`,
      records / ((performance.now() - began) / 1000),
      'events a second',
    );
    began = performance.now();
    await newcomer.start();
    const took = (performance.now() - began) / 1000;
    figure(`a new server catches up with ${records} events on the ${name}`, took, 's');
  } finally {
    for (const server of [...servers, newcomer]) await server.stop();
    stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
