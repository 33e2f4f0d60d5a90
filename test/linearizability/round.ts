import { check, replay, type Violation } from './check.js';
import type { Command } from './commands.js';
import { Faults, type FaultsOptions } from './faults.js';
import { finalLog } from './final-log.js';
import { groupsOf, type History, type Invocation, type Request } from './history.js';
import type { Dialect } from './state.js';
import { monthsOver, requestsFor, type MonthRequests } from './months.js';
import { Random } from './random.js';
import { Recorder, type Keys } from './recorder.js';
import type { Servers } from './servers.js';
import { shrink } from './shrink.js';
import { tableOf } from './table.js';
import { Workload } from './workload.js';

/** How one round is played. */
export interface RoundOptions {
  readonly seed: number;
  /** Requests, about. */
  readonly requests: number;
  readonly clients: number;
  /** How many of the requests are reads, from 0 to 1. */
  readonly reads?: number | undefined;
  readonly faults: FaultsOptions;
  /** Instead of commands of all kinds: so many months, and for each these requests at once. */
  readonly months?: ({ readonly count: number } & MonthRequests) | undefined;
}

/** What came of a round. */
export interface Round {
  readonly history: History;
  readonly violations: readonly Violation[];
  /** Violations with the smallest history that shows each, and what is wrong with the log as a file. */
  readonly report: readonly string[];
  /** How often each kind of answer came. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<string, number>;
  /** Milliseconds. */
  readonly longestWait: number;
  /** Months that end with more than H8.3 allows without the Panel's agreement. */
  readonly monthsOver: readonly string[];
}

/** How many violations are told with their history: the first is mostly the cause of the others. */
const TOLD = 3;

/** Facts that no command of the history records: the clients' keys, and what the server notes of refusals. */
const BESIDE: readonly string[] = ['ApiKeyIssued', 'CommandRefused', 'RefusalsNotKept'];

/** Months of the commands before and after the workload, which nothing else touches. */
const ASIDE = '2028-03';
const LAST = '2028-07';

/** Starts the servers, lets clients and faults at them, and checks what they did. */
export async function playRound(servers: Servers, options: RoundOptions): Promise<Round> {
  const random = new Random(options.seed);
  for (const index of servers.all.keys()) await servers.start(index);
  const issuing = servers.at(0);
  const [scheduler, panel, auditor] = await Promise.all(
    ['scheduler', 'panel', 'auditor'].map((role) => issuing.keyOf(role)),
  );
  const keys: Keys = { scheduler: scheduler ?? '', panel: panel ?? '' };
  const recorder = new Recorder(servers, keys);
  const workload = new Workload(options.reads);
  const dialect = await dialectOf(recorder, workload);

  const faults = new Faults(servers, random.branch(), options.faults);
  const parties = { servers, recorder, workload, faults };
  if (options.months) await playMonths(parties, options.months, random.branch());
  else
    await Promise.all(
      Array.from({ length: options.clients }, (_, client) =>
        new Client(client, parties, random.branch()).work(options.requests),
      ),
    );
  await faults.stop();
  const position = await settle(servers, recorder, workload);
  const log = await finalLog(servers, `Bearer ${auditor ?? ''}`, position);
  await servers.stop();

  const { invocations } = recorder;
  const groups = groupsOf(log.records.filter(({ type }) => !BESIDE.includes(type)));
  const history = { invocations, groups };
  const violations = check(history, dialect);
  return {
    history,
    violations,
    report: [
      ...log.faults,
      ...violations.slice(0, TOLD).map((one) => tableOf(shrink(history, one, dialect), one)),
      ...(violations.length > TOLD ? [`and ${violations.length - TOLD} more`] : []),
    ],
    outcomes: countOf(invocations.map(outcomeOf)),
    faults: faults.counts,
    monthsOver: monthsOver(replay(history, dialect)),
    longestWait: Math.max(...invocations.map(({ invoked, answered }) => answered - invoked)),
  };
}

