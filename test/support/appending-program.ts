import { writeSync } from 'node:fs';
import { takeDataFolder } from '../../src/event-store/sqlite/data-folder.js';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { batch, inventedFacts, inventedKinds, newId, record } from './invented-facts.js';

/** Appends pairs of records for as long as it lives; after each acknowledgement it says their ids. */
const folder = takeDataFolder(process.argv[2] ?? '');
const store = openSqliteEventStore(folder.log, inventedFacts, inventedKinds).store;
for (;;) {
  const pair = [record('month-2026-12', { id: newId() }), record('slot-1', { id: newId() })];
  await store.append(batch(pair));
  writeSync(1, `${pair.map(({ id }) => id).join(' ')}\n`);
}
