import type { CommandPipeline, Outcome } from '../commands/command-pipeline.js';
import { readAuditBook } from './audit-book.js';
import type { AuditKeys } from './audit-key.js';
import { merkleTree, treeOver } from './merkle-tree.js';
import { signTreeHead, type MadeHead } from './sign-tree-head/sign-tree-head.js';
import { headText, introductionText, type KeyIntroduction } from './tree-head.js';

/** Who acts where nobody asked. */
const SYSTEM = { id: 'system', role: 'system' };
const MILLISECONDS = 60_000;

/** Makes tree heads of what is durable. */
export class TreeHeads {
  constructor(
    private readonly pipeline: CommandPipeline,
    private readonly keys: AuditKeys,
    /** Minutes; 0: only on demand. */
    private readonly interval: number,
    /** Whether a new key takes the place of the one before: not where each of several servers has a key of its own. */
    private readonly mayReplace = true,
  ) {}

  /** A head over everything that is durable now, signed, to be recorded. @throws ProjectionBuilding */
  make(because: MadeHead['because']): MadeHead {
    const { store, projections } = this.pipeline;
    const size = store.head();
    const { current } = this.keys;
    const { keyId } = current;
    const head = {
      size,
      rootHash: treeOver(store, projections.current(merkleTree))(0, size),
      at: this.pipeline.now(),
      keyId,
    };
    const book = readAuditBook(this.pipeline.reading());
    return {
      head: { ...head, signature: current.sign(headText(head)) },
      because,
      introduction: book.keys.some((key) => key.keyId === keyId)
        ? undefined
        : this.#introduction(book.keys.at(-1)?.keyId ?? null),
      mayReplace: this.mayReplace,
      after: book.newest?.size ?? 0,
    };
  }

  /**
   * Signs a head where something has been recorded and covered by none for as long as the interval. Undefined where
   * nothing is due.
   * @throws LogUnavailable, ProjectionBuilding
   */
  async signWhereDue(requestId: string): Promise<Outcome | undefined> {
    if (!this.#isDue()) return undefined;
    // Made once: where another server signs first, that is enough.
    const made = this.make('interval');
    return this.pipeline.submit(
      signTreeHead,
      { made },
      {
        actor: SYSTEM,
        requestId,
        body: null,
        dryRun: false,
      },
    );
  }

  #isDue(): boolean {
    if (this.interval === 0) return false;
    const { newest, uncovered, keys } = readAuditBook(this.pipeline.reading());
    const signs = keys.at(-1)?.keyId ?? this.keys.current.keyId;
    if (!this.mayReplace && signs !== this.keys.current.keyId) return false;
    const own = new Set(uncovered);
    // Nothing but the audit's own facts comes before the first record that matters.
    for (const { record } of this.pipeline.store.readWritten({ after: newest?.size ?? 0 }))
      if (!own.has(record.position))
        return Date.parse(this.pipeline.clock.now()) - Date.parse(record.recordedAt) >= this.interval * MILLISECONDS;
    return false;
  }

  #introduction(replaces: string | null): KeyIntroduction {
    const { keyId, publicKey } = this.keys.current;
    const introduction = { keyId, publicKey, replaces };
    const before = this.keys.earlier.find((key) => key.keyId === replaces);
    return { ...introduction, endorsement: before?.sign(introductionText(introduction)) ?? null };
  }
}
