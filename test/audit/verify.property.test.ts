import fc from 'fast-check';
import { History, linesOf, steps, verified } from '../support/histories.js';
import { removeTemporaryFolders } from '../support/temporary-folder.js';

afterAll(removeTemporaryFolders);

const join = (lines: readonly string[]): Buffer => Buffer.from(lines.join(''));
const kinds = (bytes: Buffer): string[] => verified(bytes).faults.map(({ kind }) => kind);
const RUNS = { numRuns: 60 };

describe('of any history', () => {
  test('nothing is reported where nothing is wrong, in whatever pieces it comes', async () => {
    await fc.assert(
      fc.asyncProperty(steps(), fc.integer({ min: 1, max: 5_000 }), async (all, piece) => {
        const history = await History.of(all);
        expect(verified(await history.export(), {}, piece).faults).toEqual([]);
        expect(verified(await history.export(Math.floor(history.log.head() / 2))).faults).toEqual([]);
      }),
      RUNS,
    );
  });

  test('a single bit that is changed is found from the file alone', async () => {
    await fc.assert(
      fc.asyncProperty(steps(), fc.nat(), fc.nat(7), async (all, where, bit) => {
        const bytes = await (await History.of(all)).export();
        const at = where % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        expect(kinds(bytes)).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });

  test('an event that is taken out is found, and named', async () => {
    await fc.assert(
      fc.asyncProperty(steps(), fc.nat(), async (all, some) => {
        const lines = linesOf(await (await History.of(all)).export());
        const position = 1 + (some % (lines.length - 2));
        const [fault] = verified(join(lines.toSpliced(position, 1))).faults;
        expect(fault).toMatchObject({ kind: 'missing', position });
      }),
      RUNS,
    );
  });

  test('an event that is put in is found, and named: a copy of another, or one from another history', async () => {
    await fc.assert(
      fc.asyncProperty(steps(), steps(), fc.nat(), fc.nat(), fc.boolean(), async (all, others, some, place, copy) => {
        const lines = linesOf(await (await History.of(all)).export());
        const foreign = copy ? lines : linesOf(await (await History.of(others)).export());
        const line = foreign[1 + (some % (foreign.length - 2))] ?? '';
        const at = 1 + (place % (lines.length - 1));
        const changed = lines.toSpliced(at, 0, line);
        const [fault] = verified(join(changed)).faults;
        expect(fault).toBeDefined();
        if (copy) expect(fault?.kind).toBe('inserted');
        // What comes before the place is right.
        expect(fault?.line).toBeGreaterThan(at);
      }),
      RUNS,
    );
  });

  test('two events that change places are found, and the first of the two places named', async () => {
    await fc.assert(
      fc.asyncProperty(steps(), fc.nat(), fc.nat(), async (all, one, another) => {
        const lines = linesOf(await (await History.of(all)).export());
        const events = lines.length - 2;
        fc.pre(events > 1);
        const a = 1 + (one % events);
        const b = 1 + (another % events);
        fc.pre(a !== b);
        const swapped = lines.with(a, lines[b] ?? '').with(b, lines[a] ?? '');
        const [fault] = verified(join(swapped)).faults;
        expect(fault).toMatchObject({ kind: 'reordered', position: Math.min(a, b) });
      }),
      RUNS,
    );
  });

  test('a file that ends too early, anywhere, is found', async () => {
    await fc.assert(
      fc.asyncProperty(steps(), fc.nat(), async (all, where) => {
        const bytes = await (await History.of(all)).export();
        expect(kinds(bytes.subarray(0, where % bytes.length))).toHaveLength(1);
      }),
      RUNS,
    );
  });
});

test.each([0, 1, 40])('a file of which there are only %i bytes is told from one with events', async (length) => {
  const bytes = await (await History.of(['sign'])).export();
  expect(verified(bytes.subarray(0, length)).faults).toEqual([
    { kind: 'cut-off', position: null, line: 1, detail: 'the file ends before its first line does' },
  ]);
});

test('every single bit of an export counts', async () => {
  const history = await History.of([
    { party: 1, text: 'one', minutes: 0 },
    { party: 2, text: 'd\u00e9j\u00e0 \ud83d\udd27', minutes: 3 },
    { party: 1, text: 'three', minutes: 9 },
    'sign',
  ]);
  const bytes = await history.export();
  expect(kinds(bytes)).toEqual([]);
  const unnoticed: string[] = [];
  for (let at = 0; at < bytes.length; at += 1)
    for (let bit = 0; bit < 8; bit += 1) {
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      if (kinds(bytes).length === 0) unnoticed.push(`bit ${bit} of byte ${at}`);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
    }
  expect(unnoticed).toEqual([]);
});
