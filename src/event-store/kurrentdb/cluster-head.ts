import { LogUnavailable } from '../event-store.js';
import type { SqliteLog } from '../sqlite/sqlite-log.js';
import type { ClusterLog } from './cluster-log.js';
import type { ClusterTiming } from './cluster-timing.js';
import { by } from './failure.js';
import { Patience } from './patience.js';
import { ShortLog, type ReplicaVerification } from './replica-verification.js';

/** Whether the replica still takes in and writes, and the way to end that. */
export interface ReplicaControl {
  /** Aborted once the server closes. */
  readonly signal: AbortSignal;
  /** The server closes, or takes nothing any more. */
  isOver(): boolean;
  /** Why it takes nothing any more; undefined while it does. */
  halted(): string | undefined;
  /** Takes nothing any more, because of what the cluster has shown. @returns why */
  stopAt(error: Error): string;
}

/** What the questions for the head are made of. */
export interface ClusterHeadParts {
  readonly cluster: ClusterLog;
  readonly log: Pick<SqliteLog, 'head'>;
  readonly timing: Pick<ClusterTiming, 'tryFor'>;
  readonly verification: ReplicaVerification;
  readonly control: ReplicaControl;
  /** Told of every head that the cluster tells, once it has been compared with the replica. */
  heard(head: number): void;
}

/** Asks the cluster for its newest record, and compares that with the replica each time. */
export class ClusterHead {
  #asked: Promise<number> | undefined;

  constructor(private readonly parts: ClusterHeadParts) {}

  /**
   * Position of the cluster's newest record, asked for after this call; those who ask at the same time share one answer.
   * @throws LogUnavailable if it is not the one in the replica, or an error of the client
   */
  async ask(): Promise<number> {
    // A question that is under way may have been answered before what is asked now was known.
    await this.#asked?.catch(() => undefined);
    this.#asked ??= this.#question().finally(() => (this.#asked = undefined));
    return this.#asked;
  }

  /**
   * The same, asked again while there may be an election, or a new leader has not read all of its log yet.
   * @param until the instant of `performance.now()` after which it is not asked again
   * @throws LogUnavailable
   */
  async inElection(until: number): Promise<number> {
    const { timing, control, verification } = this.parts;
    this.refuseIfAway();
    const end = Math.min(until, performance.now() + timing.tryFor);
    const patience = new Patience();
    for (;;)
      try {
        const head = await this.#askBy(end);
        if (verification.missing > 0) throw new ShortLog(verification.missing);
        return head;
      } catch (error) {
        if (control.isOver() || performance.now() >= end) throw error;
        await patience.wait(control.signal, end - performance.now());
      }
  }

  /**
   * From a cluster that has been away for long nothing is to be hoped for before a look, which is taken every second, finds
   * it back; and what is not sent is not in doubt.
   * @throws LogUnavailable
   */
  refuseIfAway(): void {
    const { cluster, timing } = this.parts;
    const { awayFor } = cluster;
    if (awayFor > timing.tryFor)
      throw new LogUnavailable(`the cluster has been away for ${String(Math.round(awayFor / 1_000))} s`);
  }

  /** @throws LogUnavailable */
  async #askBy(end: number): Promise<number> {
    try {
      return await by(end, 'a question', this.ask());
    } catch (error) {
      if (error instanceof LogUnavailable) throw error;
      throw new LogUnavailable(`the cluster cannot be asked: ${(error as Error).message}`, { cause: error });
    }
  }

  async #question(): Promise<number> {
    const { cluster, log, verification, control } = this.parts;
    const mine = log.head();
    const { disturbances } = cluster;
    const newest = await cluster.newest().catch((error: unknown) => {
      verification.unanswered();
      throw error;
    });
    try {
      verification.heard(newest, mine, disturbances);
    } catch (error) {
      if (error instanceof LogUnavailable) throw error;
      throw new LogUnavailable(control.stopAt(error as Error), { cause: error });
    }
    const head = newest ? Number(newest.revision) + 1 : 0;
    this.parts.heard(head);
    return head;
  }
}
