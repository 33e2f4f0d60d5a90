/** Milliseconds by which this server's clock may differ from the cluster's. */
const MAY_DIFFER = 5_000;

/**
 * Compares this server's clock with the time that KurrentDB stamps on its appends. A clock ahead would drag every later
 * record with it, for time never goes back along the log.
 */
export class ClusterClock {
  #sentAt = 0;
  /** How far this clock is ahead of the cluster's at least (negative: behind). Milliseconds. */
  #ahead = 0;

  /** @param checked false under `TEST_CLOCK`, where the clock is not meant to be right */
  constructor(private readonly checked: boolean) {}

  /** An append is being sent. */
  sending(): void {
    this.#sentAt = Date.now();
  }

  /** One of this server's records has come back with the time that was stamped on it, between sending it and now. */
  stamped(created: Date): void {
    const stamp = created.getTime();
    const now = Date.now();
    this.#ahead = stamp < this.#sentAt ? this.#sentAt - stamp : stamp > now ? now - stamp : 0;
  }

  /** What is wrong with this server's clock; undefined where nothing is. */
  fault(): string | undefined {
    if (!this.checked || Math.abs(this.#ahead) <= MAY_DIFFER) return undefined;
    const seconds = (Math.abs(this.#ahead) / 1_000).toFixed(1);
    return `this server's clock is ${seconds} s ${this.#ahead > 0 ? 'ahead of' : 'behind'} the cluster's: set it right and start the server again`;
  }
}
