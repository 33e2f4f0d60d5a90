/** A call that a fault can befall. `append` is both the single and the batch append, `subscribe` a read without end. */
export type Rpc = 'append' | 'delete' | 'features' | 'gossip' | 'read' | 'subscribe';

/**
 * What befalls the call:
 * - `silence`: it is never answered;
 * - `reset`: the connection that it came on is reset;
 * - `end`: its stream of answers ends cleanly (reads, subscriptions and batch appends; an error to the others);
 * - `delay`: it is served, but only after a while;
 * - the others: the answer that a server gives for that reason. `timeout` is what a leader says of an append that its
 *   followers did not confirm in time, and a follower of one that it passed on to a leader that is gone;
 *   `handler-failed` is UNKNOWN, which servers answer when they meet something that they did not expect; `not-leader`
 *   names the leader, or the next node where this one leads.
 */
export type How =
  | 'access-denied'
  | 'consumer-too-slow'
  | 'delay'
  | 'end'
  | 'handler-failed'
  | 'not-leader'
  | 'not-ready'
  | 'reset'
  | 'silence'
  | 'timeout'
  | 'too-busy'
  | 'unauthenticated';

/** A fault to come. */
export interface FaultPlan {
  readonly on: Rpc;
  readonly how: How;
  /** How many calls it befalls: 1 by default, `always` until it is lifted. */
  readonly times?: number | 'always';
  /** Only calls to this node (0, 1, …). */
  readonly node?: number;
  /** Only calls for this stream. */
  readonly stream?: string;
  /** An append or delete is kept, and only its answer is befallen. */
  readonly kept?: boolean;
  /** A read or a subscription first sends as many records. */
  readonly afterRecords?: number;
  /** The node that `not-leader` names, a dead one too: for a second after its death real followers do. */
  readonly leader?: number;
  /** How long a `delay` is. */
  readonly milliseconds?: number;
}

/** A fault that was planned: how often it was met, and a way to lift it. */
export class Fault {
  #met = 0;
  #isLifted = false;
  readonly #befallen = Promise.withResolvers<undefined>();

  constructor(readonly plan: FaultPlan) {}

  /** The calls that it has befallen. */
  get met(): number {
    return this.#met;
  }

  /** Settles when it has befallen a call for the first time. */
  get befallen(): Promise<undefined> {
    return this.#befallen.promise;
  }

  lift(): void {
    this.#isLifted = true;
  }

  /** Whether it befalls this call; counts the call where it does. */
  befalls(rpc: Rpc, node: number, stream: string | undefined): boolean {
    const { plan } = this;
    if (this.#isLifted || this.#isUsedUp() || plan.on !== rpc) return false;
    if (plan.node !== undefined && plan.node !== node) return false;
    if (plan.stream !== undefined && plan.stream !== stream) return false;
    this.#met += 1;
    this.#befallen.resolve(undefined);
    return true;
  }

  #isUsedUp(): boolean {
    const { times = 1 } = this.plan;
    return times !== 'always' && this.#met >= times;
  }
}

/** The faults to come, in the order in which they were planned: a call meets the first that fits it. */
export class Faults {
  #planned: Fault[] = [];

  plan(plan: FaultPlan): Fault {
    const fault = new Fault(plan);
    this.#planned.push(fault);
    return fault;
  }

  /** The fault that befalls a call, if any. */
  meet(rpc: Rpc, node: number, stream?: string): FaultPlan | undefined {
    return this.#planned.find((fault) => fault.befalls(rpc, node, stream))?.plan;
  }

  liftAll(): void {
    for (const fault of this.#planned) fault.lift();
    this.#planned = [];
  }
}
