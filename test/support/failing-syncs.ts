import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

const SYNCS = 'fsync,fdatasync';
/** Milliseconds after which a tracer that has not been refused is taken to trace. */
const NOT_REFUSED = 500;

/** Why `strace` cannot trace another process here; undefined where it can. */
export function whyNotTraced(): string | undefined {
  const traced = spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    // It ends by itself only where it may not.
    const { signal, error, stderr } = spawnSync('strace', ['-qq', '-e', 'trace=none', '-p', String(traced.pid)], {
      timeout: NOT_REFUSED,
      encoding: 'utf8',
    });
    return signal === null ? (error?.message ?? stderr.trim()) : undefined;
  } finally {
    traced.kill();
  }
}

/** Syncs that fail. */
export interface FailingSyncs {
  /** The disk is well again. Resolves too where the process is gone. */
  lift(): Promise<void>;
}

/**
 * Makes what a process syncs to the disk fail from now on (EIO), as a disk does that cannot be written any more.
 * @param which of each thread's: the `first` only, the first and then each `third`, or `all`
 */
export async function failSyncs(pid: number, which: 'first' | 'third' | 'all'): Promise<FailingSyncs> {
  const when = { first: '1', third: '1+3', all: '1+' }[which];
  const tracer = spawn(
    'strace',
    ['-f', '-e', `trace=${SYNCS}`, '-e', `inject=${SYNCS}:error=EIO:when=${when}`, '-p', String(pid)],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(tracer, 'close');
  let said = '';
  tracer.stderr.setEncoding('utf8');
  for await (const text of tracer.stderr.iterator({ destroyOnReturn: false })) {
    said += String(text);
    if (said.includes(' attached')) break;
  }
  if (!said.includes(' attached')) throw new Error(`strace: ${said}`);
  tracer.stderr.resume();
  return {
    lift: async () => {
      tracer.kill('SIGINT');
      await ended;
    },
  };
}
