import { Readable } from 'node:stream';
import {
  importForwardSchedule,
  type RejectedRow,
  type Tally,
} from '../../src/changes/import/import-forward-schedule.js';
import type { TestCalendar } from './calendar.js';

/** The day after the newest of the trial's changes that was made. */
export const IMPORTED_ON = '2020-11-24T09:00:00Z';

const BY = { actor: { id: 'key-scheduler', role: 'scheduler' }, requestId: 'request-1' };

/** Imports a file, and gives the tally with the rows that were not taken in. */
export async function imported(
  calendar: Pick<TestCalendar, 'pipeline'>,
  file: string | Buffer | Readable,
): Promise<Tally & { problems: RejectedRow[] }> {
  const problems: RejectedRow[] = [];
  const stream = file instanceof Readable ? file : Readable.from([Buffer.from(file)]);
  const tally = await importForwardSchedule(calendar.pipeline, stream as AsyncIterable<Uint8Array>, {
    by: BY,
    rejected: (row) => problems.push(row),
  });
  return { ...tally, problems };
}
