import type { Act } from '../../commands/act.js';
import { accept, conflict, type Write } from '../../commands/decision.js';
import { auditYear, newlyCovered, readAuditBook, type AuditBook } from '../audit-book.js';
import { AuditKeyIntroduced, TreeHeadSigned } from '../events.js';
import type { KeyIntroduction, SignedTreeHead } from '../tree-head.js';

/** Asks for a head to be recorded. */
export interface SignTreeHead {
  readonly made: MadeHead;
}

/** A head to record. It is made and signed outside the decision, of what is durable. */
export interface MadeHead {
  readonly head: SignedTreeHead;
  readonly because: 'interval' | 'request';
  /** Its key, where that has signed nothing before. */
  readonly introduction: KeyIntroduction | undefined;
  /** Whether that may take the place of another: not where each server has a key of its own. */
  readonly mayReplace: boolean;
  /** Size of the head that was the newest when this one was made; 0 where there was none. */
  readonly after: number;
}

/**
 * Records a signed head, and before it its key where that is new. Where servers share a log, one of them does: the
 * others find a head newer than the one that they knew.
 */
export const signTreeHead: Act<SignTreeHead, AuditBook> = {
  name: 'SignTreeHead',
  // Of all years: a server whose year has begun already is not overlooked.
  load: (_command, reading) => readAuditBook(reading),
  decide: (book, { made: { head, because, introduction, mayReplace, after } }, { now }) => {
    const signs = book.keys.at(-1)?.keyId ?? null;
    if (signs !== head.keyId && book.keys.some(({ keyId }) => keyId === head.keyId))
      return conflict('key-replaced', `the key ${head.keyId} was replaced by ${String(signs)}: configure that one`);
    if (introduction && signs !== null && !mayReplace)
      return conflict(
        'signed-elsewhere',
        `heads are signed with the key ${signs} of another server: ask that one, or give every server its file as AUDIT_KEY_FILE`,
      );
    if ((book.newest?.size ?? 0) !== after || signs !== (introduction ? introduction.replaces : head.keyId))
      return conflict('signed-meanwhile', 'another head was signed meanwhile: read it with GET /audit/head');
    if (newlyCovered(book, head.size) <= 0)
      return conflict('nothing-to-sign', 'the newest head covers everything but heads: read it with GET /audit/head');
    const stream = `audit-${auditYear(now)}`;
    const writes: Write[] = introduction ? [{ stream, fact: AuditKeyIntroduced.of(introduction) }] : [];
    const { size, rootHash, at, keyId, signature } = head;
    writes.push({ stream, fact: TreeHeadSigned.of({ size, rootHash, at, keyId, signature, because }) });
    return accept(writes, { size, rootHash, at, keyId });
  },
};
