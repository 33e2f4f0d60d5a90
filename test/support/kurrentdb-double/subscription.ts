import { randomUUID } from 'node:crypto';
import type { Gate } from './gate.js';
import {
  caughtUp,
  confirmation,
  eventRead,
  fellBehind,
  type Checkpoint,
  type StoredRecord,
  type StreamRequest,
} from './messages.js';
import { PAGE, type Outgoing } from './outgoing.js';
import type { Extent } from './store.js';

/** Records that the server holds for a live subscription whose reader takes nothing. */
const LIVE_BUFFER = 32;

/** A catch-up subscription to a stream: what is there after a revision, and then what is appended. */
export class Subscription {
  #next: number;
  #isLive = false;
  #appended = Promise.withResolvers<undefined>();

  constructor(
    private readonly gate: Gate,
    private readonly out: Outgoing,
    private readonly request: StreamRequest,
  ) {
    const { from } = request;
    const extent = this.#extent();
    this.#next = from === 'start' ? 0 : from === 'end' ? (extent.is === 'there' ? extent.last + 1 : 0) : from + 1;
  }

  async run(): Promise<void> {
    const { gate, out } = this;
    const { stream } = this.request;
    if (this.#extent().is === 'deleted') {
      out.refuse({ because: 'stream-deleted', stream });
      return;
    }
    const stopWatching = gate.shared.store.watch(stream, () => this.wake());
    gate.node.subscriptions.add(this);
    void out.over.then(() => this.wake());
    await out.send(confirmation(randomUUID()));
    while (!out.isOver) {
      const records = this.#page();
      for (const record of records) await this.#deliver(record);
      if (records.length === 0) await this.#waitForMore();
    }
    gate.node.subscriptions.delete(this);
    stopWatching();
  }

  /** Looks for records again: something was appended, or the node replicates again. */
  wake(): void {
    this.#appended.resolve(undefined);
  }

  /** Ends cleanly, as when a node is shut down. */
  end(): void {
    this.out.end();
  }

  /** Is dropped for a reader that takes too little. */
  drop(): void {
    this.out.refuse({ because: 'consumer-too-slow' });
  }

  #extent(): Extent {
    return this.gate.shared.store.extent(this.request.stream, this.gate.node.replicatedUpTo);
  }

  /** The next records that can be read, if any. */
  #page(): readonly StoredRecord[] {
    this.#appended = Promise.withResolvers();
    const extent = this.#extent();
    const { store } = this.gate.shared;
    const { stream } = this.request;
    if (extent.is === 'deleted') return [store.tombstoneOf(stream)].filter((record) => record !== undefined);
    if (extent.is === 'missing') return [];
    const from = Math.max(this.#next, extent.first);
    return store.records(stream, from, Math.min(from + PAGE - 1, extent.last));
  }

  async #deliver(record: StoredRecord): Promise<void> {
    const { out } = this;
    const room = out.sendRecord(eventRead(record, this.request.hasStructuredIds));
    this.#next = record.revision + 1;
    if (record.type === '$streamDeleted') out.refuse({ because: 'stream-deleted', stream: this.request.stream });
    else if (room) await this.#waitForRoom(room);
  }

  async #waitForRoom(room: Promise<undefined>): Promise<void> {
    while (this.#isLive && !(await settlesWithin(room, this.gate.shared.patience))) {
      const extent = this.#extent();
      const waiting = extent.is === 'there' ? extent.last + 1 - this.#next : 0;
      if (waiting <= LIVE_BUFFER) continue;
      if (this.gate.shared.version.dropsSlowReaders) this.drop();
      else void this.out.send(fellBehind(this.#checkpoint()));
      this.#isLive = false;
    }
    await room;
  }

  async #waitForMore(): Promise<void> {
    if (!this.#isLive && (this.#extent().is === 'there' || this.request.from === 'end' || this.#speaksOfNoStream())) {
      this.#isLive = true;
      if (this.gate.shared.version.caughtUp !== 'never') await this.out.send(caughtUp(this.#checkpoint()));
    }
    await this.#appended.promise;
  }

  #speaksOfNoStream(): boolean {
    return this.gate.shared.version.caughtUp.startsWith('always');
  }

  #checkpoint(): Checkpoint | undefined {
    const { version, now } = this.gate.shared;
    return version.caughtUp === 'always-with-checkpoint' ? { at: now(), revision: this.#next - 1 } : undefined;
  }
}

async function settlesWithin(promise: Promise<undefined>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  try {
    return await Promise.race([promise.then(() => true), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
