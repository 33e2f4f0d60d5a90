import type { Addition } from '../append.js';
import type { LogState } from '../append.js';
import type { LogReader, SealedRecord } from '../event-store.js';
import type { FactCatalogue } from '../facts.js';
import type { SqliteLog } from '../sqlite/sqlite-log.js';
import { UnknownEvent } from '../facts.js';
import { asRecord, endOf, ForeignEvent, ForkedLog, type ClusterEvent } from './cluster-event.js';

/** Events that may wait before the subscription is held up, and after how many fewer it goes on. */
const FULL = 4_000;
const ROOM = 1_000;
/** Records that are taken out at once. */
const AT_ONCE = 2_000;

/**
 * Records that have come from the cluster, checked and in order, and are not in the replica yet. They are handed on an
 * append at a time: of a command that moves a window between months nobody may see one half.
 */
export class Inbox {
  #waiting: Addition[] = [];
  /** How many of those are whole appends, from the first on. */
  #whole = 0;
  /** Newest position that the cluster has told of: an append ends there. */
  #reported = 0;
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
    this.#push(chained(sealed, before, this.catalogue, endOf(event)));
    this.#heads.set(record.stream, { revision: record.revision, hash: record.hash });
    // Never in the middle of the only append: what would let it go on is the rest of that.
    if (!this.#held && this.#waiting.length >= FULL && this.hasNext) {
      this.#held = true;
      this.flow.hold();
    }
    return true;
  }

  /** The cluster has told that this is its newest position: a record there that does not say where its append ends is the last. */
  reported(head: number): void {
    this.#reported = Math.max(this.#reported, head);
    const last = this.#waiting.at(-1);
    if (last?.record.position === head && last.endsAt === Infinity) this.#whole = this.#waiting.length;
  }

  #push(addition: Addition): void {
    const { length } = this.#waiting;
    this.#waiting.push(addition);
    if (length > 0 && this.#isLast(length - 1)) this.#whole = length;
    const { record, endsAt } = addition;
    if (record.position === (endsAt === Infinity ? this.#reported : endsAt)) this.#whole = length + 1;
  }

  /**
   * Whether an append ends here. A record that does not say where its own ends is the last of it if another command's
   * follows.
   */
  #isLast(index: number): boolean {
    const { record, endsAt } = this.#waiting[index] as Addition;
    if (endsAt !== Infinity) return record.position === endsAt;
    return this.#waiting[index + 1]?.record.commandId !== record.commandId;
  }

  #idAt(position: number): string | undefined {
    const first = this.#waiting[0]?.record.position ?? Infinity;
    return position >= first ? this.#waiting[position - first]?.record.id : this.log.identityAt(position)?.id;
  }

  /** Whether there is a whole append that the replica has not. */
  get hasNext(): boolean {
    return this.#whole > 0;
  }

  /** The next whole appends that the replica has not. */
  next(): readonly Addition[] {
    let end = Math.min(AT_ONCE, this.#whole);
    while (end < this.#whole && !this.#isLast(end - 1)) end += 1;
    return this.#waiting.slice(0, end);
  }

  /** The replica has come to its head by other ways too: what it has is let go. */
  settle(): void {
    const head = this.log.head();
    const { length } = this.#waiting;
    this.#waiting = this.#waiting.filter(({ record }) => record.position > head);
    this.#whole = Math.max(0, this.#whole - (length - this.#waiting.length));
    if (this.#waiting.length === 0) this.#heads.clear();
    if (this.#held && (this.#waiting.length <= ROOM || !this.hasNext)) {
      this.#held = false;
      this.flow.release();
    }
  }
}

/**
 * A record as it is to be stored, where it is the next of its stream.
 * @param before the stream's newest record
 * @param endsAt position of the last record of its append; infinite if it is not known
 * @throws ForeignEvent where it is not chained to that, UnknownEvent for a type of a newer program
 */
export function chained(
  sealed: SealedRecord,
  before: { readonly revision: number; readonly hash: string | null },
  catalogue: FactCatalogue,
  endsAt = Infinity,
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
  return { ...sealed, claims: catalogue.claimsOf(record), endsAt, current: catalogue.current(record) };
}
