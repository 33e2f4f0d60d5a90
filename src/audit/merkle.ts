import { hash } from 'node:crypto';

/**
 * The Merkle tree of RFC 9162, section 2.1, over the hashes of records in log order. Hashes are SHA-256, hex. The data
 * of leaf `i` are the 32 bytes of the hash of the record at position `i + 1`.
 */

/** Leaves of one block: nodes of smaller subtrees are worked out from the leaves when they are asked for. */
export const BLOCK = 256;
/** Level of a block's node; leaves are of level 0. */
export const BLOCK_LEVEL = 8;
/** Root of the tree without leaves. */
export const EMPTY_ROOT = hash('sha256', '');

const leafInput = Buffer.alloc(33, 0);
const nodeInput = Buffer.alloc(65, 1);

/** `SHA-256(0x00 || record hash)`. */
export function leafHash(recordHash: string): string {
  leafInput.write(recordHash, 1, 32, 'hex');
  return hash('sha256', leafInput);
}

/** `SHA-256(0x01 || left || right)`. */
export function nodeHash(left: string, right: string): string {
  nodeInput.write(left, 1, 32, 'hex');
  nodeInput.write(right, 33, 32, 'hex');
  return hash('sha256', nodeInput);
}

/** Nodes of perfect subtrees, from the level of a block up. `index` counts the nodes of one level from the left. */
export interface Nodes {
  get(level: number, index: number): string;
  put(level: number, index: number, node: string): void;
}

/**
 * Adds a leaf to a tree.
 * @param low nodes of the perfect subtrees below the level of a block, largest first
 * @param size leaves so far
 * @returns `low` with the leaf; where it completes a block, that and what becomes perfect with it is put to `nodes`
 */
export function grow(low: readonly string[], size: number, leaf: string, nodes: Nodes): string[] {
  const next = [...low];
  let [node, level, index] = [leaf, 0, size];
  for (; level < BLOCK_LEVEL && index % 2 === 1; level += 1, index = (index - 1) / 2)
    node = nodeHash(next.pop() ?? '', node);
  if (level < BLOCK_LEVEL) {
    next.push(node);
    return next;
  }
  nodes.put(level, index, node);
  while (index % 2 === 1) {
    node = nodeHash(nodes.get(level, index - 1), node);
    level += 1;
    index = (index - 1) / 2;
    nodes.put(level, index, node);
  }
  return next;
}

/** What a tree of any size is worked out from. */
export interface TreeSource {
  /** The node of a perfect subtree, from the level of a block up. */
  node(level: number, index: number): string;
  /** Leaves of a block, as many as there are. */
  leaves(block: number): readonly string[];
}

/** The hash of the leaves from `start` up to, but not with, `end`: `MTH(D[start:end])` of RFC 9162. */
export type TreeHash = (start: number, end: number) => string;

/** Works out the hashes of a source. */
export function treeHash(source: TreeSource): TreeHash {
  const block = { number: -1, leaves: [] as readonly string[] };
  const leaf = (index: number): string => {
    const number = Math.floor(index / BLOCK);
    // The last block grows.
    if (block.number !== number || block.leaves.length <= index - number * BLOCK)
      Object.assign(block, { number, leaves: source.leaves(number) });
    const found = block.leaves[index - number * BLOCK];
    if (found === undefined) throw new Error(`the tree has no leaf ${String(index)}`);
    return found;
  };
  const subtree: TreeHash = (start, end) => {
    const size = end - start;
    if (size === 0) return EMPTY_ROOT;
    if (size === 1) return leaf(start);
    const left = leftOf(size);
    // Perfect where the right half is as large as the left; the left end of every subtree is then a multiple of its size.
    if (size >= BLOCK && size === 2 * left) return source.node(levelOf(size), start / size);
    return nodeHash(subtree(start, start + left), subtree(start + left, end));
  };
  return subtree;
}

/** The largest power of two that is smaller than a size of at least two. */
function leftOf(size: number): number {
  let left = 1;
  while (left * 2 < size) left *= 2;
  return left;
}

function levelOf(size: number): number {
  let level = 0;
  for (let rest = size; rest > 1; rest /= 2) level += 1;
  return level;
}

/** The path by which a tree of this size includes a leaf, from the leaf up. `PATH(index, D[size])`. */
export function inclusionPath(tree: TreeHash, index: number, size: number): string[] {
  const path: string[] = [];
  for (let [start, end] = [0, size]; end - start > 1;) {
    const middle = start + leftOf(end - start);
    if (index < middle) {
      path.push(tree(middle, end));
      end = middle;
    } else {
      path.push(tree(start, middle));
      start = middle;
    }
  }
  return path.reverse();
}

/** The path by which a tree of size `to` begins with that of size `from`. `PROOF(from, D[to])`; 0 < from <= to. */
export function consistencyPath(tree: TreeHash, from: number, to: number): string[] {
  const path: string[] = [];
  let [start, end] = [0, to];
  while (from < end) {
    const middle = start + leftOf(end - start);
    if (from <= middle) {
      path.push(tree(middle, end));
      end = middle;
    } else {
      path.push(tree(start, middle));
      start = middle;
    }
  }
  return start === 0 ? path.reverse() : [tree(start, end), ...path.reverse()];
}
