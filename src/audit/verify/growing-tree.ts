import { BLOCK, BLOCK_LEVEL, EMPTY_ROOT, grow, leafHash, nodeHash, treeHash, type Nodes } from '../merkle.js';

/** Bytes of a hash. */
const HASH = 32;

/** The Merkle tree of a history that is being read: 32 bytes are kept for each record, so that any earlier root is known. */
export class GrowingTree {
  size = 0;
  #low: string[] = [];
  readonly #blocks: Buffer[] = [];
  /** By level, from the level of a block up. */
  readonly #levels: string[][] = [];
  readonly #nodes: Nodes = {
    get: (level, index) => this.#levels[level - BLOCK_LEVEL]?.[index] ?? '',
    put: (level, index, node) => ((this.#levels[level - BLOCK_LEVEL] ??= [])[index] = node),
  };
  readonly #earlier = treeHash({
    node: (level, index) => this.#nodes.get(level, index),
    leaves: (block) => this.#leaves(block),
  });

  add(recordHash: string): void {
    const leaf = leafHash(recordHash);
    const place = this.size % BLOCK;
    if (place === 0) this.#blocks.push(Buffer.allocUnsafe(BLOCK * HASH));
    this.#blocks.at(-1)?.write(leaf, place * HASH, HASH, 'hex');
    this.#low = grow(this.#low, this.size, leaf, this.#nodes);
    this.size += 1;
  }

  /** Root of the tree when it had so many leaves, at most as many as it has. */
  root(size = this.size): string {
    if (size !== this.size) return this.#earlier(0, size);
    // Of the newest tree the perfect subtrees are at hand: the odd ones of each level, and those below a block.
    const peaks = this.#levels.flatMap((nodes) => (nodes.length % 2 === 1 ? [nodes.at(-1) ?? ''] : [])).reverse();
    return (
      [...peaks, ...this.#low].reduceRight((right, left) => (right === '' ? left : nodeHash(left, right)), '') ||
      EMPTY_ROOT
    );
  }

  #leaves(block: number): string[] {
    const bytes = this.#blocks[block];
    const count = Math.min(BLOCK, this.size - block * BLOCK);
    return Array.from({ length: count }, (_, at) => bytes?.toString('hex', at * HASH, (at + 1) * HASH) ?? '');
  }
}
