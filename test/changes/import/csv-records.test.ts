import fc from 'fast-check';
import { CsvRecords, type CsvRecord } from '../../../src/changes/import/csv-records.js';

/** The records of bytes that come in chunks of one size. */
function recordsOf(text: string | Buffer, chunk = 1_000_000): CsvRecord[] {
  const bytes = Buffer.from(text);
  const records = new CsvRecords();
  const found: CsvRecord[] = [];
  for (let from = 0; from < bytes.length; from += chunk)
    found.push(...records.push(bytes.subarray(from, from + chunk)));
  return [...found, ...records.end()];
}
const cells = (text: string | Buffer, chunk?: number): (readonly string[])[] =>
  recordsOf(text, chunk).map((record) => record.cells);
const problems = (text: string | Buffer): [number, string][] =>
  recordsOf(text).flatMap(({ row, problem }) => (problem === undefined ? [] : [[row, problem] as [number, string]]));

test.each([1, 2, 3, 7, 1000])('the same records in chunks of %d bytes', (chunk) => {
  expect(cells('a,b\r\n1,"two, ""2"""\r\n"é\nê",3\n\n,\n', chunk)).toEqual([
    ['a', 'b'],
    ['1', 'two, "2"'],
    ['é\nê', '3'],
    ['', ''],
  ]);
});

test('a byte order mark, CRLF, blank lines and a missing last line break change nothing', () => {
  const plain = cells('a,b\n1,2\n');
  for (const text of ['\uFEFFa,b\n1,2\n', '\uFEFF"a",b\r\n1,2', '\n\r\na,b\r\n\r\n1,2\r\n\r\n'])
    expect(cells(text)).toEqual(plain);
});

test('no bytes are no records', () => {
  expect(recordsOf('')).toEqual([]);
  expect(recordsOf('\n\r\n')).toEqual([]);
});

test('8-bit text is told for its row, and costs no other', () => {
  const text = Buffer.concat([Buffer.from('a,b\n1,x\n2,'), Buffer.from([0xe9]), Buffer.from('\n3,é\n')]);
  expect(problems(text)).toEqual([[2, expect.stringContaining('UTF-8')]]);
  expect(cells(text)[3]).toEqual(['3', 'é']);
});

test.each([
  ['a quote that is left open', '2,"x\n'],
  ['a quote within a cell', '2,5" disk\n'],
  ['two quotes within a cell', '2,5" by 6"\n'],
  ['text after the closing quote', '2,"x"y\n'],
  ['a row that is far too long', `2,${'x'.repeat(200_000)}\n`],
])('%s costs its row, and no other', (_, bad) => {
  const text = `a,b\n1,x\n${bad}3,z\n4,"q"\n`;
  expect(problems(text).map(([row]) => row)).toEqual([2]);
  expect(recordsOf(text).filter(({ problem }) => problem === undefined)).toEqual([
    { row: 0, cells: ['a', 'b'] },
    { row: 1, cells: ['1', 'x'] },
    { row: 3, cells: ['3', 'z'] },
    { row: 4, cells: ['4', 'q'] },
  ]);
});

test('a quote that is left open in the last row, or before hundreds of others, costs one row', () => {
  expect(problems('a,b\n1,x\n2,"y').map(([row]) => row)).toEqual([2]);
  const many = Array.from({ length: 500 }, (_, index) => `${index},x\n`).join('');
  expect(problems(`a,b\n0,"x\n${many}`).map(([row]) => row)).toEqual([1]);
});

test('nothing is held of a line that never ends', () => {
  const records = new CsvRecords();
  const megabyte = Buffer.alloc(1024 * 1024, 'x');
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 64; count += 1) expect([...records.push(megabyte)]).toEqual([]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * megabyte.length);
});

/** A cell as RFC 4180 writes it, quoted or, where it can be, not. */
const written = (cell: string, quoted: boolean): string =>
  quoted || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

test('whatever is written as RFC 4180 says is read as it was, in any chunks', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', ',', '"', '\n', ' ', ';', '😀'), maxLength: 6 });
  const rows = fc.array(fc.tuple(cell, cell, fc.boolean()), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(rows, fc.constantFrom('\n', '\r\n'), fc.integer({ min: 1, max: 30 }), (table, end, chunk) => {
      const text = table
        .map(([one, other, quoted]) => `x,${written(one, quoted)},${written(other, !quoted)}`)
        .join(end);
      expect(cells(text, chunk)).toEqual(table.map(([one, other]) => ['x', one, other]));
    }),
  );
});
