import { MemoryTables, table } from '../../src/event-store/tables.js';

const notes = table<string>('note');
const others = table<number>('other');

describe('tables', () => {
  let tables: MemoryTables;
  beforeEach(() => {
    tables = new MemoryTables();
    for (const key of ['b/2', 'a/1', 'b/1', 'c/1', 'b/3']) tables.put(notes, key, `row ${key}`);
    tables.put(others, 'b/1', 1);
  });
  const keys = (query?: Parameters<MemoryTables['rows']>[1]): string[] =>
    [...tables.rows(notes, query)].map(([key]) => key);

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
    expect(keys({ descending: true })).toEqual(['c/1', 'b/3', 'b/2', 'b/1', 'a/1']);
    tables.put(notes, 'a/2', '');
    tables.delete(notes, 'c/1');
    expect(keys()).toEqual(['a/1', 'a/2', 'b/1', 'b/2', 'b/3']);
  });

  test('are read by prefix, from, to and after', () => {
    expect(keys({ prefix: 'b/' })).toEqual(['b/1', 'b/2', 'b/3']);
    expect(keys({ from: 'b/2', to: 'b/3' })).toEqual(['b/2', 'b/3']);
    expect(keys({ prefix: 'b/', after: 'b/2' })).toEqual(['b/3']);
    expect(keys({ prefix: 'b/', after: 'b/2', descending: true })).toEqual(['b/1']);
    expect([...tables.rows(table('none'))]).toEqual([]);
  });
});
