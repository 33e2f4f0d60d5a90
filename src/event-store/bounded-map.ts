/**
 * A map that forgets what has not been used for long: it holds the entries used last, at least half of `capacity` of them
 * and never more than all of it.
 */
export class BoundedMap<Key, Value> {
  /** Used since the older ones were set aside. */
  #younger = new Map<Key, Value>();
  #older = new Map<Key, Value>();
  readonly #half: number;

  constructor(capacity: number) {
    this.#half = Math.ceil(capacity / 2);
  }

  get(key: Key): Value | undefined {
    const value = this.#younger.get(key);
    if (value !== undefined) return value;
    const older = this.#older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: Key, value: Value): void {
    this.#younger.set(key, value);
    if (this.#younger.size < this.#half) return;
    // Deleting the oldest entries one by one would be slow: a Map finds its first entry by passing over the deleted ones.
    this.#older = this.#younger;
    this.#younger = new Map();
  }

  delete(key: Key): void {
    this.#younger.delete(key);
    this.#older.delete(key);
  }

  clear(): void {
    this.#younger.clear();
    this.#older.clear();
  }
}
