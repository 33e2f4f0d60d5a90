import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROLES } from '../access/roles.js';
import { catalogue, STREAM_KINDS } from '../catalogue.js';
import { importForwardSchedule } from '../changes/import/import-forward-schedule.js';
import type { CommandPipeline } from '../commands/command-pipeline.js';
import { takeDataFolder } from '../event-store/sqlite/data-folder.js';
import { UnusableLog } from '../event-store/sqlite/open-database.js';
import { headNoteOf } from '../event-store/sqlite/head-note.js';
import { openSqliteEventStore } from '../event-store/sqlite/sqlite-event-store.js';
import { systemClock, type StandingClock } from '../operations/clock.js';
import { readConfiguration } from '../operations/configuration.js';
import { newApiKey } from '../register/api-key.js';
import { issueApiKey } from '../register/issue-api-key/issue-api-key.js';
import { openPipeline } from '../server.js';
import { DEMONSTRATORS, ISSUER, playQuarter } from './history.js';

/** A demonstration keeps its keys in the clear beside its log, so that a second run can print them again. */
const KEYS_FILE = 'demo-keys.json';

/** API keys by role. */
export type Keys = Readonly<Record<string, string>>;

/**
 * Fills the data folder with a demonstration where it is empty, and leaves a complete demonstration as it is. One that
 * was killed while it was filled is begun again. Returns the keys by role.
 * @throws UnusableLog where the folder holds a calendar that is no demonstration: it is left as it is
 */
export async function prepareDemonstration(env: Readonly<Record<string, string | undefined>>): Promise<Keys> {
  const configuration = readConfiguration(env);
  const file = join(configuration.dataDir, KEYS_FILE);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Keys;
  await clearUnfinished(configuration.dataDir);

  const now = configuration.testClock ?? systemClock.now();
  const opened = await openPipeline({ ...configuration, testClock: now });
  try {
    const { pipeline } = opened;
    // The history begins in the past; the clock is moved through it to the present.
    await playQuarter({ pipeline, clock: pipeline.clock as StandingClock }, now);
    await loadTrial(pipeline);
    const keys = await issueKeys(pipeline);
    // Whole or not at all: the file says that the demonstration is complete.
    writeFileSync(`${file}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
    return keys;
  } finally {
    await opened.close();
  }
}

/**
 * Removes what a demonstration that was never completed has recorded. Its log is known by its actors: a server gives
 * these ids to nobody, so a log in which anybody else has acted is a calendar in use, and is never touched.
 */
async function clearUnfinished(dataDir: string): Promise<void> {
  const folder = takeDataFolder(dataDir);
  try {
    if (!existsSync(folder.log)) return;
    const { store } = openSqliteEventStore(folder.log, catalogue(), STREAM_KINDS);
    try {
      for (const { actor } of store.read({}))
        if (!DEMONSTRATORS.includes(actor.id))
          throw new UnusableLog(
            `${dataDir} holds a calendar that is no demonstration: point DATA_DIR at an empty folder`,
          );
    } finally {
      await store.close();
    }
    for (const database of [folder.log, folder.persons, folder.projections])
      for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${database}${suffix}`, { force: true });
    rmSync(headNoteOf(folder.log), { force: true });
  } finally {
    folder.release();
  }
}

/** The trial's forward schedule: 3,986 changes, a synthetic history shaped to the figures of MP092. */
const TRIAL = new URL('./forward-schedule-2019-2020.csv', import.meta.url);

/** Takes in the trial's forward schedule, so that its figures can be read, and brings what answers up to date with it. */
async function loadTrial(pipeline: CommandPipeline): Promise<void> {
  await importForwardSchedule(pipeline, createReadStream(TRIAL) as AsyncIterable<Uint8Array>, {
    by: { actor: { ...ISSUER, role: 'scheduler' }, requestId: randomUUID() },
    rejected: ({ row, errors }) => {
      throw new Error(`row ${String(row)} of the trial's schedule: ${errors.join('; ')}`);
    },
  });
  await pipeline.projections.finish();
}

async function issueKeys(pipeline: CommandPipeline): Promise<Keys> {
  const keys: Record<string, string> = {};
  for (const role of ROLES) {
    const made = newApiKey();
    const people = pipeline.keys.forCommand();
    await pipeline.submit(
      issueApiKey,
      {
        ...made,
        name: people.seal(people.newPerson(), `demonstration ${role}`),
        roles: [role],
        serviceProvider: role === 'service-provider' ? 'DSP' : undefined,
      },
      { actor: ISSUER, requestId: randomUUID(), body: null, dryRun: false, people },
    );
    keys[role] = made.key;
  }
  return keys;
}
