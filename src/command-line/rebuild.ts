import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Projections } from '../event-store/projections.js';
import type { Generation, TableStore } from '../event-store/sqlite/table-store.js';
import { ConfigurationError, readConfiguration, type Configuration } from '../operations/configuration.js';
import { beFrugal } from '../operations/frugal.js';
import { progressBar, type Progress } from './progress.js';

/** Exit code of a program that was interrupted (128 and the number of SIGINT). */
const INTERRUPTED = 130;
/** Milliseconds between two looks at how far a server is. */
const LOOK_EVERY = 200;
/** Milliseconds without any progress after which a server is not waited for any more. */
const MOST_STILL = 30_000;

/** Adds `rebuild`. */
export function registerRebuild(program: Command): void {
  program
    .command('rebuild')
    .description(
      'make a projection, or all of them, again from the log, beside what answers until the new one has caught up. ' +
        'Where a server runs, it does the work and goes on answering. An interrupted rebuild is gone on with',
    )
    .argument('[name]', 'the projection, as /health/ready names it; all of them where it is left out')
    .action(rebuild);
}

async function rebuild(name?: string): Promise<void> {
  const configuration = readConfiguration(process.env);
  const { PROJECTIONS } = await import('../catalogue.js');
  const known = PROJECTIONS.map((projection) => projection.name);
  if (name !== undefined && !known.includes(name))
    throw new ConfigurationError(`there is no projection ${name}: there are ${known.join(', ')}`);
  const names = name === undefined ? known : [name];
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const bar = progressBar('rebuilding', 'records');
  try {
    await rebuildHere(configuration, names, bar, interrupted.signal);
  } catch (error) {
    const { DataFolderInUse } = await import('../event-store/sqlite/data-folder.js');
    if (!(error instanceof DataFolderInUse)) throw error;
    await rebuildThere(configuration.dataDir, names, bar, interrupted.signal);
  } finally {
    bar.stop();
  }
}

/** Builds in this process. @throws DataFolderInUse where another process holds the data folder */
async function rebuildHere(
  configuration: Configuration,
  names: readonly string[],
  bar: Progress,
  interrupted: AbortSignal,
): Promise<void> {
  beFrugal();
  const { openPipeline } = await import('../server.js');
  const opened = await openPipeline(configuration);
  try {
    const { projections, store } = opened.pipeline;
    for (const name of names) projections.rebuild(name);
    const all = names.length * store.head();
    while (!interrupted.aborted && projections.work() && projections.failure === undefined) {
      bar.update(all - missing(projections), all);
      await setImmediate();
    }
    bar.stop();
    tellStopped(projections);
    if (missing(projections) === 0) tellDone(names);
    else if (projections.failure !== undefined) process.stderr.write(`${projections.failure}\n`);
    else process.stderr.write('interrupted: run it again to go on where it was\n');
    if (missing(projections) > 0) process.exitCode = interrupted.aborted ? INTERRUPTED : 1;
  } finally {
    await opened.close();
  }
}

/** Records that are still to be taken in by what is being built. */
const missing = (projections: Projections): number =>
  projections.status().reduce((sum, { state, lag }) => (state === 'live' ? sum : sum + lag), 0);

function tellStopped(projections: Projections): void {
  for (const { state, reason } of projections.status())
    if (state === 'stopped' && reason !== null) process.stderr.write(`${reason}\n`);
}

/** Has the server that holds the data folder build, and looks on. */
async function rebuildThere(
  dataDir: string,
  names: readonly string[],
  bar: Progress,
  interrupted: AbortSignal,
): Promise<void> {
  const { dataFolderFiles } = await import('../event-store/sqlite/data-folder.js');
  const { TableStore } = await import('../event-store/sqlite/table-store.js');
  const tables = new TableStore(dataFolderFiles(dataDir).projections, false, true);
  try {
    const asked = await ask(tables, names);
    let before = -1;
    for (let still = 0; still < MOST_STILL && !interrupted.aborted; still += LOOK_EVERY) {
      const { builds, answering } = howFar(tables, asked);
      const done = builds.reduce((sum, { checkpoint }) => sum + checkpoint, 0);
      if (done > before) still = 0;
      before = done;
      bar.update(Math.min(done, answering), answering);
      if (builds.every(({ status }) => status !== 'building')) {
        bar.stop();
        if (builds.filter(({ status }) => status === 'live').length === asked.length) tellDone(names);
        else {
          process.stderr.write('the server did not build all of it: it is of another version of this program\n');
          process.exitCode = 1;
        }
        return;
      }
      await setTimeout(LOOK_EVERY);
    }
    bar.stop();
    process.stderr.write(
      interrupted.aborted
        ? 'not waited for: the server goes on with it\n'
        : 'the server does not come forward with it: GET /health/ready tells why\n',
    );
    process.exitCode = interrupted.aborted ? INTERRUPTED : 1;
  } finally {
    await tables.close();
  }
}

/** Asks for a build of each; of one that is being built already, that build is looked at. */
async function ask(tables: TableStore, names: readonly string[]): Promise<readonly number[]> {
  const { PROJECTIONS } = await import('../catalogue.js');
  const { EPOCH_SIZE } = await import('../event-store/projections.js');
  const stored = tables.generations();
  return PROJECTIONS.filter(({ name }) => names.includes(name)).map(({ name, version }) => {
    const underWay = stored.find((one) => one.name === name && one.status === 'building');
    return (underWay ?? tables.create(name, version, EPOCH_SIZE)).id;
  });
}

interface HowFar {
  readonly builds: readonly Generation[];
  /** How many records what answers has taken in, of all that are being built. */
  readonly answering: number;
}

function howFar(tables: TableStore, asked: readonly number[]): HowFar {
  const stored = tables.generations();
  const builds = stored.filter(({ id }) => asked.includes(id));
  const answering = builds.map(({ name, checkpoint }) =>
    Math.max(checkpoint, ...stored.filter((one) => one.name === name).map((one) => one.checkpoint)),
  );
  return { builds, answering: answering.reduce((sum, one) => sum + one, 0) };
}

function tellDone(names: readonly string[]): void {
  process.stdout.write(`${names.join(', ')}: made again from the log\n`);
}
