import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { LogUnavailable, type EventStore } from '../../src/event-store/event-store.js';
import { inMemoryEventStore } from '../../src/event-store/in-memory/in-memory-event-store.js';
import { on, projection, ProjectionBuilding } from '../../src/event-store/projection.js';
import { Projections } from '../../src/event-store/projections.js';
import { TableStore } from '../../src/event-store/sqlite/table-store.js';
import { table } from '../../src/event-store/tables.js';
import { batch, inventedFacts, inventedKinds, NoteWritten, record } from '../support/invented-facts.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

const counts = table<number>('count');
/** How many notes there are, and how many each stream has; the sum is changed before the stream's row is read. */
const notes = projection(
  'notes',
  1,
  on(NoteWritten, (tables, { stream }) => {
    tables.put(counts, 'all', (tables.get(counts, 'all') ?? 0) + 1);
    tables.put(counts, stream, (tables.get(counts, stream) ?? 0) + 1);
  }),
);

let log: EventStore;
let file: string;
let disk: DatabaseSync;
let projections: Projections;

/** Projections that hold few changes, as a program that has just started has them. */
const start = (): Projections =>
  new Projections(log, new TableStore(file, true), [notes], { epochSize: 4, mostHeld: 6 });
const append = (...streams: string[]): Promise<unknown> => log.append(batch(streams.map((stream) => record(stream))));
const sums = (): object => Object.fromEntries(projections.current(notes).rows(counts));

beforeEach(async () => {
  log = inMemoryEventStore(inventedFacts, inventedKinds);
  file = join(temporaryFolder(), 'projections.sqlite');
  projections = start();
  await append('slot-1');
  projections.current(notes);
  await projections.save();
  disk = new DatabaseSync(file);
});
afterEach(async () => {
  disk.close();
  await projections.close();
});
afterAll(removeTemporaryFolders);

const fill = (): void =>
  disk.exec("CREATE TRIGGER full BEFORE INSERT ON row BEGIN SELECT raise(FAIL, 'the disk is full'); END");
/** What was tried just before fails still; it is tried again each time. */
async function makeRoom(): Promise<void> {
  disk.exec('DROP TRIGGER full');
  do await projections.save();
  while (projections.failure !== undefined);
}

describe('projections that cannot be saved', () => {
  test('answer on, say so, and are saved whole once there is room', async () => {
    fill();
    await append('slot-1', 'slot-2');
    expect(sums()).toEqual({ all: 3, 'slot-1': 2, 'slot-2': 1 });
    await projections.save();
    expect(projections.failure).toContain('the disk is full');
    expect(projections.status()).toMatchObject([
      { state: 'live', checkpoint: 3, saved: 1, lag: 0, reason: 'the projections cannot be saved: the disk is full' },
    ]);
    await append('slot-2');
    expect(sums()).toEqual({ all: 4, 'slot-1': 2, 'slot-2': 2 });
    await makeRoom();
    await projections.save();
    expect(projections.status()).toMatchObject([{ checkpoint: 4, saved: 4, reason: null }]);
    await projections.close();
    projections = start();
    expect(projections.status()).toMatchObject([{ checkpoint: 4 }]);
    expect(sums()).toEqual({ all: 4, 'slot-1': 2, 'slot-2': 2 });
  });

  test('stand still with too many changes, say why, and go on once there is room', async () => {
    fill();
    await append('slot-1');
    projections.current(notes);
    await projections.save();
    for (const stream of ['slot-2', 'slot-3', 'slot-4', 'slot-5']) {
      await append(stream);
      try {
        projections.current(notes);
      } catch (error) {
        expect(error).toBeInstanceOf(ProjectionBuilding);
      }
    }
    expect(() => projections.current(notes)).toThrow(
      /^the projection notes stands still at position 5: the projections cannot be saved: the disk is full$/,
    );
    expect(projections.status()).toMatchObject([{ checkpoint: 5, lag: 1 }]);
    await makeRoom();
    expect(sums()).toEqual({ all: 6, 'slot-1': 2, 'slot-2': 1, 'slot-3': 1, 'slot-4': 1, 'slot-5': 1 });
  });
});

describe('projections that cannot be read for a while', () => {
  test('are not there meanwhile, and afterwards no record is taken in twice', async () => {
    disk.exec('ALTER TABLE row RENAME TO away');
    await append('slot-2');
    for (let times = 0; times < 3; times += 1) expect(sums).toThrow(LogUnavailable);
    disk.exec('ALTER TABLE away RENAME TO row');
    expect(sums()).toEqual({ all: 2, 'slot-1': 1, 'slot-2': 1 });
  });
});
