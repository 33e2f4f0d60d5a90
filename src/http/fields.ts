import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  Matches,
  Max,
  Min,
  registerDecorator,
  ValidateIf,
  ValidateNested,
  type ValidationArguments,
} from 'class-validator';
import { ID, ID_RULE, isSlug, LONGEST_TEXT, SLUG, textProblem } from '../commands/text.js';
import { isDate, isMonth, readTime } from '../rulebook/local-time.js';

/**
 * The kinds of field that requests are made of. Each decorator both validates the field (class-validator) and
 * describes it in the OpenAPI document, so that the two cannot disagree.
 */

/** What every kind of field takes. */
export interface FieldOptions {
  readonly description: string;
  readonly example?: unknown;
  readonly optional?: boolean;
  /** `null` is a value of its own. */
  readonly nullable?: boolean;
}

type Validators = readonly PropertyDecorator[];

function field(options: FieldOptions, api: ApiPropertyOptions, validators: Validators): PropertyDecorator {
  const { description, example, optional = false, nullable = false } = options;
  return applyDecorators(
    ApiProperty({
      ...api,
      description,
      required: !optional,
      ...(nullable ? { nullable: true } : {}),
      ...(example === undefined ? {} : { example }),
    } as ApiPropertyOptions),
    ...(optional || nullable
      ? [ValidateIf((_, value: unknown) => !((optional && value === undefined) || (nullable && value === null)))]
      : []),
    ...validators,
  );
}

/** A validator from a function that says what is wrong, or nothing. */
function check(
  name: string,
  problemOf: (value: unknown, args: ValidationArguments) => string | undefined,
): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown, args?: ValidationArguments) =>
          problemOf(value, args as ValidationArguments) === undefined,
        defaultMessage: (args?: ValidationArguments) =>
          problemOf(args?.value, args as ValidationArguments) ?? 'is wrong',
      },
    });
  };
}

/** Text for a person; not blank. */
export const TextField = (options: FieldOptions & { readonly maximum?: number }): PropertyDecorator =>
  field(options, { type: 'string', minLength: 1, maxLength: options.maximum ?? LONGEST_TEXT }, [
    check('text', (value) => textProblem(value, options.maximum)),
  ]);

/** A list of texts. */
export const TextsField = (options: FieldOptions & { readonly minimum?: number }): PropertyDecorator =>
  field(
    options,
    {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: LONGEST_TEXT },
      minItems: options.minimum ?? 0,
      maxItems: 100,
    },
    [
      check('texts', (value) => {
        if (!Array.isArray(value)) return 'must be a list of texts';
        if (value.length < (options.minimum ?? 0)) return `must have at least ${String(options.minimum)} entries`;
        if (value.length > 100) return 'must have at most 100 entries';
        return value.map((one) => textProblem(one)).find((problem) => problem !== undefined);
      }),
    ],
  );

/** An id: letters, digits, `.`, `_`, `-`; at most 64. */
export const IdField = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', pattern: ID.source }, [Matches(ID, { message: ID_RULE })]);

/** A list of ids. */
export const IdsField = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'array', items: { type: 'string', pattern: ID.source }, maxItems: 1_000 }, [
    check('ids', (value) =>
      Array.isArray(value) && value.length <= 1_000 && value.every((one) => typeof one === 'string' && ID.test(one))
        ? undefined
        : 'must be a list of ids',
    ),
  ]);

/** The name of a service: lower-case words with hyphens. */
export const ServiceField = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', pattern: SLUG.source, maxLength: 64 }, [
    check('service', (value) =>
      isSlug(value)
        ? undefined
        : 'must be the name of a service: lower-case words joined by hyphens, at most 64 characters',
    ),
  ]);

/** A list of services' names. */
export const ServicesField = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'array', items: { type: 'string', pattern: SLUG.source, maxLength: 64 }, maxItems: 100 }, [
    check('services', (value) =>
      Array.isArray(value) && value.length <= 100 && value.every(isSlug)
        ? undefined
        : 'must be a list of service names: lower-case words joined by hyphens',
    ),
  ]);

/** A whole number. */
export const WholeNumberField = (
  options: FieldOptions & { readonly minimum: number; readonly maximum: number },
): PropertyDecorator =>
  field(options, { type: 'integer', minimum: options.minimum, maximum: options.maximum }, [
    IsInt({ message: 'must be a whole number' }),
    Min(options.minimum, { message: `must be at least ${String(options.minimum)}` }),
    Max(options.maximum, { message: `must be at most ${String(options.maximum)}` }),
  ]);

/** True or false. */
export const FlagField = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'boolean' }, [IsBoolean({ message: 'must be true or false' })]);

/** One of a few words. */
export const ChoiceField = (options: FieldOptions & { readonly of: readonly string[] }): PropertyDecorator =>
  field(options, { type: 'string', enum: [...options.of] }, [
    IsIn([...options.of], { message: `must be one of ${options.of.join(', ')}` }),
  ]);

/** A list of a few words. */
export const ChoicesField = (
  options: FieldOptions & { readonly of: readonly string[]; readonly minimum?: number },
): PropertyDecorator =>
  field(options, { type: 'array', items: { type: 'string', enum: [...options.of] }, minItems: options.minimum ?? 1 }, [
    check('choices', (value) =>
      Array.isArray(value) &&
      value.length >= (options.minimum ?? 1) &&
      new Set(value).size === value.length &&
      value.every((one) => typeof one === 'string' && options.of.includes(one))
        ? undefined
        : `must be a list, each once, of ${options.of.join(', ')}`,
    ),
  ]);

