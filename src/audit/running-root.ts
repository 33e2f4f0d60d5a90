import { EMPTY_ROOT, leafHash, nodeHash } from './merkle.js';

/** The Merkle root of a history that is read once, from its first record on; a few hashes are kept, however long it is. */
export class RunningRoot {
  /** Perfect subtrees from left to right, each smaller than the one before it. */
  readonly #peaks: { readonly level: number; readonly hash: string }[] = [];

  add(recordHash: string): void {
    let peak = { level: 0, hash: leafHash(recordHash) };
    while (this.#peaks.at(-1)?.level === peak.level) {
      const left = this.#peaks.pop()?.hash ?? '';
      peak = { level: peak.level + 1, hash: nodeHash(left, peak.hash) };
    }
    this.#peaks.push(peak);
  }

  /** Root of the tree over what was added so far. */
  root(): string {
    const [smallest, ...larger] = this.#peaks.map(({ hash }) => hash).reverse();
    return larger.reduce((right, left) => nodeHash(left, right), smallest ?? EMPTY_ROOT);
  }
}
