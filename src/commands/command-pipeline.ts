import { createHash, randomUUID } from 'node:crypto';
import {
  CheckFailed,
  LogUnavailable,
  type Actor,
  type Append,
  type Check,
  type EventStore,
  type LogRecord,
  type NewRecord,
} from '../event-store/event-store.js';
import type { NewPersons, PersonKeys } from '../event-store/personal-data.js';
import type { Projections } from '../event-store/projections.js';
import { canonical } from '../event-store/record.js';
import { States } from '../event-store/state.js';
import { later, type Clock } from '../operations/clock.js';
import type { Finding } from '../rulebook/finding.js';
import type { Act, Context } from './act.js';
import type { Accepted, Decision, Write } from './decision.js';
import { CommandRecorded } from './events.js';
import { Reading } from './reading.js';
import { RememberedAnswers } from './remembered-answers.js';

/** Everything about a command but what it asks. */
export interface Envelope {
  readonly actor: Actor;
  /** Id of the request that carried it; becomes the events' correlation. */
  readonly requestId: string;
  /** The body as it came, for telling a repeated command from another. */
  readonly body: unknown;
  readonly dryRun: boolean;
  readonly idempotencyKey?: string | undefined;
  readonly ifMatch?: string | undefined;
  /** The persons that it is the first to name: their keys are stored before its facts are. */
  readonly people?: NewPersons | undefined;
}

/** A fact as the answer to a command names it. */
export interface RecordedEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: string;
  readonly position: string;
}

/** The answer to a command that was accepted. */
export interface CommandAnswer extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly recorded: boolean;
  readonly events: readonly RecordedEvent[];
  readonly findings: readonly unknown[];
}

/** What became of a command: an answer, or the decision that stood in its way. */
export type Outcome =
  | { readonly kind: 'answered'; readonly answer: CommandAnswer }
  | Exclude<Decision, Accepted>
  | { readonly kind: 'precondition-failed' }
  | { readonly kind: 'idempotency-mismatch' }
  | { readonly kind: 'race-lost' };

/** How often a command that lost a race is decided again before it is given up, if there is time. */
const ATTEMPTS = 100;
/** Within which a command is answered, whatever becomes of the log's cluster. Milliseconds. */
export const ANSWERED_WITHIN = 10_000;
/** How many records are looked through at once for the facts of a repeated command. */
const FACTS_AT_ONCE = 32;

/** Takes commands to decisions, and decisions to the log. */
export class CommandPipeline {
  readonly answers: RememberedAnswers;
  readonly #durable: States;
  readonly #ahead: States;

  constructor(
    readonly store: EventStore,
    readonly projections: Projections,
    readonly keys: PersonKeys,
    readonly clock: Clock,
    readonly jurisdiction: string,
  ) {
    this.answers = new RememberedAnswers(() => Date.parse(clock.now()));
    this.#durable = new States(store);
    this.#ahead = new States(store.ahead);
  }

  /** Reads what is durable, at the head or as of a position; all of it, or what was true by an instant. */
  reading(upTo?: number, occurredBy?: string): Reading {
    return new Reading(this.store, this.#durable, this.projections, upTo, occurredBy);
  }

  /** The instant that a decision made now would bear. */
  now(): string {
    return shortest(later(this.clock.now(), this.store.ahead.newestRecordedAt()));
  }

  /**
   * Decides a command on the log ahead, so that commands which arrive together share a commit, and records its facts.
   * An answer that records nothing, a refusal for one, is told only once all that it rests on is durable; where that
   * fails, or something that the decision read has changed, the command is decided again.
   * @throws LogUnavailable where the log, or a key that its facts need, cannot be written: nothing was recorded
   */
  async submit<Command, State>(act: Act<Command, State>, command: Command, envelope: Envelope): Promise<Outcome> {
    const commandId = randomUUID();
    const idempotency = envelope.dryRun ? undefined : this.#idempotency(act.name, envelope);
    const until = performance.now() + ANSWERED_WITHIN;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (performance.now() > until) throw new LogUnavailable('it could not be decided in time on what is durable');
      const made = this.#decide(act, command, envelope, commandId, idempotency);
      if (!('decision' in made)) {
        if (await this.store.confirm(until)) return made;
        continue;
      }
      const { decision, append } = made;
      // Not while others could be decided in between, where there is nothing to wait for.
      if (envelope.people?.isWaiting) await envelope.people.keep(until);
      try {
        const recorded = await this.store.append({ ...append, until });
        const told = idempotency ? asKept(decision) : decision;
        return answered(commandId, told, recorded.slice(0, decision.writes.length), true);
      } catch (error) {
        if (!(error instanceof CheckFailed)) throw error;
      }
    }
    return { kind: 'race-lost' };
  }

