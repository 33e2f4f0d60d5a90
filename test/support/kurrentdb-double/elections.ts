import type { DoubleNode } from './node.js';

/**
 * Who leads. While nobody does, every node answers writes, and reads that require a leader, with "Server Is Not Ready".
 * A leader needs more than half of the nodes.
 */
export class Elections {
  #lastLeader = -1;
  #timer: NodeJS.Timeout | undefined;
  #elected = Promise.withResolvers<DoubleNode>();

  constructor(
    private readonly nodes: readonly DoubleNode[],
    /** How long an election takes, in milliseconds. */
    private readonly takes: number,
    private readonly onNewLeader: (leader: DoubleNode) => void,
  ) {}

  get leader(): DoubleNode | undefined {
    return this.nodes.find(({ state }) => state === 'Leader');
  }

  /** The leader, once there is one. */
  async elected(): Promise<DoubleNode> {
    return this.leader ?? this.#elected.promise;
  }

  /** The leader is gone: nobody leads until the election is finished. */
  start(): void {
    clearTimeout(this.#timer);
    for (const node of this.nodes) node.state = 'Unknown';
  }

  /** Finishes the election: this node leads, or the one after the last leader. Without a majority nobody does. */
  finish(leader?: number): void {
    clearTimeout(this.#timer);
    const next = [...this.nodes.slice(this.#lastLeader + 1), ...this.nodes.slice(0, this.#lastLeader + 1)];
    const chosen = next.find((node) => node.isAlive && (leader === undefined || node.index === leader));
    if (!this.#hasMajority() || chosen === undefined) return;
    for (const node of this.nodes) node.state = node.isAlive ? 'Follower' : 'Unknown';
    chosen.state = 'Leader';
    this.#lastLeader = chosen.index;
    this.onNewLeader(chosen);
    this.#elected.resolve(chosen);
    this.#elected = Promise.withResolvers();
  }

  /** Nodes came or went: the leader stays where it can, and is looked for where there is none. */
  review(): void {
    if (this.leader && this.#hasMajority()) {
      for (const node of this.nodes) if (node.isAlive && node.state === 'Unknown') node.state = 'Follower';
      return;
    }
    this.start();
    if (this.#hasMajority()) this.#timer = setTimeout(() => this.finish(), this.takes);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #hasMajority(): boolean {
    return this.nodes.filter(({ isAlive }) => isAlive).length > this.nodes.length / 2;
  }
}
