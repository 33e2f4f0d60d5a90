import type { LogReader } from '../event-store/event-store.js';
import { accountOf } from './account.js';
import { counted, moment } from './sentences/words.js';

/**
 * The life of a stream in plain sentences, a paragraph for each event.
 * @param until only what had been recorded by this instant
 */
export function* replay(log: LogReader, stream: string, until?: string): Iterable<string> {
  const upTo = until === undefined ? undefined : log.positionAt(until);
  const events = log.revisionOf(stream, upTo) + 1;
  yield `${stream}: ${counted(events, 'event')}${until === undefined ? '' : ` recorded by ${moment(until)}`}. Times are those of London.`;
  for (const record of log.read({ stream, upTo })) {
    const { revision, position, sentence, weighed } = accountOf(record);
    yield '';
    yield `${String(Number(revision) + 1)}. ${sentence}`;
    if (weighed !== null) yield `   ${weighed}`;
    yield `   Event ${position} of the log, ${record.id}.`;
  }
}
