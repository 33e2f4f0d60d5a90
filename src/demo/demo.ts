import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROLES } from '../access/roles.js';
import { importForwardSchedule } from '../changes/import/import-forward-schedule.js';
import type { CommandPipeline } from '../commands/command-pipeline.js';
import { UnusableLog } from '../event-store/sqlite/open-database.js';
import { systemClock, type StandingClock } from '../operations/clock.js';
import { ConfigurationError, readConfiguration } from '../operations/configuration.js';
import { newApiKey } from '../register/api-key.js';
import { issueApiKey } from '../register/issue-api-key/issue-api-key.js';
import { localDate, monthOf } from '../rulebook/local-time.js';
import { openPipeline, startServer } from '../server.js';
import { playQuarter } from './history.js';

/** A demonstration keeps its keys in the clear beside its log, so that a second run can print them again. */
const KEYS_FILE = 'demo-keys.json';
type Keys = Readonly<Record<string, string>>;

/** Fills an empty data folder; leaves any other as it is. Returns the keys by role. */
async function prepare(dataDir: string, env: NodeJS.ProcessEnv): Promise<Keys> {
  const now = env.TEST_CLOCK ?? systemClock.now();
  const opened = openPipeline({ ...readConfiguration(env), testClock: now });
  try {
    const { pipeline } = opened;
    const file = join(dataDir, KEYS_FILE);
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Keys;
    if (pipeline.store.head() > 0)
      throw new UnusableLog(`${dataDir} holds a calendar that is no demonstration: point DATA_DIR at an empty folder`);
    // The history begins in the past; the clock is moved through it to the present.
    await playQuarter({ pipeline, clock: pipeline.clock as StandingClock }, now);
    await loadTrial(pipeline);
    const keys = await issueKeys(pipeline);
    writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
    return keys;
  } finally {
    await opened.close();
  }
}

/** The trial's forward schedule: 3,986 changes, a synthetic history shaped to the figures of MP092. */
const TRIAL = new URL('./forward-schedule-2019-2020.csv', import.meta.url);

/** Takes in the trial's forward schedule, so that its figures can be read, and brings what answers up to date with it. */
async function loadTrial(pipeline: CommandPipeline): Promise<void> {
  await importForwardSchedule(pipeline, createReadStream(TRIAL) as AsyncIterable<Uint8Array>, {
    by: { actor: { id: 'demo', role: 'scheduler' }, requestId: randomUUID() },
    rejected: ({ row, errors }) => {
      throw new Error(`row ${String(row)} of the trial's schedule: ${errors.join('; ')}`);
    },
  });
  while (pipeline.projections.work()) continue;
}

async function issueKeys(pipeline: CommandPipeline): Promise<Keys> {
  const keys: Record<string, string> = {};
  for (const role of ROLES) {
    const made = newApiKey();
    await pipeline.submit(
      issueApiKey,
      {
        ...made,
        name: pipeline.keys.seal(pipeline.keys.newPerson(), `demonstration ${role}`),
        roles: [role],
        serviceProvider: role === 'service-provider' ? 'DSP' : undefined,
      },
      { actor: { id: 'demo', role: 'admin' }, requestId: randomUUID(), body: null, dryRun: false },
    );
    keys[role] = made.key;
  }
  return keys;
}

/** Commands worth pasting: a month, a refusal with its suggestions, a dry run, and the history. */
function lines(url: string, keys: Keys): string {
  const month = monthOf(systemClock.now());
  const tonight = localDate(systemClock.now());
  const body = JSON.stringify({
    start: `${tonight}T22:00`,
    end: `${tonight}T23:00`,
    activities: [
      {
        description: 'Deploy a fix',
        serviceProvider: 'DSP',
        services: [{ service: 'self-service-interface', effect: 'disrupted' }],
      },
    ],
    riskToReturn: 'None known',
  });
  return [
    `curl -s -H 'Authorization: Bearer ${keys.reporting ?? ''}' ${url}/months/${month}`,
    `curl -s -H 'Authorization: Bearer ${keys.reporting ?? ''}' ${url}/months/${month}/versions`,
    `curl -s -H 'Authorization: Bearer ${keys.scheduler ?? ''}' -H 'Content-Type: application/json' -d '${body}' '${url}/commands/AddLowImpactWindow?dryRun=true'`,
    `curl -s -H 'Authorization: Bearer ${keys.party ?? ''}' '${url}/changes?month=2020-05&status=closed&limit=5'`,
    `curl -s -H 'Authorization: Bearer ${keys.auditor ?? ''}' '${url}/events?stream=month-${month}'`,
  ].join('\n\n');
}

try {
  const env = { LOG_LEVEL: 'warn', ...process.env };
  const configuration = readConfiguration(env);
  const keys = await prepare(configuration.dataDir, env);
  const server = await startServer(configuration);
  process.stdout.write(
    [
      '',
      `The maintenance calendar runs at ${server.url} with a demonstration quarter and the trial's forward schedule (data in ${configuration.dataDir}).`,
      '',
      'Keys by role:',
      ...Object.entries(keys).map(([role, key]) => `  ${role.padEnd(16)} ${key}`),
      '',
      'Worth pasting into another terminal: this month, its issues, a refusal that says what would be lawful, changes of the trial, the history:',
      '',
      lines(server.url, keys),
      '',
      'Stop with Ctrl-C; a second run keeps the data.',
      '',
    ].join('\n'),
  );
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void server.close().then(() => process.exit(0)));
} catch (error) {
  if (!(error instanceof ConfigurationError || error instanceof UnusableLog)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
