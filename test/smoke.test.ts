import { DatabaseSync } from 'node:sqlite';
test('the runtime has Temporal and SQLite', () => {
  expect(Temporal.Instant.from('2026-01-01T00:00:00Z').toString()).toBe('2026-01-01T00:00:00Z');
  const db = new DatabaseSync(':memory:');
  expect(db.prepare('select 1 as one').get()).toEqual({ one: 1 });
  db.close();
});
