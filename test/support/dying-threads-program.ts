import { once } from 'node:events';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { TableStore } from '../../src/event-store/sqlite/table-store.js';
import { batch, inventedFacts, inventedKinds, record } from './invented-facts.js';

/** Ends the threads that write, each while it is writing, and says line by line what became of what they were asked. */
const folder = process.argv[2] ?? '';
const workers: Worker[] = [];
process.on('worker', (worker: Worker) => workers.push(worker));

/** Asks for something, ends the thread that does it, and tells the outcome and what comes of the same afterwards. */
async function dying(what: string, ask: () => Promise<unknown>): Promise<void> {
  const outcome = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => 'done',
      (error: unknown) => (error as Error).name,
    );
  const first = await outcome(ask());
  const asked = outcome(ask());
  const worker = workers.at(-1);
  if (worker && workers.length > 0) await Promise.all([once(worker, 'exit'), worker.terminate()]);
  process.stdout.write(`${[what, first, await asked, await outcome(ask())].join(' ')}\n`);
}

const { store } = openSqliteEventStore(join(folder, 'log.sqlite'), inventedFacts, inventedKinds);
await dying('log', () => store.append(batch([record('slot-1')])));
const tables = new TableStore(join(folder, 'projections.sqlite'), true);
const { id } = tables.create('notes', 1, 4);
await dying('tables', async () =>
  tables.save(id, 1, { checkpoint: 1, hash: 'h' }, new Map([['note/a', { row: { text: 'a' } }]])),
);
const last = workers.at(-1);
await last?.terminate();
await tables.close();
await store.close();
process.stdout.write('closed\n');
