import type { Static } from 'typebox';
import type { Reckoning } from '../commands/fact-fields.js';
import type { Actor, LogRecord } from '../event-store/event-store.js';
import { told } from './sentences/sentences.js';
import { listed, moment } from './sentences/words.js';

type Weighed = Static<typeof Reckoning>;

/** What can be told of one record: what happened, who, when, and what was weighed. */
export interface Account {
  readonly position: string;
  readonly revision: string;
  readonly id: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: Actor;
  readonly commandId: string;
  /** One sentence, in London time. */
  readonly sentence: string;
  readonly rulebook: string | null;
  readonly findings: Weighed['findings'];
  /** What was weighed, in one sentence; null where nothing was. */
  readonly weighed: string | null;
}

/** The account of a record. Actors are opaque ids, and what is personal is sealed: no name is in it. */
export function accountOf(record: LogRecord): Account {
  const { position, revision, id, type, occurredAt, recordedAt, actor, commandId } = record;
  const reckoning = reckoningOf(record);
  return {
    position: String(position),
    revision: String(revision),
    id,
    type,
    occurredAt,
    recordedAt,
    actor,
    commandId,
    sentence: sentenceOf(record),
    rulebook: reckoning?.rulebook ?? null,
    findings: reckoning?.findings ?? [],
    weighed: reckoning ? weighedOf(reckoning) : null,
  };
}

/** The rulebook and the findings of a record, where its type has them. */
export const reckoningOf = ({ data }: LogRecord): Weighed | undefined => data.reckoning as Weighed | undefined;

function sentenceOf(record: LogRecord): string {
  const [occurred, recorded] = [moment(record.occurredAt), moment(record.recordedAt)];
  return `${occurred}: ${nameOf(record.actor)} ${told(record)}${occurred === recorded ? '' : `; recorded on ${recorded}`}.`;
}

/** How an actor is named: the role, the provider, and the opaque id. */
export function nameOf({ id, role, serviceProvider }: Actor): string {
  if (role === 'system') return 'the program';
  return `${role} ${id}${serviceProvider === undefined ? '' : ` (${serviceProvider})`}`;
}

const WORDS = { refused: 'refused by', waived: 'waived', breach: 'breach of', warning: 'warning under' } as const;

function weighedOf({ rulebook, findings }: Weighed): string {
  const kept = [...new Set(findings.filter(({ outcome }) => outcome === 'pass').map(({ rule }) => rule))];
  const others = findings.flatMap(({ outcome, rule, detail, reference }) =>
    outcome === 'pass'
      ? []
      : [`${WORDS[outcome]} ${rule}${reference === undefined ? '' : ` by ${reference}`}: ${detail}`],
  );
  const parts = [...(kept.length > 0 ? [`kept to ${listed(kept)}`] : []), ...others];
  return `Under the rulebook ${rulebook}: ${parts.length > 0 ? parts.join('; ') : 'nothing was weighed'}.`;
}
