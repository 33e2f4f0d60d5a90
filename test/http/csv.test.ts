import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvStream, csvTable, prefersCsv, type CsvValue } from '../../src/http/csv.js';

/** The CSV of one column of values. */
async function csvOf(values: readonly CsvValue[]): Promise<string> {
  const table = csvTable({
    name: 'values',
    version: null,
    columns: { value: (one: CsvValue) => one, end: () => '.' },
    rows: values,
  });
  return (await csvStream(table).toArray()).join('');
}

test('a table is written with CRLF, a header, and quotes where they are needed', async () => {
  expect(await csvOf(['plain', 'a,b', 'a "b"', 'two\nlines', '', null, 7, -7.5, true, 'été'])).toBe(
    [
      'value,end',
      'plain,.',
      '"a,b",.',
      '"a ""b""",.',
      '"two\nlines",.',
      ',.',
      ',.',
      '7,.',
      '-7.5,.',
      'true,.',
      'été,.',
      '',
    ].join('\r\n'),
  );
});

test('a table without rows is its header', async () => {
  expect(await csvOf([])).toBe('value,end\r\n');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '\uFF1D1', '=cmd|"/c calc"!A1'])(
  'text that a spreadsheet would calculate stays text: %j',
  async (text) => {
    const [, [value] = []] = parse(await csvOf([text]));
    expect(value).toBe(`'${text}`);
  },
);

test('any text comes back as it was, or with one apostrophe before it, whatever the number of rows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { maxLength: 600 }), async (texts) => {
      const [, ...rows] = parse(await csvOf(texts));
      expect(rows).toHaveLength(texts.length);
      for (const [index, [value = '']] of rows.entries()) {
        expect([texts[index], `'${texts[index] ?? ''}`]).toContain(value);
        expect(value).not.toMatch(/^\s*[=+\-@]/);
      }
    }),
    { numRuns: 30 },
  );
});

test('rows are asked for no faster than they are taken', async () => {
  let asked = 0;
  function* rows(): Generator<string> {
    for (; asked < 1_000_000; asked += 1) yield 'x'.repeat(1_000);
  }
  const stream = csvStream(csvTable({ name: 'many', version: null, columns: { value: (one) => one }, rows: rows() }));
  for await (const chunk of stream) {
    expect(String(chunk)).toContain('xxx');
    break;
  }
  expect(asked).toBeLessThan(10_000);
});

test.each([
  [undefined, false],
  ['*/*', false],
  ['text/html,application/xhtml+xml,*/*;q=0.8', false],
  ['application/json, text/csv', false],
  ['text/csv', true],
  ['TEXT/CSV; charset=utf-8', true],
  ['text/*', true],
  ['text/csv;q=0.5, application/json', false],
  ['text/csv, application/json;q=0.9', true],
  ['text/csv;q=0, */*', false],
  ['text/csv;q=nonsense', false],
])('Accept: %s', (accept, csv) => {
  expect(prefersCsv(accept)).toBe(csv);
});
