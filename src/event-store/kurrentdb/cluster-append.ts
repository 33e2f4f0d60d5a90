import type { Addition } from '../append.js';
import { LogUnavailable, OutcomeUnknown } from '../event-store.js';
import { Overtaken } from '../grouped-store.js';
import type { ClusterClock } from './cluster-clock.js';
import { ForeignEvent, ForkedLog } from './cluster-event.js';
import type { ClusterHead, ReplicaControl } from './cluster-head.js';
import type { ClusterLog } from './cluster-log.js';
import type { ClusterTiming } from './cluster-timing.js';
import { by, failureOf, isShort, leftUntil } from './failure.js';
import { Patience } from './patience.js';
import { ShortLog, type ReplicaVerification } from './replica-verification.js';
import type { Turns } from './turns.js';

/** What appends to the cluster are made with. */
export interface ClusterAppendParts {
  readonly cluster: ClusterLog;
  readonly timing: Pick<ClusterTiming, 'callWithin' | 'tryFor'>;
  readonly verification: ReplicaVerification;
  readonly control: ReplicaControl;
  readonly clock: ClusterClock;
  readonly turns: Turns;
  readonly head: ClusterHead;
  /**
   * Waits until what others wrote after a position can be taken in.
   * @param end the instant of `performance.now()` after which it is not waited for
   * @throws LogUnavailable
   */
  arrival(after: number, end: number): Promise<void>;
}

/** Appends to the cluster, and only to the log that the replica holds. */
export class ClusterAppend {
  readonly counts = { overtaken: 0, repeated: 0, elections: 0 };
  /** Ids of the records that are being appended. */
  readonly #underWay = new Set<string>();

  constructor(private readonly parts: ClusterAppendParts) {}

  /** Whether a record is being appended by this server. */
  isUnderWay(id: string): boolean {
    return this.#underWay.has(id);
  }

  /**
   * Appends until it is clear what became of it, or there is no time left. Before it is sent, and before it is told as
   * recorded, the cluster has shown the replica's newest record.
   * @param after newest position of the replica
   * @param until the instant of `performance.now()` after which it is given up
   * @throws Overtaken, LogUnavailable, OutcomeUnknown
   */
  async make(additions: readonly Addition[], after: number, until: number): Promise<void> {
    for (const { record } of additions) this.#underWay.add(record.id);
    try {
      await this.#make(additions, after, until);
    } finally {
      for (const { record } of additions) this.#underWay.delete(record.id);
    }
  }

  async #make(additions: readonly Addition[], after: number, until: number): Promise<void> {
    const { timing, control, clock, head } = this.parts;
    if (performance.now() >= until) throw new LogUnavailable('it waited too long for others before it');
    const end = Math.min(until, performance.now() + timing.tryFor);
    head.refuseIfAway();
    const patience = new Patience();
    const sent = { isUnclear: false };
    let isElection = false;
    clock.sending();
    for (;;) {
      const error = await this.#send(additions, after, end, sent);
      if (!error) return;
      const failure = error instanceof ShortLog || isShort(error, after) ? 'not-now' : failureOf(error);
      if (failure === 'overtaken') {
        this.counts.overtaken += 1;
        await this.parts.arrival(after, end);
        throw new Overtaken();
      }
      if (failure === 'not-now' && !isElection) {
        isElection = true;
        this.counts.elections += 1;
      }
      if (failure === 'unclear') this.counts.repeated += 1;
      const isFinal = failure !== 'not-now' && failure !== 'unclear' && !sent.isUnclear;
      if (isFinal || control.isOver() || performance.now() >= end) throw this.#notRecorded(error, sent.isUnclear);
      await patience.wait(control.signal, end - performance.now());
    }
  }

  /**
   * Sends an append once.
   * @param sent whether it may have been recorded: set here
   * @returns undefined once it is recorded, on the log that the replica holds; otherwise why it is not, or not known to be
   */
  async #send(
    additions: readonly Addition[],
    after: number,
    end: number,
    sent: { isUnclear: boolean },
  ): Promise<Error | undefined> {
    const { cluster, timing, verification, control, turns } = this.parts;
    const began = performance.now();
    let isSent = false;
    try {
      await by(end, 'a read', verification.confirm(after));
      isSent = true;
      await by(end, 'an append', cluster.append(additions, after, leftUntil(end, timing.callWithin)));
      // Whatever comes of the next question.
      sent.isUnclear = true;
      await by(end, 'a read', verification.confirm(after));
      turns.appended(performance.now() - began);
      return undefined;
    } catch (error) {
      if (error instanceof ForkedLog || error instanceof ForeignEvent) control.stopAt(error);
      if (isSent && failureOf(error) === 'unclear') sent.isUnclear = true;
      return error as Error;
    }
  }

  #notRecorded(error: Error, isUnclear: boolean): LogUnavailable | OutcomeUnknown {
    const { message } = error;
    if (isUnclear)
      return new OutcomeUnknown(`the cluster has not said what became of it: ${message}`, { cause: error });
    const halted = this.parts.control.halted();
    return new LogUnavailable(halted ?? `the cluster does not take it: ${message}`, { cause: error });
  }
}
