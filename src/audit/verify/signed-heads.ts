import { AuditKeyIntroduced, TreeHeadSigned } from '../events.js';
import type { FactOf } from '../../event-store/facts.js';
import { headText, introductionText, isSignedBy, keyIdOf } from '../tree-head.js';
import type { ReadRecord } from './event-line.js';
import { event, type Fault } from './fault.js';
import type { GrowingTree } from './growing-tree.js';

/** A key of the history. */
export interface FoundKey {
  readonly keyId: string;
  readonly publicKey: string;
  readonly replaces: string | null;
  /** The key that it replaces has signed for it. */
  readonly vouchedFor: boolean;
  readonly position: number;
}

/** A head of the history that is as its signature says. */
export interface FoundHead {
  readonly size: number;
  readonly at: string;
  readonly keyId: string;
  readonly position: number;
}

/** Checks the heads that stand in a history against its tree, and their signatures. */
export class SignedHeads {
  readonly keys: FoundKey[] = [];
  /** How many there are. */
  count = 0;
  /** The newest by each key. */
  readonly newestBy = new Map<string, FoundHead>();
  newest: FoundHead | undefined;

  /** @param tree what comes before the record, and nothing else */
  constructor(private readonly tree: GrowingTree) {}

  /** Takes in a record, where it is a head or a key. What is wrong with it, if anything is. */
  take({ type, position }: ReadRecord, text: () => string, line: number): Fault | undefined {
    if (type !== AuditKeyIntroduced.type && type !== TreeHeadSigned.type) return undefined;
    try {
      const { data } = JSON.parse(text()) as { data: unknown };
      return type === AuditKeyIntroduced.type
        ? this.#key(data as KeyData, position, line)
        : this.#head(data as HeadData, position, line);
    } catch {
      return fault(position, line, `${event(position)} is a ${type} that cannot be read`);
    }
  }

  #key({ keyId, publicKey, replaces, endorsement }: KeyData, position: number, line: number): Fault | undefined {
    if (keyIdOf(publicKey) !== keyId || this.keys.some((key) => key.keyId === keyId))
      return fault(position, line, `${event(position)} introduces a key under an id that is not its own`);
    const before = this.keys.at(-1);
    if ((before?.keyId ?? null) !== replaces)
      return fault(position, line, `${event(position)} introduces a key in the place of one that did not sign`);
    const text = introductionText({ keyId, publicKey, replaces });
    if (endorsement !== null && !isSignedBy(before?.publicKey ?? '', text, endorsement))
      return fault(position, line, `${event(position)} introduces a key for which the key before has not signed`);
    this.keys.push({ keyId, publicKey, replaces, vouchedFor: endorsement !== null, position });
    return undefined;
  }

  #head({ size, rootHash, at, keyId, signature }: HeadData, position: number, line: number): Fault | undefined {
    if (!Number.isSafeInteger(size) || size < 0)
      return fault(position, line, `${event(position)} is a head that covers no number of events`);
    const what = `${event(position)}, the head of ${at} over the events 1 to ${String(size)},`;
    const signing = this.keys.at(-1);
    if (signing?.keyId !== keyId) return fault(position, line, `${what} is not by the key that signs`);
    if (!isSignedBy(signing.publicKey, headText({ size, rootHash, at, keyId }), signature))
      return fault(position, line, `${what} has not the signature of its key`);
    if (size >= position || this.tree.root(size) !== rootHash)
      return fault(
        position,
        line,
        `${what} is of another history: one of these events was changed after it was signed`,
      );
    this.count += 1;
    this.newest = { size, at, keyId, position };
    this.newestBy.set(keyId, this.newest);
    return undefined;
  }
}

type KeyData = FactOf<typeof AuditKeyIntroduced>['data'];
type HeadData = FactOf<typeof TreeHeadSigned>['data'];

const fault = (position: number, line: number, detail: string): Fault => ({ kind: 'head', position, line, detail });
