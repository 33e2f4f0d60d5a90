/** Numbers that a seed settles: the same seed, the same numbers (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to one below the bound. */
  below(bound: number): number {
    return Math.floor(this.#next() * bound);
  }

  /** True so often, from 0 to 1. */
  chance(share: number): boolean {
    return this.#next() < share;
  }

  /** One of several things. @throws RangeError if there are none */
  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new RangeError('nothing to pick from');
    return items[this.below(items.length)] as Item;
  }

  /** Numbers of their own, for somebody who takes them at a pace of their own. */
  branch(): Random {
    return new Random(Math.floor(this.#next() * 2 ** 32));
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
