import { SingleBar } from 'cli-progress';

/** A bar on standard error that says how far something is, and is gone when it is done. */
export interface Progress {
  update(done: number, all?: number): void;
  stop(): void;
}

/** @param what `exporting`; @param unit `events`, or nothing where the numbers would not help */
export function progressBar(what: string, unit?: string): Progress {
  const counts = unit === undefined ? '' : ` | {value} of {total} ${unit}`;
  const bar = new SingleBar({
    format: `${what} {bar} {percentage}%${counts}`,
    clearOnComplete: true,
    noTTYOutput: false,
  });
  let started = false;
  return {
    update: (done, all) => {
      if (!started) bar.start(all ?? 1, done);
      else if (all !== undefined) bar.setTotal(all);
      started = true;
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
}
