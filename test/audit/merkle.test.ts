import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  BLOCK,
  consistencyPath,
  EMPTY_ROOT,
  grow,
  inclusionPath,
  leafHash,
  treeHash,
  type TreeHash,
} from '../../src/audit/merkle.js';
import { RunningRoot } from '../../src/audit/running-root.js';
import { includes, isConsistent } from '../support/proofs.js';

const sha256 = (...parts: readonly (number | string)[]): string =>
  createHash('sha256')
    .update(Buffer.concat(parts.map((one) => (typeof one === 'number' ? Buffer.of(one) : Buffer.from(one, 'hex')))))
    .digest('hex');

/** Hashes of invented records. */
const records = Array.from({ length: 1_100 }, (_, index) => sha256(index % 256, index >> 8));

/** `MTH` as section 2.1.1 of the RFC states it. */
function plainRoot(hashes: readonly string[]): string {
  if (hashes.length === 0) return sha256();
  if (hashes.length === 1) return sha256(0, hashes[0] ?? '');
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return sha256(1, plainRoot(hashes.slice(0, k)), plainRoot(hashes.slice(k)));
}

/** The tree of the first so many records, grown leaf by leaf. */
function grown(size: number): TreeHash {
  const stored = new Map<string, string>();
  let low: string[] = [];
  for (const [index, hash] of records.slice(0, size).entries())
    low = grow(low, index, leafHash(hash), {
      get: (level, at) => stored.get(`${level}/${at}`) ?? '',
      put: (level, at, node) => void stored.set(`${level}/${at}`, node),
    });
  return treeHash({
    node: (level, index) => stored.get(`${level}/${index}`) ?? '',
    leaves: (block) => records.slice(block * BLOCK, Math.min(size, (block + 1) * BLOCK)).map(leafHash),
  });
}

const tree = grown(records.length);
const size = fc.integer({ min: 1, max: records.length });

describe('the Merkle tree', () => {
  test('has the roots that RFC 9162 states, for every size around a block and any other', () => {
    expect(EMPTY_ROOT).toBe(plainRoot([]));
    for (const n of [0, 1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 767, 768, 1_023, 1_024, 1_025])
      expect(tree(0, n)).toBe(plainRoot(records.slice(0, n)));
    fc.assert(
      fc.property(size, (n) => tree(0, n) === plainRoot(records.slice(0, n))),
      { numRuns: 40 },
    );
  });

  test('has the same roots where it is only read once', () => {
    const running = new RunningRoot();
    expect(running.root()).toBe(EMPTY_ROOT);
    for (const [index, hash] of records.entries()) {
      running.add(hash);
      expect(running.root()).toBe(tree(0, index + 1));
    }
  });

  test('shows every record to be included, and no other in its place', () => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (n, some, other) => {
        const index = some % n;
        const path = inclusionPath(tree, index, n);
        const leaf = leafHash(records[index] ?? '');
        expect(includes(tree(0, n), n, index, leaf, path)).toBe(true);
        const wrong = other % n;
        if (wrong !== index) expect(includes(tree(0, n), n, wrong, leaf, path)).toBe(false);
        expect(includes(tree(0, n), n, index, leafHash('ff'.repeat(32)), path)).toBe(false);
        expect(includes(tree(0, n), n, index, leaf, [...path, 'ff'.repeat(32)])).toBe(false);
        if (path.length > 0) expect(includes(tree(0, n), n, index, leaf, path.slice(1))).toBe(false);
      }),
    );
  });

  test('shows every later tree to begin with an earlier one, and not with another', () => {
    fc.assert(
      fc.property(size, size, (one, another) => {
        const [from, to] = [Math.min(one, another), Math.max(one, another)];
        const path = consistencyPath(tree, from, to);
        const [first, second] = [
          { size: from, root: tree(0, from) },
          { size: to, root: tree(0, to) },
        ];
        expect(isConsistent(first, second, path)).toBe(true);
        expect(isConsistent({ ...first, root: 'ff'.repeat(32) }, second, path)).toBe(false);
        expect(isConsistent(first, { ...second, root: 'ff'.repeat(32) }, path)).toBe(false);
        if (path.length > 0) expect(isConsistent(first, second, path.slice(0, -1))).toBe(false);
        expect(isConsistent(first, second, [...path, 'ff'.repeat(32)])).toBe(false);
      }),
    );
  });

  test('has the paths of the example in section 2.1.5 of the RFC', () => {
    const [, b, c, d, , f, j] = records.slice(0, 7).map(leafHash);
    const [g, h, i, k] = [tree(0, 2), tree(2, 4), tree(4, 6), tree(0, 4)];
    const l = tree(4, 7);
    expect(inclusionPath(tree, 0, 7)).toEqual([b, h, l]);
    expect(inclusionPath(tree, 3, 7)).toEqual([c, g, l]);
    expect(inclusionPath(tree, 4, 7)).toEqual([f, j, k]);
    expect(inclusionPath(tree, 6, 7)).toEqual([i, k]);
    expect(consistencyPath(tree, 3, 7)).toEqual([c, d, g, l]);
    expect(consistencyPath(tree, 4, 7)).toEqual([l]);
    expect(consistencyPath(tree, 6, 7)).toEqual([i, j, k]);
  });
});
