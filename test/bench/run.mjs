// Times the built server as its users meet it, each figure beside its limit, measured in the same run.
//   npm run bench                        logs of 10,000, 100,000 and 1,000,000 events: about a quarter of an hour
//   npm run bench -- 10000 100000        logs of other lengths
//   KURRENTDB_URL=... npm run bench      the store on that cluster; without it on the double, which says little of a real one
// A table on standard output; the same as JSON in var/bench.json. Nothing else should run on the machine meanwhile.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { writeSchedule } from './history.mjs';
import { BenchServer, measured, program } from './server.mjs';
import { storeFigures } from './store.mjs';

const lengths = process.argv.slice(2).map(Number);
const LENGTHS = lengths.length > 0 ? lengths : [10_000, 100_000, 1_000_000];
/** Events that one copy of the trial's schedule comes to, about. */
const EVENTS_IN_A_COPY = 12_531;
const ROWS_IN_A_COPY = 3_986;
/** Later than all that happens in the history. */
const NOW = '2089-10-01T09:00:00Z';
/** When a copy is imported: an hour after the one before, and all of them before now. */
const hourAfter = (copy) => new Date(Date.UTC(2089, 7, 1) + copy * 3_600_000).toISOString();
const SECONDS = 6;
/** The log that is brought to a cluster: the longest, where there is a real one. */
const STORE_LENGTH = process.env.KURRENTDB_URL ? LENGTHS.at(-1) : LENGTHS.find((length) => length >= 100_000);
const PORT = 3979;

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const env = { DATA_DIR: join(folder, 'data'), TEST_CLOCK: NOW };
const figures = [];

/** @param limit what bounds it, measured in the same run; @param ratio of the two where more is better; @param aim for the ratio */
function figure(events, what, value, unit, { limit, aim, better = 'more' } = {}) {
  const ratio = limit === undefined ? undefined : value / limit;
  const reached = aim === undefined ? undefined : better === 'more' ? (ratio ?? value) >= aim : value <= aim;
  const round = (number) => number !== undefined && Math.round(number * 1000) / 1000;
  figures.push({
    events,
    what,
    value: round(value),
    unit,
    ...(limit === undefined ? {} : { limit: round(limit), ratio: round(ratio) }),
    ...(aim === undefined ? {} : { aim: `${better === 'more' ? 'at least' : 'at most'} ${aim}`, reached }),
  });
  const { limit: l = '', ratio: r = '', aim: a = '', reached: ok = '' } = figures.at(-1);
  console.error([events, what, figures.at(-1).value, unit, l, r, a, ok].join(' | '));
}

/** Commits a second of this disk where every command has one of its own. */
function commitsASecond() {
  const file = join(folder, 'commits.sqlite');
  rmSync(file, { force: true });
  const db = new DatabaseSync(file);
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE record (position INTEGER PRIMARY KEY, body TEXT)',
  );
  const insert = db.prepare('INSERT INTO record (body) VALUES (?)');
  const body = 'x'.repeat(1_200);
  const began = performance.now();
  let commits = 0;
  for (; performance.now() - began < 2_000; commits += 1) insert.run(body);
  const rate = commits / ((performance.now() - began) / 1000);
  db.close();
  return rate;
}

const server = new BenchServer(env, PORT);
let first = 0;

/** Load by one key on a read, or on a command. */
async function load(spec) {
  const result = await measured('./load.mjs', { url: server.url, seconds: SECONDS, first, ...spec });
  if (result.failed > 0) throw new Error(`${result.failed} requests failed: ${JSON.stringify(spec)}`);
  first = result.last;
  return result;
}

async function commands(events) {
  const alone = commitsASecond();
  const noop = await load({ path: '/health/live', connections: 64 });
  figure(events, '(a) route that does nothing, 64 connections', noop.rate, 'a second');
  for (const connections of [1, 16, 64]) {
    const { rate, p50, p99 } = await load({ command: 'RaiseChange', key: server.keys.scheduler, connections });
    const which = `${connections} connection${connections > 1 ? 's' : ''}`;
    figure(events, `(a) commands, ${which}`, rate, 'a second', {
      limit: noop.rate,
      ...(connections === 64 ? { aim: 0.4 } : {}),
    });
    figure(events, `(a) commands, ${which}, p50`, p50, 'ms');
    figure(events, `(a) commands, ${which}, p99`, p99, 'ms', connections === 64 ? { aim: 50, better: 'less' } : {});
    if (connections === 64)
      figure(events, '(a) commands beside one commit a command', rate, 'a second', { limit: alone, aim: 4 });
  }
  return noop;
}

/** Commands a second of this server alone, with 64 connections, as measured last. */
const aloneOnSqlite = () => figures.findLast(({ what }) => what === '(a) commands, 64 connections').value;

