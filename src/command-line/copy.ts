import type { Command } from 'commander';
import { RunningRoot } from '../audit/running-root.js';
import { grouped } from '../audit/verify/words.js';
import type { CopyEnd, CopyListener, CopyStep, CopyTarget } from '../event-store/copy/copy-log.js';
import type { ClusterAddress } from '../event-store/kurrentdb/address.js';
import { ConfigurationError, readConfiguration } from '../operations/configuration.js';
import { progressBar, type Progress } from './progress.js';

/** One end of a copy, as it is named on the command line. */
type Place = { readonly folder: string } | { readonly cluster: ClusterAddress };

/** Adds `copy`. */
export function registerCopy(program: Command): void {
  program
    .command('copy')
    .description(
      'copy the log and the keys of persons from a data folder to a KurrentDB cluster, or back: the same ids, positions, ' +
        'times and hashes. An interrupted copy is gone on with, and at the end every record is compared',
    )
    .requiredOption('--from <place>', 'sqlite:FOLDER, or kurrentdb://…; kurrentdb alone stands for KURRENTDB_URL')
    .requiredOption('--to <place>', 'the other of the two. The stream on the cluster is the one of KURRENTDB_PREFIX')
    .action(copy);
}

async function copy(options: { readonly from: string; readonly to: string }): Promise<void> {
  const from = placeOf('--from', options.from);
  const to = placeOf('--to', options.to);
  const [{ catalogue, STREAM_KINDS }, { clusterEnd }, { sqliteSource, sqliteTarget }, { CopiedKeys }] =
    await Promise.all([
      import('../catalogue.js'),
      import('../event-store/copy/cluster-end.js'),
      import('../event-store/copy/sqlite-end.js'),
      import('./copy-keys.js'),
    ]);
  const facts = catalogue();
  await using opened = new AsyncDisposableStack();
  const closed = <End extends { close(): Promise<void> }>(end: End): End => {
    opened.defer(() => end.close());
    return end;
  };
  if ('folder' in from && 'cluster' in to) {
    const source = closed(sqliteSource(from.folder, facts));
    const target = closed(await clusterEnd(to.cluster));
    const keys = closed(new CopiedKeys(to.cluster, from.folder, facts));
    let said = '';
    // First, so that a server that follows the stream can read whoever is named on it.
    await copyLogBetween(source, target, async () => void (said = await keys.toCluster()));
    process.stdout.write(`${said}\n`);
  } else if ('cluster' in from && 'folder' in to) {
    const source = closed(await clusterEnd(from.cluster));
    const target = closed(sqliteTarget(to.folder, facts, STREAM_KINDS));
    await copyLogBetween(source, target, () => Promise.resolve());
    // Last: a server does not start on a log without them, so it starts on no log that is not whole.
    const keys = closed(new CopiedKeys(from.cluster, to.folder, facts));
    process.stdout.write(`${await keys.toFolder()}\n`);
  } else
    throw new ConfigurationError(
      'copy goes between a data folder and a cluster: one of --from and --to must begin with sqlite:, the other with kurrentdb:// (from folder to folder, use backup and restore)',
    );
  process.stdout.write(
    'The key that signs tree heads is not copied. What is recorded at the source from now on is not\n',
  );
  process.stdout.write('in the copy: run this again for that, once no server writes there any more.\n');
}

/** @throws ConfigurationError that does not repeat what may be a password */
function placeOf(option: string, value: string): Place {
  const [, folder] = /^sqlite:(.*)$/.exec(value) ?? [];
  if (folder === '') throw new ConfigurationError(`${option} names no folder: write sqlite:FOLDER`);
  if (folder !== undefined) return { folder };
  const { KURRENTDB_URL, KURRENTDB_PREFIX } = process.env;
  try {
    const { cluster } = readConfiguration({
      EVENT_STORE: 'kurrentdb',
      KURRENTDB_URL: value === 'kurrentdb' ? KURRENTDB_URL : value,
      KURRENTDB_PREFIX,
    });
    if (cluster) return { cluster };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(
      `${option} is neither sqlite:FOLDER nor a cluster that can be used: ${value === 'kurrentdb' ? error.message : error.message.replace('KURRENTDB_URL', 'it')}`,
    );
  }
  throw new Error('a cluster that was configured is missing');
}

/** Copies, with a bar for each step, and says what came of it. */
async function copyLogBetween(source: CopyEnd, target: CopyTarget, admitted: () => Promise<void>): Promise<void> {
  const { copyLog } = await import('../event-store/copy/copy-log.js');
  const root = new RunningRoot();
  const bars = new StepBars(root, admitted);
  try {
    const { records, resumedAfter, hash } = await copyLog(source, target, bars);
    bars.stop();
    const resumed = resumedAfter > 0 ? `, ${grouped(resumedAfter)} of which were there already` : '';
    process.stdout.write(`${grouped(records)} records of ${source.place} are in ${target.place}${resumed}.\n`);
    if (hash !== null)
      process.stdout.write(`Every record is the same at both ends: newest hash ${hash}, Merkle root ${root.root()}.\n`);
  } finally {
    bars.stop();
  }
}

/** A bar for each step, one after the other. */
class StepBars implements CopyListener {
  #step: CopyStep | undefined;
  #bar: Progress | undefined;

  constructor(
    private readonly root: RunningRoot,
    readonly admitted: () => Promise<void>,
  ) {}

  progress(step: CopyStep, done: number, all: number): void {
    if (step !== this.#step) {
      this.#bar?.stop();
      this.#bar = progressBar(step, 'records');
      this.#step = step;
    }
    this.#bar?.update(done, all);
  }

  verified(hash: string): void {
    this.root.add(hash);
  }

  stop(): void {
    this.#bar?.stop();
  }
}
