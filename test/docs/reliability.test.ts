import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/reference/reliability.md'), 'utf8');
const ROW = /^\| (?!promise|-)(.+?) +\| .+? +\| `(test\/[\w./-]+)`: (.+?) +\|$/gm;

const promises = [...page.matchAll(ROW)].map(([, promise = '', file = '', name = '']) => ({ promise, file, name }));

test('every promise is in the form of the table', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('|') && line.includes('`test/'));
  expect(promises.length).toBeGreaterThan(10);
  expect(promises).toHaveLength(rows.length);
});

test.each(promises)('a test holds the program to it: $promise', ({ file, name }) => {
  expect(existsSync(join(ROOT, file))).toBe(true);
  expect(readFileSync(join(ROOT, file), 'utf8')).toContain(name);
});
