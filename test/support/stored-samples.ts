import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogRecord } from '../../src/event-store/event-store.js';
import type { FactCatalogue } from '../../src/event-store/facts.js';

/** Data of one version of a fact as they once stood on a log, and what they are read as today. */
export interface Sample {
  readonly type: string;
  readonly version: number;
  readonly data: LogRecord['data'];
  readonly current: LogRecord['data'];
}

/** The samples of a folder: `<type>.<version>.json`, each with `data` and, for an older version, `current`. */
export const storedSamples = (folder: string): Sample[] =>
  readdirSync(folder)
    .sort()
    .map((name) => {
      const [type = '', version = ''] = name.split('.');
      const sample = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        data: Sample['data'];
        current?: Sample['data'];
      };
      return { type, version: Number(version), data: sample.data, current: sample.current ?? sample.data };
    });

/** Names of the samples that a catalogue's versions want and a folder has not. */
export function missingSamples(catalogue: FactCatalogue, folder: string): string[] {
  const present = new Set(readdirSync(folder));
  return catalogue
    .definitions()
    .flatMap(({ type, version }) => Array.from({ length: version }, (_, index) => `${type}.${index + 1}.json`))
    .filter((name) => !present.has(name));
}
