import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ProjectionBuilding } from '../../src/event-store/projection.js';
import { TableStore } from '../../src/event-store/sqlite/table-store.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

afterAll(removeTemporaryFolders);

const keyOf = (index: number): string => `row ${String(index).padStart(4, '0')}`;

/** Three builds of 1,200 rows each, the first of them retired, and damage done to the file. */
async function damaged(sql: string): Promise<{ tables: TableStore; ids: readonly number[] }> {
  const file = join(temporaryFolder(), 'projections.sqlite');
  const made = new TableStore(file);
  const changes = new Map(Array.from({ length: 1_200 }, (_, index) => [keyOf(index), { row: { index } }] as const));
  const ids = ['retired', 'live', 'building'].map((name) => {
    const { id } = made.create(name, 1, 4_096);
    void made.save(id, 1, { checkpoint: 1, hash: 'h' }, changes);
    return id;
  });
  void made.retire(ids[0] ?? 0);
  await made.close();
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
  return { tables: new TableStore(file), ids };
}

/** What the check finds, and which builds it tells of. */
async function found({
  tables,
}: {
  tables: TableStore;
}): Promise<{ what: readonly string[]; of: (number | undefined)[] }> {
  const of: (number | undefined)[] = [];
  tables.whenDamaged((generation) => of.push(generation));
  const more = (): boolean => {
    try {
      return tables.check();
    } catch (error) {
      expect(error).toBeInstanceOf(ProjectionBuilding);
      return true;
    }
  };
  while (more());
  await tables.close();
  return { what: tables.found, of };
}

describe('the check of the stored rows', () => {
  test('finds nothing where nothing is wrong', async () => {
    expect(await found(await damaged('SELECT 1'))).toEqual({ what: [], of: [] });
  });

  test.each([0, 499, 500, 1_199])('finds the damage in row %d of every build that is in use', async (index) => {
    const at = await damaged(`UPDATE row SET body = replace(body, '{', '[') WHERE key = '${keyOf(index)}'`);
    const { what, of } = await found(at);
    expect(of).toEqual(at.ids.slice(1));
    expect(what).toHaveLength(2);
    for (const one of what) expect(one).toContain(`the row ${keyOf(index)} of `);
  });
});