async function reads(events, noop) {
  const { reporting } = server.keys;
  for (const [what, path] of [
    ['month', '/months/2090-06'],
    ['report', '/reports/change-performance?from=2089-01&to=2089-12'],
  ]) {
    const { rate, p99 } = await load({ path, key: reporting, connections: 64 });
    figure(events, `(d) ${what} read, 64 connections`, rate, 'a second', { limit: noop.rate, aim: 0.7 });
    figure(events, `(d) ${what} read, p99`, p99, 'ms');
  }
  // One instant for each import around the middle of the log: none has been asked for before.
  const middle = Math.floor(events / EVENTS_IN_A_COPY / 2);
  const instants = Array.from({ length: 10 }, (_, index) => hourAfter(middle - 5 + index)).filter(
    (instant) => instant >= hourAfter(0),
  );
  const times = [];
  for (const instant of instants) {
    const began = performance.now();
    await server.ask('GET', `/reports/change-performance?from=2019-01&to=2019-12&asOf=${instant}`, reporting);
    times.push(performance.now() - began);
  }
  figure(events, `(e) report as of the middle of the log, slowest of ${times.length}`, Math.max(...times), 'ms', {
    aim: 100,
    better: 'less',
  });
}

async function scheduleAMonth() {
  for (const day of ['02', '06', '10', '14', '18', '22'])
    await server.ask('POST', '/commands/ScheduleMaintenance', server.keys.scheduler, {
      start: `2090-06-${day}T20:00`,
      end: `2090-06-${day}T22:00`,
      activities: [
        {
          description: 'Work',
          serviceProvider: 'DSP',
          services: [{ service: 'self-service-interface', effect: 'disrupted' }],
        },
      ],
      riskToReturn: 'None known',
    });
}

/** @param hashes events a second whose hash alone can be computed */
async function verify(events, hashes) {
  const file = join(folder, `export-${events}.ndjson`);
  let began = performance.now();
  const told = await program(['dist/cli.js', 'export', file], env);
  const records = Number(/^([\d,]+) events/.exec(told)[1].replaceAll(',', ''));
  figure(events, 'export', records / ((performance.now() - began) / 1000), 'events a second');
  began = performance.now();
  await program(['dist/cli.js', 'verify', file], env);
  figure(events, 'verify an export', records / ((performance.now() - began) / 1000), 'events a second', {
    limit: hashes,
  });
  rmSync(file);
}

try {
  figure(0, 'start on an empty log until ready', await server.start(), 'ms', { aim: 1_500, better: 'less' });
  await server.stop();
  let copies = 0;
  for (const events of LENGTHS) {
    const before = copies;
    const began = performance.now();
    do {
      const file = join(folder, 'schedule.csv');
      await writeSchedule(file, copies, 1);
      await program(['dist/cli.js', 'import', file], { ...env, TEST_CLOCK: hourAfter(copies) });
      copies += 1;
    } while ((copies + 0.5) * EVENTS_IN_A_COPY < events);
    const rows = (copies - before) * ROWS_IN_A_COPY;
    figure(events, 'import of forward schedules', rows / ((performance.now() - began) / 1000), 'rows a second');
    const { records, scan, hashes, rebuild, memory } = await measured('./fold.mjs', undefined, env);
    figure(events, '(b) rebuild of all projections', records / rebuild, 'events a second', {
      limit: records / scan,
      aim: 0.5,
    });
    figure(events, '(f) memory of the rebuild', memory / 2 ** 20, 'MB', { aim: 400, better: 'less' });
    figure(events, 'log on the disk', statSync(join(env.DATA_DIR, 'log.sqlite')).size / records, 'bytes an event');
    figure(events, '(c) restart until ready', await server.start(), 'ms', { aim: 2_000, better: 'less' });
    if (!server.keys.scheduler) {
      await server.issueKeys('scheduler', 'reporting');
      await scheduleAMonth();
    }
    const noop = await commands(events);
    await reads(events, noop);
    figure(events, '(f) memory of the server', server.memory() / 2 ** 20, 'MB', { aim: 400, better: 'less' });
    await server.stop();
    await verify(events, records / hashes);
    if (events === STORE_LENGTH || LENGTHS.length === 1)
      await storeFigures({
        history: env.DATA_DIR,
        records,
        env: { TEST_CLOCK: NOW },
        seconds: SECONDS,
        alone: aloneOnSqlite(),
        figure: (...of) => figure(events, ...of),
      });
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.table(figures.map(({ reached, ...rest }) => ({ ...rest, ...(reached === undefined ? {} : { reached }) })));
mkdirSync('var', { recursive: true });
writeFileSync(
  'var/bench.json',
  `${JSON.stringify({ machine: `${cpus().length} × ${cpus()[0]?.model}`, node: process.version, figures }, null, 2)}\n`,
);
