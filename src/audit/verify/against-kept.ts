import { keyIdOf } from '../tree-head.js';
import type { CheckedExport } from './export-check.js';
import type { Fault } from './fault.js';
import type { Kept, KeptHead } from './kept.js';
import { many, upTo } from './words.js';

/** An export without a fault of its own, held against what was kept. */
export interface HeldAgainst {
  readonly faults: readonly Fault[];
  /** Events that a kept head covers, and are the same here. */
  readonly confirmed: number;
  /** Events that a trusted signature covers; where nothing was kept, every signature is trusted. */
  readonly signed: number;
}

/** Holds an export against heads and keys that were kept. */
export function holdAgainst(checked: CheckedExport, kept: Kept): HeldAgainst {
  const { heads } = checked;
  const faults = kept.heads.flatMap((head) => faultOfHead(checked, head) ?? []);
  const confirmed = faults.length > 0 ? 0 : Math.max(0, ...kept.heads.map(({ size }) => size));
  if (kept.heads.length + kept.keys.length === 0) return { faults, confirmed, signed: heads.newest?.size ?? 0 };
  const trusted = trustedKeys(checked, kept, confirmed);
  const { newest } = heads;
  const bySelf = [...heads.newestBy.values()].filter(({ keyId }) => trusted.has(keyId));
  if (newest && newest.position > confirmed && !trusted.has(newest.keyId))
    faults.push({
      ...against(
        're-signed',
        `the head of ${newest.at} is signed by the key ${newest.keyId}, for which nothing that you kept vouches: where the calendar's owner says that the key is theirs, keep that key too`,
      ),
      position: newest.position,
    });
  else if (kept.keys.length > 0 && bySelf.length === 0)
    faults.push(against('re-signed', 'no head of this history is signed by a key that you kept'));
  return { faults, confirmed, signed: Math.max(confirmed, ...bySelf.map(({ size }) => size)) };
}

function faultOfHead({ events, roots }: CheckedExport, { size, at, rootHash }: KeptHead): Fault | undefined {
  const what = `the head of ${at} that you kept is over ${upTo(size)}`;
  if (size > events)
    return against('truncated', `${what}, and this history has only ${many(events)}: its newest part was cut off`);
  if (roots.get(size) !== rootHash)
    return against('rewritten', `${what}, and they are others here: the history was written anew after you kept it`);
  return undefined;
}

/** The keys that were kept, those that a kept head covers, and those for which one of them vouches. */
function trustedKeys({ heads }: CheckedExport, kept: Kept, confirmed: number): Set<string> {
  const trusted = new Set([...kept.keys.map(keyIdOf), ...kept.heads.map(({ keyId }) => keyId)]);
  for (const { keyId, replaces, vouchedFor, position } of heads.keys)
    if (position <= confirmed || (vouchedFor && trusted.has(replaces ?? ''))) trusted.add(keyId);
  return trusted;
}

const against = (kind: Fault['kind'], detail: string): Fault => ({ kind, position: null, line: null, detail });
