import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { CommandPipeline } from '../commands/command-pipeline.js';
import type { FactOf } from '../event-store/facts.js';
import { ProjectionBuilding } from '../event-store/projection.js';
import { readAuditBook } from './audit-book.js';
import { TreeHeadSigned } from './events.js';
import { faultOfNewestHead } from './tree-check.js';
import { TreeHeads } from './tree-heads.js';

/** Milliseconds between two looks at whether a head is due, or has been signed elsewhere. */
const PAUSE = 1_000;

/**
 * Signs heads at the interval, and writes each head that comes onto the log, whoever signed it, to the server's own
 * log: kept elsewhere, that lets an auditor hold the server to it. What has been signed is remembered by the log alone.
 */
@Injectable()
export class TreeHeadReaction implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #working = Promise.resolve();
  #stopped = false;
  #told = 0;
  /** The newest head at the start has been compared with the records that it covers. */
  #isChecked = false;
  #failure: string | undefined;

  constructor(
    private readonly heads: TreeHeads,
    private readonly pipeline: CommandPipeline,
    private readonly host: HttpAdapterHost,
  ) {}

  /**
   * The newest head is compared with the records here, before anybody is answered from them; and it is told of again: the
   * server may have ended before it told of it.
   */
  async onApplicationBootstrap(): Promise<void> {
    await this.#check();
    this.#told = (readAuditBook(this.pipeline.reading()).newest?.position ?? 1) - 1;
    this.tell();
    this.#wait();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#working;
    this.tell();
  }

  /** Signs where that is due, and tells of what is new. */
  async work(): Promise<void> {
    await this.#check();
    try {
      const outcome = await this.heads.signWhereDue(randomUUID());
      const failed = outcome?.kind === 'conflict' && outcome.code === 'key-replaced' ? outcome.detail : undefined;
      this.#tellFailure(failed);
    } catch (error) {
      // What is being built will have been.
      this.#tellFailure(error instanceof ProjectionBuilding ? undefined : (error as Error).message);
    }
    this.tell();
  }

  /** One line in the server's log for each head that it has not told of. */
  tell(): void {
    const { newest, keys } = readAuditBook(this.pipeline.reading());
    if (!newest || newest.position <= this.#told) return;
    for (const { position, data } of this.pipeline.store.read({ type: TreeHeadSigned.type, after: this.#told })) {
      const { size, rootHash, at, keyId, signature } = data as FactOf<typeof TreeHeadSigned>['data'];
      const publicKey = keys.find((key) => key.keyId === keyId)?.publicKey;
      this.#log.info({ treeHead: { size, rootHash, at, keyId, signature, publicKey } }, 'tree head signed');
      this.#told = position;
    }
  }

  /** Nothing is written any more if the records are not those that the newest head covers. */
  async #check(): Promise<void> {
    if (this.#isChecked) return;
    try {
      const fault = await faultOfNewestHead(this.pipeline);
      this.#isChecked = true;
      if (fault === undefined) return;
      this.pipeline.store.halt(fault);
      this.#log.fatal(`${fault}. Nothing is written any more`);
    } catch (error) {
      // What is being built will have been, and a cluster that is away comes back: it is tried again.
      this.#log.debug({ err: error }, 'the newest tree head cannot be checked yet');
    }
  }

  #wait(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#working = this.work().finally(() => this.#wait());
    }, PAUSE).unref();
  }

  /** Once for each reason, until it has gone. */
  #tellFailure(reason: string | undefined): void {
    if (reason !== undefined && reason !== this.#failure) this.#log.error(`no tree head can be signed: ${reason}`);
    this.#failure = reason;
  }

  get #log(): FastifyInstance['log'] {
    return this.host.httpAdapter.getInstance<FastifyInstance>().log;
  }
}
