/** Up to when a replica is known to have had all that the cluster had. */
export class Freshness {
  #at: number;
  #hasCome = false;
  /** What the cluster had when it was asked, where the replica has not come to it yet. */
  #awaited: { readonly head: number; readonly askedAt: number } | undefined;

  /**
   * @param newest when the replica's newest record was recorded, milliseconds since 1970: then at least it had all; 0 if it
   * has none
   */
  constructor(newest: number) {
    this.#at = newest;
  }

  /** Whether the replica has once come to a head that the cluster had since this began. */
  get hasCome(): boolean {
    return this.#hasCome;
  }

  /** Milliseconds since 1970. */
  get at(): number {
    return this.#at;
  }

  /** The cluster, asked at that time, had this head. A question whose head is still awaited goes first. */
  asked(head: number, askedAt: number, mine: number): void {
    this.came(mine);
    this.#awaited ??= { head, askedAt };
    this.came(mine);
  }

  /** The replica has come to this position. */
  came(mine: number): void {
    if (!this.#awaited || mine < this.#awaited.head) return;
    this.#at = this.#awaited.askedAt;
    this.#hasCome = true;
    this.#awaited = undefined;
  }
}
