import Type, { type TProperties, type TSchema } from 'typebox';
import { InstantText } from './fact-fields.js';

/** Shapes that the answers to several reads share, as the reference describes them. An answer may get further fields. */

/** A value, or null. */
export const Nullable = <Schema extends TSchema>(schema: Schema): TSchema => Type.Union([schema, Type.Null()]);
/** One of a few words. */
export const OneOf = (...words: readonly string[]): TSchema => Type.Enum([...words]);
/** A wall-clock time in Europe/London: `2026-12-05T22:00`. */
export const LocalText = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?$' });
/** A place in the log or in a stream, as digits. */
export const Digits = Type.String({ pattern: '^\\d+$' });
/** How many, or how many minutes. */
export const Count = Type.Integer({ minimum: 0 });
/** Clear Working Days; below 0 where the notice came after the event. */
export const WorkingDays = Type.Integer();
/** A part of a whole, 0 to 1; null where there is no whole. */
export const Fraction = Nullable(Type.Number({ minimum: 0, maximum: 1 }));
/** From one instant to another. */
export const IntervalData = Type.Object({ start: InstantText, end: InstantText });
/** Data of a fact, by its type: see `docs/reference/events.generated.md`. */
export const FactData = Type.Record(Type.String(), Type.Unknown());
/** Who did it: an opaque id, the role, the provider that the key is bound to. */
export const ActorData = Type.Object({
  id: Type.String(),
  role: Type.String(),
  serviceProvider: Type.Optional(Type.String()),
});
/** What happened to one thing, in order. */
export const HistoryData = Type.Array(
  Type.Object({
    position: Digits,
    type: Type.String(),
    recordedAt: InstantText,
    occurredAt: InstantText,
    actor: ActorData,
    data: FactData,
  }),
);
/** A list, and what stands beside it. */
export const ListOf = (item: TSchema, beside: TProperties = {}): TSchema =>
  Type.Object({ ...beside, items: Type.Array(item) });
/** A page of a list; `next` is null on the last. */
export const PageOf = (item: TSchema, beside: TProperties = {}): TSchema =>
  ListOf(item, { ...beside, next: Nullable(Type.String()) });
/** A schema as the reference wants it: without what TypeBox keeps beside. */
export const plainSchema = (schema: TSchema): object => JSON.parse(JSON.stringify(schema)) as object;

/** The answer to a command as the reference describes it: what every answer has, and what this one adds. */
export const commandAnswer = (adds: TProperties): Record<string, object> => ({
  'application/json': {
    schema: { allOf: [{ $ref: '#/components/schemas/CommandAnswer' }, plainSchema(Type.Object(adds))] },
  },
});