/** What is wrong with a time; undefined where nothing is. */
const timeProblem = (value: unknown): string | undefined => {
  if (typeof value !== 'string')
    return 'must be a time such as 2026-12-05T22:00:00Z or, in Europe/London, 2026-12-05T22:00';
  const read = readTime(value);
  return 'problem' in read ? read.problem : undefined;
};

const instantOf = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const read = readTime(value);
  return 'problem' in read ? undefined : read.instant;
};

/**
 * A time: RFC 3339 with an offset, or a wall-clock time in Europe/London. `after` names a field that it must lie
 * after; `wholeMinutes` refuses seconds.
 */
export const TimeField = (
  options: FieldOptions & { readonly after?: string; readonly wholeMinutes?: boolean },
): PropertyDecorator =>
  field({ example: '2026-12-05T22:00:00Z', ...options }, { type: 'string' }, [
    check('time', (value, args) => {
      const problem = timeProblem(value);
      if (problem !== undefined) return problem;
      const instant = instantOf(value) ?? '';
      if (options.wholeMinutes && !instant.endsWith(':00Z')) return 'must be a whole minute';
      const earlier = options.after && instantOf((args.object as Record<string, unknown>)[options.after]);
      if (earlier && Temporal.Instant.compare(instant, earlier) <= 0) return `must be after ${options.after ?? ''}`;
      return undefined;
    }),
  ]);

/** A time in the query of an address, in which a `+` that was not written as `%2B` arrives as a blank. */
export const AskedTimeField = (options: FieldOptions): PropertyDecorator =>
  applyDecorators(
    TimeField(options),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? value.replace(/ (?=\d\d:\d\d$)/, '+') : value,
    ),
  );

/** A calendar date. */
export const DateField = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', format: 'date' }, [
    check('date', (value) =>
      typeof value === 'string' && isDate(value) ? undefined : 'must be a date such as 2026-12-05',
    ),
  ]);

/** A calendar month. */
export const MonthField = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', pattern: '^\\d{4}-(0[1-9]|1[0-2])$' }, [
    check('month', (value) =>
      typeof value === 'string' && isMonth(value) ? undefined : 'must be a month such as 2026-12',
    ),
  ]);

/** A wall-clock time of day. */
export const TimeOfDayField = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }, [
    Matches(/^([01]\d|2[0-3]):[0-5]\d$/, { message: 'must be a time of day such as 20:00' }),
  ]);

/** A text of one pattern (an e-mail address, a recurrence rule). */
export const PatternField = (
  options: FieldOptions & { readonly pattern: RegExp; readonly what: string },
): PropertyDecorator =>
  field(options, { type: 'string', pattern: options.pattern.source, maxLength: 500 }, [
    check(
      'pattern',
      (value) =>
        textProblem(value, 500) ?? (options.pattern.test(String(value)) ? undefined : `must be ${options.what}`),
    ),
  ]);

/** A list of texts of one pattern. */
export const PatternsField = (
  options: FieldOptions & { readonly pattern: RegExp; readonly what: string },
): PropertyDecorator =>
  field(
    options,
    { type: 'array', items: { type: 'string', pattern: options.pattern.source, maxLength: 500 }, maxItems: 100 },
    [
      check('patterns', (value) =>
        Array.isArray(value) &&
        value.length <= 100 &&
        value.every((one) => textProblem(one, 500) === undefined && options.pattern.test(String(one)))
          ? undefined
          : `must be a list of ${options.what}`,
      ),
    ],
  );

/** An object of a class with fields of its own. */
export const ObjectField = (options: FieldOptions, type: () => new () => object): PropertyDecorator =>
  // The reference resolves a class lazily only from a function named `type`.
  field(options, { type: () => type() }, [
    check('object', (value) => (isPlain(value) ? undefined : 'must be an object')),
    ValidateNested(),
    Type(type),
  ]);

/** A list of objects of a class with fields of its own. */
export const ObjectsField = (
  options: FieldOptions & { readonly minimum?: number; readonly maximum?: number },
  type: () => new () => object,
): PropertyDecorator =>
  field(
    options,
    { type: () => type(), isArray: true, minItems: options.minimum ?? 0, maxItems: options.maximum ?? 100 },
    [
      IsArray({ message: 'must be a list' }),
      ArrayMinSize(options.minimum ?? 0, { message: `must have at least ${String(options.minimum ?? 0)} entries` }),
      ArrayMaxSize(options.maximum ?? 100, { message: `must have at most ${String(options.maximum ?? 100)} entries` }),
      check('objects', (value) =>
        !Array.isArray(value) || value.every(isPlain) ? undefined : 'must be a list of objects',
      ),
      ValidateNested({ each: true }),
      Type(type),
    ],
  );

const isPlain = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The UTC instant of a validated time field, in the form in which facts state times.
 * @throws Error where the field was not validated first
 */
export function instant(text: string): string {
  const read = instantOf(text);
  if (read === undefined) throw new Error(`not a validated time: ${text}`);
  return read;
}
