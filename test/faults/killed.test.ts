import 'reflect-metadata';
import { setTimeout } from 'node:timers/promises';
import { PROJECTIONS } from '../../src/catalogue.js';
import type { EventStore, LogRecord } from '../../src/event-store/event-store.js';
import { EPOCH_SIZE, Projections } from '../../src/event-store/projections.js';
import { dataFolderFiles } from '../../src/event-store/sqlite/data-folder.js';
import { TableStore, type Generation } from '../../src/event-store/sqlite/table-store.js';
import { readConfiguration } from '../../src/operations/configuration.js';
import { openPipeline } from '../../src/server.js';
import { BuiltServer, killServers } from '../support/built-server.js';
import { filledFolder } from '../support/filled-folder.js';
import { faultsOf } from '../support/hash-chain.js';
import { Load, raise, type Sent } from '../support/load.js';
import { removeTemporaryFolders } from '../support/temporary-folder.js';

const ROUNDS = 10;
const CLIENTS = 8;
/** Most acknowledgements that a round waits for before the server is killed. */
const MOST = 250;

afterEach(killServers);
afterAll(removeTemporaryFolders);

const below = (bound: number): number => Math.floor(Math.random() * bound);

/** Generations of the stored projections, in a file that another process may be writing. */
function stored(folder: string): readonly Generation[] {
  const tables = new TableStore(dataFolderFiles(folder).projections, false, true);
  try {
    return tables.generations();
  } finally {
    void tables.close();
  }
}

/** Has the server that starts next build every projection again, and kills it while it does. True where it did. */
async function killWhileBuilding(server: BuiltServer): Promise<boolean> {
  const tables = new TableStore(dataFolderFiles(server.folder).projections);
  const asked = PROJECTIONS.map(({ name, version }) => tables.create(name, version, EPOCH_SIZE).id);
  await tables.close();
  const building = (): readonly Generation[] =>
    stored(server.folder).filter(({ id, status }) => asked.includes(id) && status === 'building');
  server.launch();
  // Until the first of them has been saved in part, or all are done.
  for (let left = building(); left.length > 0; left = building()) {
    if (left.some(({ checkpoint }) => checkpoint > 0)) break;
    await setTimeout(1);
  }
  await server.kill();
  return building().length > 0;
}

/** Every row of every projection that answers, at the end of each epoch and now. */
function rowsOf(tables: TableStore, head: number): Map<string, unknown> {
  const epochs = [...Array(Math.floor(head / EPOCH_SIZE) + 1).keys(), Number.MAX_SAFE_INTEGER];
  return new Map(
    tables
      .generations()
      .filter(({ status }) => status === 'live')
      .flatMap(({ id, name, checkpoint }) =>
        epochs.map((epoch): [string, unknown] => [
          `${name} at ${String(epoch)}`,
          [checkpoint, ...tables.past(id, epoch).read({ lower: '', upper: '\u{10ffff}' })],
        ]),
      ),
  );
}

async function builtAnew(store: EventStore): Promise<Map<string, unknown>> {
  const tables = new TableStore(':memory:');
  const projections = new Projections(store, tables, PROJECTIONS);
  await projections.finish();
  await projections.save();
  return rowsOf(tables, store.head());
}

/** Records of each command that carried an `Idempotency-Key`. */
const commandsIn = (log: readonly LogRecord[]): LogRecord[][] => [
  ...Map.groupBy(log, ({ commandId }) => commandId)
    .values()
    .filter((records) => records.some(({ type }) => type === 'CommandRecorded')),
];

test('a server that is killed with kill -9 again and again loses nothing that it acknowledged, and halves nothing', async () => {
  const server = new BuiltServer(await filledFolder(1_000));
  const acknowledged = new Map<Sent, string>();
  let unanswered: readonly Sent[] = [];
  let killedWhileBuilding = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    await server.start();
    // What was not answered may have been recorded or not; sent again it is recorded once.
    for (const sent of unanswered) acknowledged.set(sent, (await raise(server, sent)).text);
    for (const [sent, text] of [...acknowledged].slice(-CLIENTS - 10))
      expect(await raise(server, sent)).toMatchObject({ status: 201, text });
    if (round === ROUNDS) break;

    const load = new Load(server, CLIENTS, 1 + below(MOST));
    await load.reached;
    await setTimeout(below(30));
    await server.kill();
    await load.ended;
    expect(load.others).toEqual([]);
    expect(load.unanswered).toHaveLength(CLIENTS);
    for (const [sent, text] of load.acknowledged) acknowledged.set(sent, text);
    unanswered = load.unanswered;
    if (round % 5 === 4 && (await killWhileBuilding(server))) killedWhileBuilding += 1;
  }
  await server.kill();
  expect(killedWhileBuilding).toBeGreaterThan(0);

  const { pipeline, scrub, close } = await openPipeline(readConfiguration({ DATA_DIR: server.folder }));
  const { store, projections } = pipeline;
  const log = [...store.readWritten({})].map(({ record }) => record);
  expect(faultsOf(log)).toEqual([]);
  while (scrub.work());
  expect(scrub.status).toEqual({ position: store.head(), fault: undefined });

  const raised = new Map(
    commandsIn(log).map((records) => {
      expect(records.map(({ type }) => type)).toEqual(['ChangeRaised', 'CommandRecorded']);
      return [records[0]?.stream, records[0]?.id];
    }),
  );
  expect(raised.size).toBe(acknowledged.size);
  expect(log.filter(({ type, stream }) => type === 'ChangeRaised' && stream.startsWith('change-C-'))).toHaveLength(
    acknowledged.size,
  );
  for (const [{ changeId }, text] of acknowledged) {
    const answer = JSON.parse(text) as { events: { id: string }[] };
    expect(answer.events.map(({ id }) => id)).toEqual([raised.get(`change-${changeId}`)]);
  }

  await projections.finish();
  await projections.save();
  const tables = new TableStore(dataFolderFiles(server.folder).projections, false, true);
  const rows = rowsOf(tables, store.head());
  expect(rows.size).toBe(PROJECTIONS.length * (Math.floor(store.head() / EPOCH_SIZE) + 2));
  expect(rows).toEqual(await builtAnew(store));
  await tables.close();
  await close();
});
