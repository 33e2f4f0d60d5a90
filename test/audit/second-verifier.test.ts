import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAuditKeys, rotateAuditKey } from '../../src/audit/audit-key.js';
import { EMPTY_ROOT } from '../../src/audit/merkle.js';
import { headText } from '../../src/audit/tree-head.js';
import type { Kept, KeptHead } from '../../src/audit/verify/kept.js';
import { forged, withForgedEvent } from '../support/forgery.js';
import { exportOf, History, linesOf, newKeyFile, verified } from '../support/histories.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

/** A verifier that was written from docs/reference/export-format.md, in another language, agrees with ours. */

afterAll(removeTemporaryFolders);

/** What the second verifier says: `ok`, or the finding and the event. */
function second(bytes: Buffer, kept: Partial<Kept> = {}): string {
  const folder = temporaryFolder();
  const file = (name: string, content: Buffer | string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const [head, key] = [kept.heads?.[0], kept.keys?.[0]];
  const { stdout, stderr } = spawnSync(
    'python3',
    [
      join(import.meta.dirname, 'verify.py'),
      file('export.ndjson', bytes),
      ...(head ? ['--head', file('head.json', JSON.stringify(head))] : []),
      ...(key === undefined
        ? []
        : ['--key', file('key.pem', `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----\n`)]),
    ],
    { encoding: 'utf8' },
  );
  return stdout.trim() + stderr.trim();
}

/** What ours says, in the same form. */
function first(bytes: Buffer, kept: Partial<Kept> = {}): string {
  const [fault] = verified(bytes, kept).faults;
  return fault ? `${fault.kind.replace('cut-off', 'cut off')} ${fault.position ?? '-'}` : 'ok';
}

let history: History;
let head: ReturnType<History['head']>;
let good: Buffer;
let lines: string[];
beforeAll(async () => {
  const file = newKeyFile();
  history = new History(readAuditKeys(file));
  const go = async (parties: readonly number[]): Promise<void> => {
    for (const party of parties)
      await history.go({ party, text: `caf\u00e9 ${party} \u2028 \ud83d\udd27`, minutes: 5 });
  };
  await go([1, 2, 1, 3, 1]);
  await history.sign();
  await go([2, 2, 3]);
  rotateAuditKey(file);
  history.useKeys(readAuditKeys(file));
  await history.sign();
  head = history.head();
  await go([1, 4]);
  good = await history.export();
  lines = linesOf(good);
});

const text = (changed: readonly string[]): Buffer => Buffer.from(changed.join(''));

describe('two verifiers agree', () => {
  test('that a history is whole, in itself and against what was kept', async () => {
    expect(second(good)).toBe('ok');
    expect(second(good, { heads: [head], keys: [head.publicKey] })).toBe('ok');
    expect(first(good, { heads: [head], keys: [head.publicKey] })).toBe('ok');
    expect(second(await new History().export())).toBe('ok');
    expect(second(await history.export(7), { heads: [head] })).toBe('truncated -');
  });

  test.each([
    ['taken out', () => text(lines.toSpliced(4, 1)), 'missing 4'],
    ['several taken out', () => text(lines.toSpliced(4, 3)), 'missing 4'],
    ['the last taken out', () => text(lines.toSpliced(-2, 1)), undefined],
    ['put in twice', () => text(lines.toSpliced(6, 0, lines[3] ?? '')), 'inserted 3'],
    ['put in early', () => text(lines.toSpliced(3, 0, lines[6] ?? '')), 'inserted 6'],
    ['rubbish put in', () => text(lines.toSpliced(3, 0, '{}\n')), 'inserted 3'],
    ['swapped', () => text(lines.with(3, lines[5] ?? '').with(5, lines[3] ?? '')), 'reordered 3'],
    ['changed', () => text(lines.with(3, (lines[3] ?? '').replace('caf\u00e9 1', 'cafe 1'))), 'changed 3'],
    ['a changed hash', () => text(lines.with(3, (lines[3] ?? '').replace(/"hash":"./, '"hash":"_'))), 'changed 3'],
    ['another header', () => text(lines.with(0, (lines[0] ?? '').replace('"version":1', '"version":2'))), 'header -'],
    ['another count', () => text(lines.with(0, (lines[0] ?? '').replace(/records":1/, 'records":2'))), 'header -'],
    [
      'another sum',
      () => text(lines.with(-1, (lines.at(-1) ?? '').replace(/"sha256":"./, '"sha256":"x'))),
      'closing -',
    ],
    ['no closing line', () => text(lines.slice(0, -1)), 'cut off -'],
    ['something after it', () => text([...lines, '{}\n']), 'closing -'],
    ['a space', () => Buffer.concat([good, Buffer.from(' ')]), 'closing -'],
  ])('about an export with an event or a line: %s', (_what, bad, expected) => {
    const bytes = bad();
    expect(second(bytes)).toBe(expected ?? first(bytes));
    expect(first(bytes)).toBe(second(bytes));
  });

  test('about an event that was changed and hashed anew, with nothing after it', async () => {
    const unsigned = new History();
    for (const party of [1, 2, 1, 2]) await unsigned.go({ party, text: 'x', minutes: 5 });
    const otherData = await withForgedEvent(unsigned.log, 2, () => ({ data: { partyId: 'forged' } }));
    const otherTime = await withForgedEvent(unsigned.log, 3, () => ({ recordedAt: '2026-10-01T09:59:00.000Z' }));
    const otherStream = await withForgedEvent(unsigned.log, 3, () => ({ stream: 'party-2' }));
    const otherRevision = await withForgedEvent(unsigned.log, 3, () => ({ revision: 2 }));
    for (const [bytes, expected] of [
      [otherData, 'unchained 4'],
      [otherTime, 'time 4'],
      [otherStream, 'unchained 3'],
      [otherRevision, 'unchained 3'],
    ] as const) {
      expect(second(bytes)).toBe(expected);
      expect(first(bytes)).toBe(expected);
    }
    // The last of its stream: nothing in the file tells, so it is said that this cannot be ruled out.
    const last = await withForgedEvent(unsigned.log, 4, () => ({ data: { partyId: 'forged' } }));
    expect([first(last), second(last)]).toEqual(['ok', 'ok']);
    expect(verified(last).notRuledOut.join()).toContain(
      'the events 1 to 4 are as recorded: no signed head covers them',
    );
  });

  test('about a history that was written anew', async () => {
    const { current } = readAuditKeys(newKeyFile());
    const unsigned = await exportOf(forged(history.log, { position: 2 }), history.log.head());
    const signed = await exportOf(forged(history.log, { position: 2, key: current }), history.log.head());
    for (const [bytes, kept, expected] of [
      [unsigned, {}, 'head 7'],
      [unsigned, { heads: [head] }, 'head 7'],
      [signed, { heads: [head] }, undefined],
      [signed, { keys: [head.publicKey] }, undefined],
    ] as const) {
      const said = second(bytes, kept);
      expect(said).not.toBe('ok');
      expect(first(bytes, kept)).toBe(said);
      if (expected !== undefined) expect(said).toBe(expected);
    }
  });

  test.each([null, -1, 0.5, '3', true, 1e300])(
    'about a head that covers %j events, signed as it should be',
    async (size) => {
      const keys = readAuditKeys(newKeyFile());
      const other = new History(keys);
      await other.go({ party: 1, text: 'x', minutes: 5 });
      await other.sign();
      // Signed by whoever has the key, over the root of no events.
      const bytes = await withForgedEvent(other.log, other.log.head(), ({ data }) => {
        const head = { ...(data as unknown as KeptHead), size: size as number, rootHash: EMPTY_ROOT };
        return { data: { ...head, signature: keys.current.sign(headText(head)) } };
      });
      expect(second(bytes)).toBe(`head ${other.log.head()}`);
      expect(first(bytes)).toBe(`head ${other.log.head()}`);
    },
  );

  test('about any bit that is changed', () => {
    for (let at = 3; at < good.length; at += 211) {
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      const said = second(bytes);
      expect(said).not.toBe('ok');
      expect({ at, said: first(bytes) }).toEqual({ at, said });
    }
  });
});
