import { parseArgs } from 'node:util';
import { removeTemporaryFolders } from '../support/temporary-folder.js';
import { playRound, type Round, type RoundOptions } from './round.js';
import { Cluster, Servers } from './servers.js';

/**
 * The checker by hand, for as long as is asked for: `npm run check:linearizability -- --minutes 60 --servers 3`. Each
 * round has a calendar and a seed of its own, one more than the round before. With KURRENTDB_URL the servers share that
 * cluster, otherwise a double of one with `--nodes`; `--fault-command` is run with `begin` and a number, and later with
 * `end` and that number, for what happens to a real cluster. `--workload months --months 1000 --at-once 8` counts the
 * months that end over their limits. Ends with 1 if there is a violation.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string' },
    store: { type: 'string', default: 'kurrentdb' },
    servers: { type: 'string', default: '2' },
    nodes: { type: 'string', default: '3' },
    /** `main.js` of another build. */
    program: { type: 'string' },
    clients: { type: 'string', default: '8' },
    /** Requests in a round. */
    requests: { type: 'string', default: '600' },
    /** How many of the requests are reads, from 0 to 1. */
    reads: { type: 'string' },
    /** Answers between two faults; 0: none. */
    'faults-every': { type: 'string', default: '40' },
    /** Milliseconds. */
    'longest-fault': { type: 'string', default: '3000' },
    /** Only faults of this name, as the table at the end has it. */
    fault: { type: 'string' },
    'fault-command': { type: 'string' },
    workload: { type: 'string', default: 'mixed' },
    months: { type: 'string', default: '100' },
    /** High Impact windows asked of each server at once, and Low Impact windows among them. */
    'at-once': { type: 'string', default: '8' },
    low: { type: 'string', default: '1' },
  },
});

/** Months in a round of `months`: then another calendar begins, so that the years do not run out. */
const MONTHS_IN_A_ROUND = 100;

const store = values.store === 'sqlite' ? 'sqlite' : 'kurrentdb';
const servers = store === 'sqlite' ? 1 : Number(values.servers);
const isMonths = values.workload === 'months';
const firstSeed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
const until = Date.now() + Number(values.minutes) * 60_000;
let monthsLeft = isMonths ? Number(values.months) : 0;

const options = (seed: number): RoundOptions => ({
  seed,
  requests: Number(values.requests),
  clients: Number(values.clients),
  reads: values.reads === undefined ? undefined : Number(values.reads),
  faults: {
    every: Number(values['faults-every']),
    longest: Number(values['longest-fault']),
    only: values.fault,
    command: values['fault-command'],
  },
  ...(isMonths
    ? {
        months: {
          count: Math.min(monthsLeft, MONTHS_IN_A_ROUND),
          high: Number(values['at-once']),
          low: Number(values.low),
        },
      }
    : {}),
});

const total = {
  rounds: 0,
  violations: 0,
  monthsOver: 0,
  longestWait: 0,
  outcomes: new Map<string, number>(),
  faults: new Map<string, number>(),
};
const add = (sums: Map<string, number>, more: ReadonlyMap<string, number>): void => {
  for (const [name, count] of more) sums.set(name, (sums.get(name) ?? 0) + count);
};
const say = (text: string): void => void process.stdout.write(`${text}\n`);

function count({ outcomes, faults, report, violations, longestWait, monthsOver }: Round): void {
  total.rounds += 1;
  total.violations += Math.max(violations.length, report.length > 0 ? 1 : 0);
  total.monthsOver += monthsOver.length;
  total.longestWait = Math.max(total.longestWait, longestWait);
  add(total.outcomes, outcomes);
  add(total.faults, faults);
  for (const text of report) say(text);
}

const table = (title: string, counts: ReadonlyMap<string, number>): string =>
  [
    `${title}:`,
    ...[...counts]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, times]) => `  ${String(times).padStart(8)}  ${name}`),
  ].join('\n');

const cluster = store === 'sqlite' ? undefined : await Cluster.start(Number(values.nodes));
for (let seed = firstSeed; isMonths ? monthsLeft > 0 : Date.now() < until; seed += 1) {
  const calendar = new Servers({ store, servers, program: values.program }, cluster);
  try {
    const began = performance.now();
    const round = await playRound(calendar, options(seed));
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    say(
      `seed ${seed}: ${round.history.invocations.length} requests, ${round.history.groups.length} recorded, ` +
        `${round.violations.length} violations, ${seconds} s`,
    );
    count(round);
  } finally {
    await calendar.stop();
    removeTemporaryFolders();
  }
  monthsLeft -= MONTHS_IN_A_ROUND;
}
await cluster?.stop();

say(table('answers', total.outcomes));
say(table('faults', total.faults));
if (isMonths) say(`months over their limits: ${total.monthsOver} of ${values.months}`);
say(`longest wait: ${(total.longestWait / 1_000).toFixed(1)} s`);
say(`violations: ${total.violations} in ${total.rounds} rounds from seed ${firstSeed}`);
process.exitCode = total.violations > 0 ? 1 : 0;