/** What those share who send. */
interface Parties {
  readonly servers: Servers;
  readonly recorder: Recorder;
  readonly workload: Workload;
  readonly faults: Faults;
}

async function send(
  { servers, recorder, workload, faults }: Parties,
  client: number,
  to: number,
  request: Request,
): Promise<void> {
  const invocation = await recorder.invoke(client, await servers.near(to), request);
  workload.learn(invocation, invocation.told);
  faults.answered();
}

/** One client: sends, waits for what comes back, sends again. */
class Client {
  constructor(
    private readonly number: number,
    private readonly parties: Parties,
    private readonly random: Random,
  ) {}

  async work(requests: number): Promise<void> {
    const { recorder, servers, workload } = this.parties;
    while (recorder.invocations.length < requests) {
      const first = servers.any(this.random);
      const next = workload.next(this.random);
      await Promise.all(next.map((request, index) => send(this.parties, this.number, first + index, request)));
    }
  }
}

/** Month after month, all that is asked for one at once. */
async function playMonths(
  parties: Parties,
  { count, ...requests }: { readonly count: number } & MonthRequests,
  random: Random,
): Promise<void> {
  for (let month = 0; month < count; month += 1) {
    const all = requestsFor(month, parties.servers.all.length, requests, random);
    await Promise.all(all.map(({ server, request }, client) => send(parties, client, server, request)));
  }
}

/** Asks the first server, while nobody else does, in what it differs from others that are as right. */
async function dialectOf(recorder: Recorder, workload: Workload): Promise<Dialect> {
  const answers: Invocation['answer'][] = [];
  const window = { start: `${ASIDE}-10T22:00:00Z`, end: `${ASIDE}-10T23:00:00Z` };
  const commands: Command[] = [
    { name: 'ScheduleMaintenance', maintenanceId: 'first', impact: 'Low', ...window },
    { name: 'PublishMonthlySchedule', month: ASIDE },
    { name: 'RequestReschedule', maintenanceId: 'first' },
    { name: 'RequestReschedule', maintenanceId: 'first' },
  ];
  for (const command of commands)
    answers.push((await recorder.invoke(-1, 0, { is: 'command', command, token: workload.token() })).answer);
  return { oneOpenRequest: answers.at(-1)?.is === 'refused' };
}

/** Has every server record one more command, behind all that it still holds. Resolves to the newest position. */
async function settle(servers: Servers, recorder: Recorder, workload: Workload): Promise<number> {
  const positions: number[] = [];
  for (const index of servers.all.keys()) {
    const start = `${LAST}-${10 + index}T22:00:00Z`;
    const end = `${LAST}-${10 + index}T23:00:00Z`;
    const maintenanceId = `last-of-${index}`;
    const command: Command = { name: 'ScheduleMaintenance', maintenanceId, impact: 'Low', start, end };
    const request = { is: 'command', command, token: workload.token(), key: maintenanceId } as const;
    const newest = await servers.until(index, async () => {
      const { answer } = await recorder.invoke(-1, index, request);
      return answer.is === 'accepted' ? Math.max(...answer.positions) : undefined;
    });
    // The record of the key follows the answer's facts.
    positions.push(newest + 1);
  }
  return Math.max(...positions);
}

function outcomeOf({ request, answer }: Invocation): string {
  const what = request.is === 'read' ? 'read' : 'command';
  switch (answer.is) {
    case 'accepted':
      return `${what} 201`;
    case 'would-accept':
      return 'dry run 200';
    case 'refused':
      return `${what} ${answer.status} ${answer.rule ?? answer.code}`;
    case 'not-recorded':
      return `${what} not recorded: ${answer.code}`;
    case 'read':
      return 'read 200';
    case 'unknown':
      return `${what} unknown: ${answer.why}`;
  }
}

/** How often each stands in a list. */
export const countOf = (items: readonly string[]): ReadonlyMap<string, number> =>
  new Map([...Map.groupBy(items, (item) => item)].map(([item, all]) => [item, all.length]));
