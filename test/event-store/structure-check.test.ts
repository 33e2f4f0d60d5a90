import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { TableStore } from '../../src/event-store/sqlite/table-store.js';
import { inventedFacts, inventedKinds } from '../support/invented-facts.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

afterAll(removeTemporaryFolders);

/** What SQLite keeps beside a database as long as somebody has it open. */
const openIn = (folder: string): string[] => readdirSync(folder).filter((name) => /-(wal|shm|journal)$/.test(name));

describe('what is closed while the structure of its file is being checked', () => {
  test('is the log: nobody has it open any more', async () => {
    const folder = temporaryFolder();
    const { store, scrub } = openSqliteEventStore(join(folder, 'log.sqlite'), inventedFacts, inventedKinds);
    const check = scrub.checkStructure().catch((error: unknown) => (error as Error).message);
    await store.close();
    expect(openIn(folder)).toEqual([]);
    expect(await check).toBe('the process that checks it ended');
    expect(openIn(folder)).toEqual([]);
  });

  test('are the projections: nobody has them open any more', async () => {
    const folder = temporaryFolder();
    const tables = new TableStore(join(folder, 'projections.sqlite'), true);
    const check = tables.checkStructure().catch((error: unknown) => (error as Error).message);
    await tables.close();
    expect(openIn(folder)).toEqual([]);
    expect(await check).toBe('the process that checks it ended');
    expect(openIn(folder)).toEqual([]);
  });
});
