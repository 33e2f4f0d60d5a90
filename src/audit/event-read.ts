import { HISTORY_READERS } from '../access/roles.js';
import { AsOf, queryEndpoint } from '../commands/query-endpoint.js';
import { CommandRecorded } from '../commands/events.js';
import { hasOccurredBy } from '../event-store/append.js';
import type { LogReader, LogRecord } from '../event-store/event-store.js';
import { PatternField } from '../http/fields.js';
import { notFound } from '../http/problem.js';
import { accountOf, reckoningOf } from './account.js';
import { eventView } from './events-read.js';
import { EventAnswer } from './answers.js';

class EventParams {
  @PatternField({
    description: 'its id, as answers to commands give it',
    pattern: /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
    what: 'the id of an event: a UUID',
    example: '6f8b2c1e-4d1f-4c57-9a39-0f6f6f1f2a10',
  })
  id!: string;
}

/** GET /events/{id}: one event, and why: the decision that it came from. */
export const eventEndpoint = queryEndpoint({
  name: 'Event',
  answers: EventAnswer,
  path: 'events/:id',
  params: EventParams,
  query: AsOf,
  roles: HISTORY_READERS,
  tag: 'Audit',
  summary:
    'One event, and the decision that it came from: the rulebook, every rule weighed, and the other facts of its command',
  answer: (reading, { id }, _query, { pipeline }) => {
    const record = pipeline.store.find(id);
    if (!record || record.position > reading.head() || !hasOccurredBy(record, reading.occurredBy))
      throw notFound(`there is no event ${id}`);
    const facts = factsOfCommand(pipeline.store, record);
    const weighed = reckoningOf(record) ?? facts.map(reckoningOf).find((one) => one !== undefined);
    const command = facts.find(({ type }) => type === CommandRecorded.type)?.data.command;
    return {
      event: eventView(record),
      sentence: accountOf(record).sentence,
      decision: {
        commandId: record.commandId,
        /** Known where the command was sent with an Idempotency-Key. */
        command: command ?? null,
        requestId: record.correlationId,
        actor: record.actor,
        rulebook: weighed?.rulebook ?? null,
        findings: weighed?.findings ?? [],
        events: facts.map((fact) => ({
          id: fact.id,
          type: fact.type,
          stream: fact.stream,
          revision: String(fact.revision),
          position: String(fact.position),
          sentence: accountOf(fact).sentence,
        })),
      },
    };
  },
});

/** Records that are looked at in one go. */
const AT_ONCE = 32;

/** All facts that a command recorded: they stand next to each other, for they were written together. */
function factsOfCommand(log: LogReader, record: LogRecord): LogRecord[] {
  const { commandId, position } = record;
  const before: LogRecord[] = [];
  for (let upTo = position - 1; upTo > 0; upTo -= AT_ONCE) {
    const some = [...log.read({ after: Math.max(0, upTo - AT_ONCE), upTo })];
    const others = some.findLastIndex((one) => one.commandId !== commandId);
    before.unshift(...some.slice(others + 1));
    if (others >= 0) break;
  }
  const after: LogRecord[] = [];
  for (const one of log.read({ after: position })) {
    if (one.commandId !== commandId) break;
    after.push(one);
  }
  return [...before, record, ...after];
}
