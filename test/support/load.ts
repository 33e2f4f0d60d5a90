import { randomUUID } from 'node:crypto';
import type { Client } from './client.js';

/** A change as a body, but for its id: standard, in production. */
export const CHANGE = {
  title: 'Upgrade message broker',
  class: 'standard',
  serviceProvider: 'DSP',
  environment: 'production',
  services: [],
  plannedStart: '2026-12-14T10:00:00Z',
  plannedEnd: '2026-12-14T11:00:00Z',
} as const;

/** A command that was sent, to be sent again in the same words. */
export interface Sent {
  readonly changeId: string;
  readonly key: string;
}

/** Whoever sends commands: a running server, by whatever address it has now. */
type Server = Pick<Client, 'request'>;

/** Raises a change; the same change with the same `Idempotency-Key` each time. */
export const raise = (server: Server, { changeId, key }: Sent): ReturnType<Client['request']> =>
  server.request('POST', '/commands/RaiseChange', {
    as: 'scheduler',
    body: { ...CHANGE, changeId },
    headers: { 'idempotency-key': key },
  });

/** Clients that raise changes, each one after the other, until the server is gone. */
export class Load {
  /** Commands that were accepted, with the body of the answer. */
  readonly acknowledged = new Map<Sent, string>();
  /** Commands to which no answer came. */
  readonly unanswered: Sent[] = [];
  /** Answers other than 201. */
  readonly others: string[] = [];
  /** Resolves when no client sends any more. */
  readonly ended: Promise<unknown>;
  readonly #enough = Promise.withResolvers<undefined>();

  /** @param enough after so many acknowledgements `reached` resolves; the clients go on */
  constructor(
    private readonly server: Server,
    clients: number,
    private readonly enough: number,
  ) {
    this.ended = Promise.all(Array.from({ length: clients }, () => this.#send()));
  }

  /** Resolves when enough has been acknowledged. */
  get reached(): Promise<undefined> {
    return this.#enough.promise;
  }

  async #send(): Promise<void> {
    for (;;) {
      const sent: Sent = { changeId: `C-${randomUUID()}`, key: randomUUID() };
      try {
        const { status, text } = await raise(this.server, sent);
        if (status === 201) this.acknowledged.set(sent, text);
        else this.others.push(text);
      } catch {
        this.unanswered.push(sent);
        return;
      }
      if (this.acknowledged.size >= this.enough) this.#enough.resolve(undefined);
    }
  }
}