  /** One decision on the log ahead: what is to be recorded, or an outcome that records nothing. */
  #decide<Command, State>(
    act: Act<Command, State>,
    command: Command,
    envelope: Envelope,
    commandId: string,
    idempotency: Idempotency | undefined,
  ): Outcome | { readonly decision: Accepted; readonly append: Append } {
    const repeated = idempotency && this.#repeated(idempotency);
    if (repeated) return repeated;

    const context: Context = { now: this.now(), actor: envelope.actor, jurisdiction: this.jurisdiction, commandId };
    const reading = new Reading(this.store.ahead, this.#ahead, undefined);
    const state = act.load(command, reading, context);
    if (envelope.ifMatch !== undefined && !matches(envelope.ifMatch, act.etag?.(state, command, context)))
      return { kind: 'precondition-failed' };
    const decision = act.decide(state, command, context);
    if (decision.kind !== 'accepted') return decision;
    if (envelope.dryRun) return answered(commandId, decision, [], false);

    const records = this.#records(decision.writes, context, envelope);
    const checks: Check[] = reading.checks();
    if (idempotency) {
      records.push(this.#commandRecord(act.name, idempotency, decision, context, envelope));
      checks.push({ stream: idempotency.stream, newest: null });
    }
    return { decision, append: { records, checks, now: context.now, isFresh: true } };
  }

  #idempotency(command: string, { actor, idempotencyKey, body }: Envelope): Idempotency | undefined {
    if (idempotencyKey === undefined) return undefined;
    const name = createHash('sha256').update(`${actor.id}\n${idempotencyKey}`).digest('hex');
    return { stream: `command-${name}`, digest: this.keys.digest(`${command}\n${canonical(body)}`) };
  }

  /** The first answer to the same key, or the mismatch; undefined where the key is new. */
  #repeated({ stream, digest }: Idempotency): Outcome | undefined {
    const [first] = this.store.ahead.readStream(stream);
    if (!first) return undefined;
    const data = first.data as unknown as { digest: string; answer: Record<string, unknown>; findings: Finding[] };
    if (data.digest !== digest) return { kind: 'idempotency-mismatch' };
    return {
      kind: 'answered',
      answer: {
        id: first.commandId,
        recorded: true,
        ...data.answer,
        events: this.#factsBefore(first).map(asEvent),
        findings: data.findings,
      },
    };
  }

  /** The facts of a command: they were recorded with its `CommandRecorded`, right before it. */
  #factsBefore({ position, commandId }: LogRecord): LogRecord[] {
    const facts: LogRecord[] = [];
    for (let upTo = position - 1; upTo > 0; upTo -= FACTS_AT_ONCE) {
      const before = [...this.store.ahead.read({ after: Math.max(0, upTo - FACTS_AT_ONCE), upTo })];
      const others = before.findLastIndex((record) => record.commandId !== commandId);
      facts.unshift(...before.slice(others + 1));
      if (others >= 0) break;
    }
    return facts;
  }

  #records(writes: readonly Write[], context: Context, envelope: Envelope): NewRecord[] {
    return writes.map(({ stream, fact, occurredAt }) => ({
      id: randomUUID(),
      stream,
      type: fact.type,
      version: fact.version,
      data: fact.data as NewRecord['data'],
      occurredAt: occurredAt ?? context.now,
      actor: context.actor,
      commandId: context.commandId,
      correlationId: envelope.requestId,
      causationId: context.commandId,
    }));
  }

  #commandRecord(
    command: string,
    { stream, digest }: Idempotency,
    { answer, findings }: Accepted,
    context: Context,
    envelope: Envelope,
  ): NewRecord {
    const fact = CommandRecorded.of({ command, digest, answer, findings: [...findings] });
    return this.#records([{ stream, fact }], context, envelope)[0] as NewRecord;
  }
}

interface Idempotency {
  readonly stream: string;
  readonly digest: string;
}

function answered(id: string, decision: Accepted, events: readonly LogRecord[], recorded: boolean): Outcome {
  return {
    kind: 'answered',
    answer: {
      id,
      recorded,
      ...decision.answer,
      ...(recorded ? decision.secrets : {}),
      events: events.map(asEvent),
      findings: decision.findings,
    },
  };
}

/** What was decided, with its members in the order in which they are kept: so the answer to a repeat is the same text. */
const asKept = (decision: Accepted): Accepted => ({
  ...decision,
  ...(JSON.parse(canonical({ answer: decision.answer, findings: decision.findings })) as Pick<
    Accepted,
    'answer' | 'findings'
  >),
});

const asEvent = ({ id, type, stream, revision, position }: LogRecord): RecordedEvent => ({
  id,
  type,
  stream,
  revision: String(revision),
  position: String(position),
});

/** True where one of the tags of `If-Match` is the current one, or it is `*` and there is one. */
export function matches(ifMatch: string, current: string | undefined): boolean {
  if (current === undefined) return false;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  return tags.includes('*') || tags.includes(current);
}

/** An instant without a fraction that is zero, as facts state times. */
const shortest = (instant: string): string => Temporal.Instant.from(instant).toString();
