import type { Addition } from '../append.js';
import type { LogState } from '../append.js';
import type { LogReader, SealedRecord } from '../event-store.js';
import type { FactCatalogue } from '../facts.js';
import type { SqliteLog } from '../sqlite/sqlite-log.js';
import { UnknownEvent } from '../facts.js';
import { asRecord, ForeignEvent, ForkedLog, type ClusterEvent } from './cluster-event.js';

/** Events that may wait before the subscription is held up, and after how many fewer it goes on. */
const FULL = 4_000;
const ROOM = 1_000;
/** Records that are taken out at once. */
const AT_ONCE = 2_000;

/** Records that have come from the cluster, checked and in order, and are not in the replica yet. */
export class Inbox {
  #waiting: Addition[] = [];
  /** Newest hash and revision of the streams that records wait of. */
  readonly #heads = new Map<string, { readonly revision: number; readonly hash: string }>();
  #held = false;

  constructor(
    private readonly log: LogReader & LogState & Pick<SqliteLog, 'identityAt'>,
    private readonly catalogue: FactCatalogue,
    private readonly flow: { hold(): void; release(): void },
  ) {}

  /** Position of the newest record that is here or in the replica. */
  get head(): number {
    return this.#waiting.at(-1)?.record.position ?? this.log.head();
  }

  /**
   * Takes in the next event. One that is here already, or in the replica, is compared with that and passed over.
   * @returns whether it was new
   * @throws ForkedLog for another record than the one that is here, ForeignEvent for what is not the next record of this
   * log, UnknownEvent for a type of a newer program
   */
  add(event: ClusterEvent): boolean {
    const position = Number(event.revision) + 1;
    if (position <= this.head) {
      if (this.#idAt(position) !== event.id) throw new ForkedLog(position);
      return false;
    }
    const sealed = asRecord(event);
    const { record } = sealed;
    if (position !== this.head + 1)
      throw new ForeignEvent(`after position ${String(this.head)} the cluster sent position ${String(position)}`);
    const before = this.#heads.get(record.stream) ?? this.log.streamHead(record.stream);
    this.#waiting.push(chained(sealed, before, this.catalogue));
    this.#heads.set(record.stream, { revision: record.revision, hash: record.hash });
    if (!this.#held && this.#waiting.length >= FULL) {
      this.#held = true;
      this.flow.hold();
    }
    return true;
  }

  #idAt(position: number): string | undefined {
    const first = this.#waiting[0]?.record.position ?? Infinity;
    return position >= first ? this.#waiting[position - first]?.record.id : this.log.identityAt(position)?.id;
  }

  /** The next records that the replica has not. */
  next(): readonly Addition[] {
    return this.#waiting.slice(0, AT_ONCE);
  }

  /** The replica has come to its head by other ways too: what it has is let go. */
  settle(): void {
    const head = this.log.head();
    this.#waiting = this.#waiting.filter(({ record }) => record.position > head);
    if (this.#waiting.length === 0) this.#heads.clear();
    if (this.#held && this.#waiting.length <= ROOM) {
      this.#held = false;
      this.flow.release();
    }
  }
}

/**
 * A record as it is to be stored, where it is the next of its stream.
 * @param before the stream's newest record
 * @throws ForeignEvent where it is not chained to that, UnknownEvent for a type of a newer program
 */
export function chained(
  sealed: SealedRecord,
  before: { readonly revision: number; readonly hash: string | null },
  catalogue: FactCatalogue,
): Addition {
  const { record } = sealed;
  const { position, stream, revision, previousHash, type, version } = record;
  if (revision !== before.revision + 1 || previousHash !== before.hash)
    throw new ForeignEvent(
      `the record at position ${String(position)} is not chained to the one before it in ${stream}`,
    );
  if (!catalogue.knows(type, version))
    throw new UnknownEvent(
      `the record at position ${String(position)} is of the type ${type} version ${String(version)}, which this program does not know: start a newer version of it`,
    );
  return { ...sealed, claims: catalogue.claimsOf(record), current: catalogue.current(record) };
}
