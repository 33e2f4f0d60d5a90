import { holdAgainst, type HeldAgainst } from './against-kept.js';
import type { CheckedExport } from './export-check.js';
import type { Fault } from './fault.js';
import type { Kept } from './kept.js';
import { between, grouped, many, upTo } from './words.js';

/** What an export comes to, held against what was kept. */
export interface Judgement {
  /** What is wrong; nothing where it is empty. */
  readonly faults: readonly Fault[];
  /** What the check has shown, sentence by sentence. */
  readonly shown: readonly string[];
  /** What it could not rule out, sentence by sentence. */
  readonly notRuledOut: readonly string[];
}

/** Judges a checked export. */
export function judge(checked: CheckedExport, kept: Kept): Judgement {
  if (checked.fault) return { faults: [checked.fault], shown: shownBefore(checked), notRuledOut: [] };
  const held = holdAgainst(checked, kept);
  const wrong = held.faults.length > 0;
  return {
    faults: held.faults,
    shown: [...shown(checked), ...(wrong ? [] : shownAgainst(kept))],
    notRuledOut: wrong ? [] : notRuledOut(checked, kept, held),
  };
}

/** Of a history that goes wrong somewhere: what is right up to there. */
function shownBefore({ events, heads: { newest } }: CheckedExport): string[] {
  if (events === 0) return [];
  return [
    newest
      ? `Before that, everything is in order. A signed head of ${newest.at} (key ${newest.keyId}) covers ${upTo(newest.size)}.`
      : 'Before that, everything is in order; no signed head covers it.',
  ];
}

function shown({ events, newestHash, heads: { newest, count } }: CheckedExport): string[] {
  if (events === 0) return ['There are no events.'];
  return [
    `There are ${many(events)}; the newest has the hash ${newestHash ?? ''}.`,
    'Each is as its hash says and follows the one before it; none is missing, none was put in, none stands elsewhere.',
    newest
      ? `${count === 1 ? '1 signed head is' : `${grouped(count)} signed heads are`} over this very history. The newest, of ${newest.at}, covers ${upTo(newest.size)} (key ${newest.keyId}).`
      : 'There is no signed head.',
  ];
}

const shownAgainst = ({ heads }: Kept): string[] =>
  heads.map(({ at, size }) => `The head of ${at} that you kept fits: since then, ${upTo(size)} have not changed.`);

function notRuledOut({ events, heads }: CheckedExport, kept: Kept, { confirmed, signed }: HeldAgainst): string[] {
  const sentences: string[] = [];
  if (kept.heads.length > 0)
    sentences.push(
      confirmed < events
        ? `Whether whoever holds the private key changed what came after event ${grouped(confirmed)}, or left out the newest events: a newer head that you keep will show that.`
        : 'Whether newer events were left out: a newer head that you keep will show that.',
    );
  else if (kept.keys.length > 0)
    sentences.push(
      'Whether whoever holds the private key wrote the history anew, or left out its newest events: only a head that you kept yourself shows that (--head).',
    );
  else
    sentences.push(
      'Whether all of it was written anew and signed with another key, or its newest events left out: only a head or a public key that you kept yourself shows that (--head, --key).',
    );
  if (signed < events)
    sentences.push(
      `Whether ${between(signed + 1, events)} ${signed + 1 === events ? 'is' : 'are'} as recorded: no signed head covers ${signed + 1 === events ? 'it' : 'them'} yet.`,
    );
  for (const { keyId, position, replaces, vouchedFor } of heads.keys)
    if (replaces !== null && !vouchedFor && position > confirmed)
      sentences.push(
        `Whether the key ${keyId}, new at event ${grouped(position)}, is the calendar's: the key before has not vouched for it.`,
      );
  return sentences;
}
