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

/**
 * The samples of a folder: `<type>.<version>.json` and, where one is not enough, `<type>.<version>.<which>.json`; each
 * with `data` and, for an older version, `current`.
 */
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

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/**
 * Optional fields of the newest versions that no sample has, as `<type> <path>`. A shape that several types share (a
 * finding, an activity) needs each of its optional fields once, in whichever type.
 */
export function optionalFieldsWithoutSample(catalogue: FactCatalogue, samples: readonly Sample[]): string[] {
  const wanted = new Map<Schema, Map<string, string>>();
  const want = (schema: Schema, path: string): void => {
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      if (!schema.required?.includes(name))
        wanted.set(schema, (wanted.get(schema) ?? new Map<string, string>()).set(name, `${path}/${name}`));
      want(field, `${path}/${name}`);
    }
    if (schema.items) want(schema.items, `${path}/*`);
    for (const one of schema.anyOf ?? []) want(one, path);
  };
  const see = (schema: Schema, data: unknown): void => {
    if (Array.isArray(data)) for (const one of data as unknown[]) if (schema.items) see(schema.items, one);
    for (const one of schema.anyOf ?? []) see(one, data);
    if (typeof data !== 'object' || data === null || Array.isArray(data)) return;
    for (const [name, value] of Object.entries(data)) {
      wanted.get(schema)?.delete(name);
      const field = schema.properties?.[name];
      if (field) see(field, value);
    }
  };
  for (const { type, schema } of catalogue.definitions()) want(schema, type);
  for (const { type, current } of samples)
    see(catalogue.definitions().find((one) => one.type === type)?.schema ?? {}, current);
  return [...wanted.values()].flatMap((fields) => [...fields.values()]);
}
