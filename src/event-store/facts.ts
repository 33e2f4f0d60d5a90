import { Compile, type Validator } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import type { Static, TSchema } from 'typebox';
import type { LogRecord, NewRecord } from './event-store.js';

/** Data of one older version of an event type, and how they become those of the next version. */
export interface Upcast {
  readonly schema: TSchema;
  up(data: object): object;
}

/** What may be said of an event type besides its schema. */
export interface FactOptions<Data> {
  /** Names that such a fact claims for ever (`maintenance/H1`): a second claim of one is refused by the log. */
  readonly claims?: (data: Data) => readonly string[];
  /** Every older version ever written, by number, each with the step to the next. */
  readonly upcasts?: Readonly<Record<number, Upcast>>;
}

/** An event type: its name, its newest version, and the shape of its data. */
export interface FactDefinition<Type extends string = string, Schema extends TSchema = TSchema> {
  readonly type: Type;
  readonly version: number;
  readonly schema: Schema;
  readonly options: FactOptions<Static<Schema>>;
  /** The fact with these data, at the newest version. */
  of(data: Static<Schema>): { readonly type: Type; readonly version: number; readonly data: Static<Schema> & object };
}

/** Defines an event type. Facts are for ever: a changed shape is a new version with an upcast from the old one. */
export function fact<const Type extends string, Schema extends TSchema>(
  type: Type,
  version: number,
  schema: Schema,
  options: FactOptions<Static<Schema>> = {},
): FactDefinition<Type, Schema> {
  return { type, version, schema, options, of: (data) => ({ type, version, data: data }) };
}

/** The plain data of a fact, as unions of them are written. */
export type FactOf<Definition> =
  Definition extends FactDefinition<infer Type, infer Schema>
    ? { readonly type: Type; readonly data: Static<Schema> }
    : never;

/** Data that do not fit their type. The message names the type, the version and what is wrong where. */
export class InvalidEvent extends Error {
  override readonly name = 'InvalidEvent';
}

/** A type or version that this program does not know. Never skipped. */
export class UnknownEvent extends Error {
  override readonly name = 'UnknownEvent';
}

/** Data of a fact, and what they are data of. */
type Versioned = Pick<NewRecord, 'type' | 'version' | 'data'>;

interface Known {
  readonly definition: FactDefinition;
  /** Checks by version, each compiled when first needed. */
  readonly validators: Map<number, Validator>;
}

/** Every event type that the program knows: validates on the way in and out, and upcasts. */
export class FactCatalogue {
  readonly #known = new Map<string, Known>();

  constructor(definitions: Iterable<FactDefinition>) {
    for (const definition of definitions) {
      if (this.#known.has(definition.type)) throw new Error(`the event type ${definition.type} is defined twice`);
      for (let version = 1; version < definition.version; version += 1)
        if (!definition.options.upcasts?.[version])
          throw new Error(`the event type ${definition.type} has no upcast from version ${String(version)}`);
      this.#known.set(definition.type, { definition, validators: new Map() });
    }
  }

  /** The names of all types, in the order in which they were given. */
  types(): string[] {
    return [...this.#known.keys()];
  }

  /** All definitions. */
  definitions(): FactDefinition[] {
    return [...this.#known.values()].map(({ definition }) => definition);
  }

  /**
   * Checks data against their type and version. Unknown fields are left as they are.
   * @throws UnknownEvent, InvalidEvent
   */
  check(type: string, version: number, data: unknown): void {
    const known = this.#of(type);
    const validator = this.#validator(known, version);
    if (validator.Check(data)) return;
    const wrong = validator.Errors(data).flatMap(faultsOf).join('; ');
    throw new InvalidEvent(`${type} version ${String(version)}: ${wrong}`);
  }

  /** The record with its data at the newest version; checked, and otherwise as it stands on the log. */
  current(record: LogRecord): LogRecord {
    this.check(record.type, record.version, record.data);
    const { definition } = this.#of(record.type);
    if (record.version === definition.version) return record;
    const data = upcast(definition, record);
    this.check(record.type, definition.version, data);
    return { ...record, version: definition.version, data: data as LogRecord['data'] };
  }

  /** Whether this program knows the type at that version. */
  knows(type: string, version: number): boolean {
    const definition = this.#known.get(type)?.definition;
    return version === definition?.version || definition?.options.upcasts?.[version] !== undefined;
  }

  /** The names that a fact claims; one of an older version claims what it would at the newest. */
  claimsOf(record: Versioned): readonly string[] {
    const { definition } = this.#of(record.type);
    return definition.options.claims?.(upcast(definition, record)) ?? [];
  }

  #of(type: string): Known {
    const known = this.#known.get(type);
    if (!known) throw new UnknownEvent(`unknown event type ${type}`);
    return known;
  }

  #validator(known: Known, version: number): Validator {
    const { definition, validators } = known;
    const compiled = validators.get(version);
    if (compiled) return compiled;
    const schema = version === definition.version ? definition.schema : definition.options.upcasts?.[version]?.schema;
    if (!schema) throw new UnknownEvent(`unknown version ${String(version)} of the event type ${definition.type}`);
    const validator = Compile(schema);
    validators.set(version, validator);
    return validator;
  }
}

/** Checked data of any version, brought to the newest. */
function upcast({ version: newest, options }: FactDefinition, { version: written, data }: Versioned): object {
  let current: object = data;
  for (let version = written; version < newest; version += 1)
    current = options.upcasts?.[version]?.up(current) ?? current;
  return current;
}

/** What is wrong with data, each after its JSON pointer; a field that is missing at the pointer that it should have. */
function faultsOf(error: TLocalizedValidationError): string[] {
  if (error.keyword === 'required')
    return error.params.requiredProperties.map((name) => `${error.instancePath}/${escaped(name)} is missing`);
  return [`${error.instancePath === '' ? '/' : error.instancePath} ${error.message}`];
}

/** A field's name within a JSON pointer (RFC 6901). */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
