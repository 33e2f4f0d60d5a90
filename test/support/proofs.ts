import { nodeHash } from '../../src/audit/merkle.js';

/* What an auditor does with the proofs of `GET /audit/inclusion` and `/audit/consistency`. */

/** Whether a path shows that the tree with this root and size includes a leaf. RFC 9162, section 2.1.3.2. */
export function includes(root: string, size: number, index: number, leaf: string, path: readonly string[]): boolean {
  if (index < 0 || index >= size) return false;
  let [node, fn, sn] = [leaf, index, size - 1];
  for (const sibling of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      node = nodeHash(sibling, node);
      while (fn !== 0 && fn % 2 === 0) [fn, sn] = [fn / 2, half(sn)];
    } else node = nodeHash(node, sibling);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && node === root;
}

/** Whether a path shows that a tree begins with an earlier one. RFC 9162, section 2.1.4.2. */
export function isConsistent(
  first: { readonly size: number; readonly root: string },
  second: { readonly size: number; readonly root: string },
  path: readonly string[],
): boolean {
  if (first.size < 1 || first.size > second.size) return false;
  if (first.size === second.size) return path.length === 0 && first.root === second.root;
  const [seed, ...rest] = isPowerOfTwo(first.size) ? [first.root, ...path] : path;
  if (seed === undefined || rest.length === 0) return false;
  let [fn, sn] = [first.size - 1, second.size - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [seed, seed];
  for (const node of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(node, fr);
      sr = nodeHash(node, sr);
      while (fn !== 0 && fn % 2 === 0) [fn, sn] = [fn / 2, half(sn)];
    } else sr = nodeHash(sr, node);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && fr === first.root && sr === second.root;
}

const half = (n: number): number => Math.floor(n / 2);
const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));
