import Type from 'typebox';
import { fact, type FactOf } from '../event-store/facts.js';

/**
 * A command that carried an `Idempotency-Key` was recorded: what was answered, so that the same key is answered the
 * same again, after a restart and on any server. Recorded with the command's facts, in a stream named by a hash of
 * caller and key. `digest` is keyed, so that the body cannot be guessed from it.
 */
export const CommandRecorded = fact(
  'CommandRecorded',
  1,
  Type.Object({
    command: Type.String(),
    digest: Type.String(),
    answer: Type.Record(Type.String(), Type.Unknown()),
    findings: Type.Array(Type.Unknown()),
  }),
);

/** Facts of the command pipeline itself. */
export type CommandEvent = FactOf<typeof CommandRecorded>;
/** Their definitions, for the catalogue. */
export const commandFacts = [CommandRecorded];
