import type { Command } from 'commander';
import { RunningRoot } from '../audit/running-root.js';
import { grouped } from '../audit/verify/words.js';
import type { Copied, CopyEnd, CopyListener, CopyTarget } from '../event-store/copy/copy-log.js';
import type { ClusterAddress } from '../event-store/kurrentdb/address.js';
import { ConfigurationError } from '../operations/configuration.js';
import { progressBar, type Progress } from './progress.js';

/** One end of a copy, as it is named on the command line. */
type Place = { readonly folder: string } | { readonly cluster: ClusterAddress };

/** Adds `copy`. */
export function registerCopy(program: Command): void {
  program
    .command('copy')
    .description(
      'copy the log from a data folder to a KurrentDB cluster, or back: the same ids, positions, times and hashes. ' +
        'An interrupted copy is gone on with, and at the end every record is compared',
    )
    .requiredOption('--from <place>', 'sqlite:FOLDER or kurrentdb://…; kurrentdb alone: KURRENTDB_URL')
    .requiredOption('--to <place>', 'the other of the two; with KURRENTDB_PREFIX, as for the servers')
    .action(copy);
}

async function copy(options: { readonly from: string; readonly to: string }): Promise<void> {
  const { urlProblem } = await import('../event-store/kurrentdb/address.js');
  const from = placeOf('--from', options.from, urlProblem);
  const to = placeOf('--to', options.to, urlProblem);
  if ('folder' in from === 'folder' in to)
    throw new ConfigurationError(
      'copy goes between a data folder and a cluster: one of --from and --to must begin with sqlite:, the other with kurrentdb:// (from folder to folder, use backup and restore)',
    );
  await using opened = new AsyncDisposableStack();
  const source = await openSource(from);
  opened.defer(() => source.close());
  const target = await openTarget(to);
  opened.defer(() => target.close());
  const { copyLog } = await import('../event-store/copy/copy-log.js');
  const root = new RunningRoot();
  const bars = new StepBars(root);
  try {
    tell(await copyLog(source, target, bars), source, target, root);
  } finally {
    bars.stop();
  }
}

/** @throws ConfigurationError that does not repeat what may be a password */
function placeOf(option: string, value: string, urlProblem: (url: string) => string | undefined): Place {
  const [, folder] = /^sqlite:(.*)$/.exec(value) ?? [];
  if (folder !== undefined) {
    if (folder === '') throw new ConfigurationError(`${option} names no folder: write sqlite:FOLDER`);
    return { folder };
  }
  const url = value === 'kurrentdb' ? process.env.KURRENTDB_URL : value;
  if (url === undefined || url === '')
    throw new ConfigurationError(`${option} is kurrentdb, but KURRENTDB_URL is not set`);
  const problem = urlProblem(url);
  if (problem !== undefined)
    throw new ConfigurationError(
      `${value === 'kurrentdb' ? 'KURRENTDB_URL' : option} ${problem}; or, for a data folder, write sqlite:FOLDER`,
    );
  return { cluster: { url, prefix: process.env.KURRENTDB_PREFIX ?? '' } };
}

async function openSource(place: Place): Promise<CopyEnd> {
  if ('cluster' in place) return openCluster(place.cluster);
  const { sqliteSource } = await import('../event-store/copy/sqlite-end.js');
  const { catalogue } = await import('../catalogue.js');
  return sqliteSource(place.folder, catalogue());
}

async function openTarget(place: Place): Promise<CopyTarget> {
  if ('cluster' in place) return openCluster(place.cluster);
  const { sqliteTarget } = await import('../event-store/copy/sqlite-end.js');
  const { catalogue, STREAM_KINDS } = await import('../catalogue.js');
  return sqliteTarget(place.folder, catalogue(), STREAM_KINDS);
}

async function openCluster(address: ClusterAddress): Promise<CopyTarget> {
  const { clusterEnd } = await import('../event-store/copy/cluster-end.js');
  return clusterEnd(address);
}

/** A bar for each step, one after the other. */
class StepBars implements CopyListener {
  #step: string | undefined;
  #bar: Progress | undefined;

  constructor(private readonly root: RunningRoot) {}

  progress(step: string, done: number, all: number): void {
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

function tell({ records, resumedAfter, hash }: Copied, source: CopyEnd, target: CopyEnd, root: RunningRoot): void {
  const resumed = resumedAfter > 0 ? `, ${grouped(resumedAfter)} of which were there already` : '';
  process.stdout.write(
    [
      `${grouped(records)} records of ${source.place} are in ${target.place}${resumed}.`,
      ...(hash === null
        ? []
        : [`Every record is the same at both ends: newest hash ${hash}, Merkle root ${root.root()}.`]),
      'What is recorded at the source from now on is not in the copy: run this again for that, with no server on either.',
      '',
    ].join('\n'),
  );
}
