import Type from 'typebox';
import type { Append, Check, LogReader, NewRecord } from '../../src/event-store/event-store.js';
import { FactCatalogue, fact } from '../../src/event-store/facts.js';

/** Event types that no capability has, for tests of the log itself. */

/** Version 1 had one tag, or none; version 2 has any number of them. */
export const NoteWritten = fact(
  'NoteWritten',
  2,
  Type.Object({ text: Type.String(), tags: Type.Array(Type.String({ minLength: 1 })) }),
  {
    upcasts: {
      1: {
        schema: Type.Object({ text: Type.String(), tag: Type.Optional(Type.String()) }),
        up: (data) => {
          const { tag, ...rest } = data as { text: string; tag?: string };
          return { ...rest, tags: tag === undefined ? [] : [tag] };
        },
      },
    },
  },
);

/** Claims its name for ever. */
export const NameTaken = fact('NameTaken', 1, Type.Object({ name: Type.String() }), {
  claims: ({ name }) => [`name/${name}`],
});

export const inventedFacts = new FactCatalogue([NoteWritten, NameTaken]);

/** Kinds of streams; one begins as another does, and both have hyphens in their ids. */
export const inventedKinds = ['month', 'slot', 'slot-pattern'];

let ids = 0;
/** A UUID that no other call gives. */
export const newId = (): string => `00000000-0000-4000-8000-${(ids += 1).toString(16).padStart(12, '0')}`;

/** A record of the streams that are named by it, with all else filled in. */
export function record(stream: string, change: Partial<NewRecord> = {}): NewRecord {
  return {
    id: newId(),
    stream,
    type: 'NoteWritten',
    version: 2,
    data: { text: `on ${stream}`, tags: [] },
    occurredAt: '2026-11-30T22:15:00Z',
    actor: { id: 'person-1', role: 'scheduler', serviceProvider: 'dsp' },
    commandId: 'command-1',
    correlationId: 'request-1',
    causationId: 'command-1',
    ...change,
  };
}

/** A fact that claims a name. */
export const claim = (stream: string, name: string): NewRecord =>
  record(stream, { type: 'NameTaken', version: 1, data: { name } });

/** Records to append, relying on nothing, unless a test says otherwise. */
export const batch = (records: readonly NewRecord[], checks: readonly Check[] = [], now = NOON): Append => ({
  records,
  checks,
  now,
});

/** That a stream is still as it stands on this log now. */
export const asItStands = (log: LogReader, stream: string): Check => ({ stream, newest: log.streamHead(stream).hash });
/** That a stream does not exist. */
export const absent = (stream: string): Check => ({ stream, newest: null });

export const NOON = '2026-12-01T12:00:00.000Z';
