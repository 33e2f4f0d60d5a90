import fc from 'fast-check';
import { DatabaseSync } from 'node:sqlite';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnusableLog } from '../../src/event-store/sqlite/open-database.js';
import { TableStore } from '../../src/event-store/sqlite/table-store.js';
import { LayeredTables, table, type RowQuery, type TablesReader } from '../../src/event-store/tables.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

const notes = table<unknown>('note');
const others = table<unknown>('other');

/** Tables on a store of their own, whose changes are saved when the test says so. */
class SavedTables {
  readonly store = new TableStore(':memory:');
  readonly generation = this.store.create('notes', 1, 1).id;
  readonly #rows = this.store.newest(this.generation);
  readonly tables = new LayeredTables(this.#rows);

  save(epoch: number): void {
    const changes = this.tables.freeze();
    void this.store.save(this.generation, epoch, { checkpoint: epoch, hash: null }, changes);
    this.#rows.saved(changes);
    this.tables.settle();
  }

  past(epoch: number): TablesReader {
    return new LayeredTables(this.store.past(this.generation, epoch));
  }
}

afterAll(removeTemporaryFolders);

describe.each([
  ['all in memory', [] as number[]],
  ['all stored', [5]],
  ['half stored', [3]],
])('tables, %s', (_, saveAfter) => {
  let tables: LayeredTables;
  beforeEach(() => {
    const saved = new SavedTables();
    tables = saved.tables;
    tables.put(others, 'b/1', 1);
    ['b/2', 'a/1', 'b/1', 'c/1', 'b/3'].forEach((key, index) => {
      tables.put(notes, key, `row ${key}`);
      if (saveAfter.includes(index + 1)) saved.save(1);
    });
  });
  const keys = (query?: RowQuery): string[] => [...tables.rows(notes, query)].map(([key]) => key);

  test('keep one row under a key, apart from other tables', () => {
    tables.put(notes, 'b/1', 'new');
    expect(tables.get(notes, 'b/1')).toBe('new');
    expect(tables.get(others, 'b/1')).toBe(1);
    expect(tables.get(others, 'a/1')).toBeUndefined();
    tables.delete(notes, 'b/1');
    expect(tables.get(notes, 'b/1')).toBeUndefined();
    expect(tables.get(others, 'b/1')).toBe(1);
  });

  test('are read in the order of their keys', () => {
    expect(keys()).toEqual(['a/1', 'b/1', 'b/2', 'b/3', 'c/1']);
    tables.put(notes, 'a/2', '');
    tables.delete(notes, 'c/1');
    expect(keys()).toEqual(['a/1', 'a/2', 'b/1', 'b/2', 'b/3']);
  });

  test('are read by prefix, from, to and after', () => {
    expect(keys({ prefix: 'b/' })).toEqual(['b/1', 'b/2', 'b/3']);
    expect(keys({ from: 'b/2', to: 'b/3' })).toEqual(['b/2', 'b/3']);
    expect(keys({ prefix: 'b/', after: 'b/2' })).toEqual(['b/3']);
    expect([...tables.rows(table('none'))]).toEqual([]);
  });
});

describe('stored rows', () => {
  test('stay as they were at the end of every epoch', () => {
    const saved = new SavedTables();
    const { tables } = saved;
    tables.put(notes, 'a', 1);
    tables.put(notes, 'b', 1);
    saved.save(1);
    tables.put(notes, 'a', 2);
    tables.delete(notes, 'b');
    saved.save(2);
    tables.put(notes, 'b', 3);
    saved.save(3);
    const at = (epoch: number): object => Object.fromEntries(saved.past(epoch).rows(notes));
    expect([0, 1, 2, 3, 9].map(at)).toEqual([{}, { a: 1, b: 1 }, { a: 2 }, { a: 2, b: 3 }, { a: 2, b: 3 }]);
    expect(saved.past(2).get(notes, 'b')).toBeUndefined();
    expect(saved.past(1).get(notes, 'b')).toBe(1);
  });

  test('agree with a plain map on whatever is put, deleted, saved and read', () => {
    const key = fc.stringMatching(/^[a-c]{1,3}(\/[a-c]{0,2})?$/);
    const query = fc.record({ prefix: key, from: key, to: key, after: key }, { requiredKeys: [] });
    const step = fc.oneof(
      fc.record({ put: key, row: fc.jsonValue() }),
      fc.record({ gone: key }),
      fc.constant('next epoch' as const),
      fc.constant('save' as const),
      fc.record({ read: query }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), query, (steps, last) => {
        const saved = new SavedTables();
        const plain = new Map<string, unknown>();
        const ends = [new Map(plain)];
        const expected = (rows: Map<string, unknown>, asked: RowQuery): unknown[] => {
          const { prefix = '', from = '', to = '~', after } = asked;
          return [...rows]
            .filter(([one]) => one.startsWith(prefix) && one >= from && one <= to)
            .filter(([one]) => after === undefined || one > after)
            .sort(([a], [b]) => (a < b ? -1 : 1));
        };
        for (const one of steps) {
          if (one === 'save') saved.save(ends.length);
          else if (one === 'next epoch') {
            saved.save(ends.length);
            ends.push(new Map(plain));
          } else if ('put' in one) {
            saved.tables.put(notes, one.put, one.row);
            // What a row is after it has been stored: negative zero is zero in JSON.
            plain.set(one.put, JSON.parse(JSON.stringify(one.row)));
          } else if ('gone' in one) {
            saved.tables.delete(notes, one.gone);
            plain.delete(one.gone);
          } else
            expect(JSON.stringify([...saved.tables.rows(notes, one.read)])).toEqual(
              JSON.stringify(expected(plain, one.read)),
            );
        }
        expect(JSON.stringify([...saved.tables.rows(notes, last)])).toEqual(JSON.stringify(expected(plain, last)));
        for (const [epoch, rows] of ends.entries())
          expect([...saved.past(epoch).rows(notes, last)]).toEqual(expected(rows, last));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a file of tables', () => {
  test('of another program is refused by name', () => {
    const file = join(temporaryFolder(), 'projections.sqlite');
    const foreign = new DatabaseSync(file);
    foreign.exec('CREATE TABLE address (name TEXT)');
    foreign.close();
    expect(() => new TableStore(file)).toThrow(UnusableLog);
    expect(() => new TableStore(file)).toThrow(file);
  });

  test('that cannot be read any more is put aside, and begun again', async () => {
    const file = join(temporaryFolder(), 'projections.sqlite');
    await new TableStore(file, true).close();
    const bytes = readFileSync(file).fill(0xff, 0, 512);
    writeFileSync(file, bytes);
    const store = new TableStore(file, true);
    expect(store.generations()).toEqual([]);
    expect(readFileSync(`${file}.damaged`).equals(bytes)).toBe(true);
    await store.close();
  });

  test('keeps rows and checkpoint together', async () => {
    const file = join(temporaryFolder(), 'projections.sqlite');
    const first = new TableStore(file);
    const { id } = first.create('notes', 1, 4);
    await first.save(id, 1, { checkpoint: 3, hash: 'abc' }, new Map([['note/a', { row: { deep: [1] } }]]));
    await first.close();
    const second = new TableStore(file);
    expect(second.generations()).toMatchObject([{ id, checkpoint: 3, hash: 'abc', status: 'building', epochSize: 4 }]);
    expect(new LayeredTables(second.newest(id)).get(notes, 'a')).toEqual({ deep: [1] });
    await second.close();
  });

  test('saves nothing by half', async () => {
    const file = join(temporaryFolder(), 'projections.sqlite');
    const store = new TableStore(file);
    const { id } = store.create('notes', 1, 4);
    const other = new DatabaseSync(file);
    other.exec("CREATE TRIGGER full BEFORE UPDATE ON generation BEGIN SELECT raise(FAIL, 'the disk is full'); END");
    const save = (): unknown => store.save(id, 1, { checkpoint: 3, hash: 'abc' }, new Map([['note/a', { row: 1 }]]));
    expect(save).toThrow('the projections cannot be saved: the disk is full');
    other.exec('DROP TRIGGER full');
    expect(store.generations()).toMatchObject([{ checkpoint: 0 }]);
    expect(new LayeredTables(store.newest(id)).get(notes, 'a')).toBeUndefined();
    save();
    other.close();
    await store.close();
  });
});
