import { setTimeout as pause } from 'node:timers/promises';
import type { Metadata } from '@grpc/grpc-js';
import type { FaultPlan, Faults, How, Rpc } from './faults.js';
import type { DoubleNode } from './node.js';
import type { Refusal } from './refusals.js';
import type { Store } from './store.js';
import { callerOf, mayUse, type Caller, type Users } from './users.js';
import type { ServerVersion } from './versions.js';

/** What every kind of call has. */
export interface Call {
  readonly cancelled: boolean;
  readonly metadata: Metadata;
  /** The other end of its connection, `address:port`. */
  getPeer(): string;
}

/** What the services of a node share with the other nodes. */
export interface Shared {
  readonly store: Store;
  readonly faults: Faults;
  readonly version: ServerVersion;
  readonly users: Users;
  readonly nodes: readonly DoubleNode[];
  /** Most bytes of data in one append. */
  readonly maxAppendSize: number;
  /** How long a live reader may take nothing, in milliseconds, before it is too slow for what waits. */
  readonly patience: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What became of a call: an answer, a refusal, or no answer at all. */
export type Outcome<T> =
  | { readonly is: 'answered'; readonly answer: T }
  | { readonly is: 'refused'; readonly refusal: Refusal }
  | { readonly is: 'silent' }
  | { readonly is: 'ended' };

/** One node's side of every call: who calls, whether the node serves it, and the fault that it meets. */
export class Gate {
  constructor(
    readonly node: DoubleNode,
    readonly shared: Shared,
  ) {}

  /** The caller, or why the caller is refused. */
  caller(headers: Metadata): Caller | Refusal {
    return callerOf(this.shared.users, headers);
  }

  /** Why this node does not serve a read or a write of a stream; undefined where it does. */
  refusal(caller: Caller, stream: string, kind: 'read' | 'write', headers: Metadata): Refusal | undefined {
    if (!mayUse(caller, stream, this.shared.version.allowsAnonymous)) return { because: 'access-denied' };
    const requiresLeader = headers.get('requires-leader')[0]?.toString().toLowerCase() === 'true';
    if (this.node.state === 'Unknown' && (kind === 'write' || requiresLeader)) return { because: 'not-ready' };
    if (this.node.state === 'Follower' && requiresLeader) return this.#notLeader();
    return undefined;
  }

  /** The fault that befalls a call, if any. */
  meet(rpc: Rpc, stream: string | undefined): FaultPlan | undefined {
    return this.shared.faults.meet(rpc, this.node.index, stream);
  }

  /**
   * Does what a call asks for, under the fault that it meets. Without a fault, before the function returns: calls are
   * served in the order in which they come.
   */
  serve<T>(call: Call, rpc: Rpc, stream: string | undefined, operation: () => T | Refusal): MaybeLater<T> {
    const fault = this.meet(rpc, stream);
    if (fault === undefined) return toOutcome(operation());
    return this.#serveUnder(fault, call, operation);
  }

  /** What a fault makes of a call. */
  befall(fault: FaultPlan, call: Call): Outcome<never> {
    const how: Exclude<How, 'delay'> = fault.how === 'delay' ? 'silence' : fault.how;
    switch (how) {
      case 'silence':
        return { is: 'silent' };
      case 'reset':
        this.node.resetConnections(call.getPeer());
        return { is: 'silent' };
      case 'end':
        return { is: 'ended' };
      case 'not-leader':
        return { is: 'refused', refusal: this.#notLeader(fault.leader) };
      case 'access-denied':
      case 'consumer-too-slow':
      case 'handler-failed':
      case 'not-ready':
      case 'timeout':
      case 'too-busy':
      case 'unauthenticated':
        return { is: 'refused', refusal: { because: how } };
    }
  }

  async #serveUnder<T>(fault: FaultPlan, call: Call, operation: () => T | Refusal): Promise<Outcome<T>> {
    if (fault.how === 'delay') {
      await pause(fault.milliseconds ?? 0);
      return call.cancelled ? { is: 'silent' } : toOutcome(operation());
    }
    if (fault.kept) operation();
    return this.befall(fault, call);
  }

  #notLeader(asked?: number): Refusal {
    const { nodes } = this.shared;
    const leader = nodes.find(({ state }) => state === 'Leader');
    const other = leader === this.node ? (this.node.index + 1) % nodes.length : leader?.index;
    const named = nodes[asked ?? other ?? -1];
    return named ? { because: 'not-leader', leader: { host: named.host, port: named.port } } : { because: 'not-ready' };
  }
}

/** An outcome at once, or later where a fault holds it up. */
export type MaybeLater<T> = Outcome<T> | Promise<Outcome<T>>;

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'because' in value;

const toOutcome = <T>(result: T | Refusal): Outcome<T> =>
  isRefusal(result) ? { is: 'refused', refusal: result } : { is: 'answered', answer: result };
