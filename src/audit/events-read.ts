import { HISTORY_READERS } from '../access/roles.js';
import { AsOf, NoParams, queryEndpoint } from '../commands/query-endpoint.js';
import type { LogRecord } from '../event-store/event-store.js';
import { PatternField } from '../http/fields.js';
import { EventsAnswer } from './answers.js';

/** The name of a stream, a type or an actor. */
export const NAME = /^[\w.-]{1,128}$/;
const DEFAULT_LIMIT = 100;
const MAXIMUM_LIMIT = 1_000;

class EventsQuery extends AsOf {
  @PatternField({
    description: 'only this stream',
    pattern: NAME,
    what: 'the name of a stream',
    optional: true,
    example: 'month-2026-12',
  })
  stream?: string;

  @PatternField({
    description: 'only this type',
    pattern: NAME,
    what: 'an event type',
    optional: true,
    example: 'MaintenanceScheduled',
  })
  type?: string;

  @PatternField({ description: 'only this actor', pattern: NAME, what: 'the id of an actor', optional: true })
  actor?: string;

  @PatternField({
    description: 'only after this position',
    pattern: /^\d{1,15}$/,
    what: 'a position',
    optional: true,
    example: '0',
  })
  after?: string;

  @PatternField({
    description: `how many at most (${String(MAXIMUM_LIMIT)} is the most)`,
    pattern: /^([1-9]\d{0,2}|1000)$/,
    what: `a whole number from 1 to ${String(MAXIMUM_LIMIT)}`,
    optional: true,
    example: '100',
  })
  limit?: string;
}

/** A record as it is read: whole, its numbers as digits. */
export const eventView = ({ position, revision, ...record }: LogRecord): object => ({
  ...record,
  position: String(position),
  revision: String(revision),
});

/** GET /events: the history itself, in log order. */
export const eventsEndpoint = queryEndpoint({
  name: 'Events',
  answers: EventsAnswer,
  path: 'events',
  params: NoParams,
  query: EventsQuery,
  roles: HISTORY_READERS,
  tag: 'Audit',
  summary: 'The event history, in log order',
  answer: (reading, _params, { stream, type, actor, after, limit }, { pipeline }) => {
    const most = Number(limit ?? DEFAULT_LIMIT);
    const records = [
      ...pipeline.store.read({
        stream,
        type,
        actor,
        after: after === undefined ? undefined : Number(after),
        upTo: reading.upTo,
        occurredBy: reading.occurredBy,
        limit: most + 1,
      }),
    ];
    const page = records.slice(0, most);
    const last = page.at(-1);
    return {
      items: page.map(eventView),
      next: records.length > most && last ? String(last.position) : null,
    };
  },
});
