import { randomUUID } from 'node:crypto';
import { jsonEvent, type EventData } from '@kurrent/kurrentdb-client';
import type { Addition } from '../append.js';
import { LogUnavailable, type Json, type LogReader, type LogRecord } from '../event-store.js';
import type { PersonKey, PersonKeys, SharedKeys } from '../personal-data.js';
import { UnusableLog } from '../sqlite/open-database.js';
import { nameStream, personStream, secretStream, type ClusterAddress } from './address.js';
import { answered } from './admission.js';
import type { ClusterLog } from './cluster-log.js';
import type { ClusterTiming } from './cluster-timing.js';
import { failureOf, isDeleted, leftUntil, within } from './failure.js';
import { Patience } from './patience.js';

/** Keys that are asked for, or put, at the same time. */
const AT_ONCE = 16;
/** Records that are looked through at once for persons whose keys are missing. */
const RECORDS_AT_ONCE = 2_000;

/**
 * The keys of persons on a cluster, for every server: a stream for each person, beside the log's. Erasing a person
 * deletes the stream for good. Each server's own file of keys is a copy.
 */
export class ClusterKeys implements SharedKeys {
  /** Persons whose keys are not on the cluster: they have been erased. */
  readonly #gone = new Set<string>();

  /** @param erasedBy the person whom a record erases */
  constructor(
    private readonly cluster: ClusterLog,
    private readonly address: ClusterAddress,
    private readonly timing: Pick<ClusterTiming, 'callWithin' | 'tryFor' | 'startWithin'>,
    private readonly erasedBy: (record: LogRecord) => string | undefined,
  ) {}

  /**
   * Makes this server's file of keys one of this calendar's: all servers look names up under one secret. The file of a
   * calendar that was copied to the cluster is put there whole.
   * @throws UnusableLog where the file is another calendar's, or the keys of the calendar are nowhere
   */
  async settle(keys: PersonKeys): Promise<void> {
    const { cluster } = this;
    const secret = (await this.secret()) ?? (await this.#publish(keys));
    if (secret.equals(keys.secret)) return;
    if (keys.count() > 0)
      throw new UnusableLog(
        `the keys of persons in DATA_DIR are not those of the calendar on ${cluster.place}: point DATA_DIR at another folder, or delete persons.sqlite there; the keys are then fetched from the cluster`,
      );
    keys.useSecret(secret);
  }

  /** The secret of the calendar on the cluster; undefined where no keys have been put there. @throws UnusableLog */
  secret(): Promise<Buffer | undefined> {
    return answered(this.cluster, this.timing.startWithin, async () => {
      const kept = await this.cluster.newestOf(secretStream(this.address));
      return kept && Buffer.from((kept.data as { readonly secret: string }).secret, 'base64');
    });
  }

  /**
   * Puts keys and their secret on the cluster, where they are not yet. The secret comes last: so this can be repeated.
   * @returns the secret of the calendar: another one where another server was first
   * @throws LogUnavailable
   */
  async publish(persons: readonly PersonKey[], secret: Buffer): Promise<Buffer> {
    await this.keep(persons);
    for (const { id, lookup } of persons)
      if (lookup !== null)
        await this.#append(nameStream(this.address, lookup), event('PersonNamed', { person: id }), undefined);
    const kept = event('LookupSecret', { secret: secret.toString('base64') });
    if (await this.#append(secretStream(this.address), kept, undefined)) return secret;
    return (await this.secret()) ?? secret;
  }

  /** Fetches the keys of all who are named on the replica and have none in this server's file. */
  async complete(keys: PersonKeys, replica: LogReader): Promise<void> {
    const head = replica.head();
    for (let after = 0; after < head; after += RECORDS_AT_ONCE) {
      const records = [...replica.readWritten({ after, upTo: Math.min(head, after + RECORDS_AT_ONCE) })];
      await this.#fetch(
        keys,
        records.map(({ record }) => record),
      );
    }
  }

  /**
   * What must be done before records are in the replica: whoever is named there can be read, and whoever is erased
   * there is erased from the cluster.
   * @param until the instant of `performance.now()` after which nothing is tried again
   * @throws LogUnavailable
   */
  async before(keys: PersonKeys, additions: readonly Addition[], until?: number): Promise<void> {
    const records = additions.map(({ record }) => record);
    const erased = new Set(records.flatMap((record) => this.erasedBy(record) ?? []));
    await eachOf([...erased], (person) => this.erase(person, until));
    await this.#fetch(keys, records, until);
  }

  async keep(persons: readonly PersonKey[], until?: number): Promise<void> {
    await eachOf(persons, (person) => this.#put(person, until));
  }

  async personFor(person: PersonKey & { readonly lookup: string }): Promise<PersonKey> {
    const stream = nameStream(this.address, person.lookup);
    const until = performance.now() + this.timing.tryFor;
    for (let isKept = false; ; isKept = true) {
      const newest = await this.#persistently(() => this.cluster.newestOf(stream), until);
      const named = newest && (await this.#stored((newest.data as Named).person, until));
      if (named) {
        // Another server was first.
        if (isKept && named.id !== person.id)
          await this.#persistently(() => this.cluster.tombstone(personStream(this.address, person.id)), until);
        return named;
      }
      // Before the name that leads to it.
      if (!isKept) await this.#put(person, until);
      const naming = event('PersonNamed', { person: person.id });
      if (await this.#append(stream, naming, newest?.revision, until)) return person;
    }
  }

  async #publish(keys: PersonKeys): Promise<Buffer> {
    const { cluster } = this;
    const persons = keys.all();
    const head = await answered(cluster, this.timing.startWithin, () => cluster.head());
    if (head > 0 && persons.length === 0)
      throw new UnusableLog(
        `${cluster.place} has records, but the keys of the persons who are named on them are not there: put the persons.sqlite of the calendar that was copied into DATA_DIR, and start again`,
      );
    return this.publish(persons, keys.secret);
  }

  async #put({ id, key, lookup }: PersonKey, until?: number): Promise<void> {
    const made = event('PersonKeyMade', { key: Buffer.from(key).toString('base64'), lookup });
    await this.#append(personStream(this.address, id), made, undefined, until);
  }

  async #stored(id: string, until?: number): Promise<PersonKey | undefined> {
    const kept = await this.#persistently(() => this.cluster.newestOf(personStream(this.address, id)), until);
    if (!kept) return undefined;
    const { key, lookup } = kept.data as { readonly key: string; readonly lookup: string | null };
    return { id, key: Buffer.from(key, 'base64'), lookup };
  }

  async #fetch(keys: PersonKeys, records: readonly LogRecord[], until?: number): Promise<void> {
    const missing = new Set<string>();
    for (const { data } of records)
      for (const person of personsIn(data)) if (!this.#gone.has(person) && !keys.has(person)) missing.add(person);
    const found: PersonKey[] = [];
    await eachOf([...missing], async (person) => {
      const stored = await this.#stored(person, until);
      if (stored) found.push(stored);
      else this.#gone.add(person);
    });
    keys.hold(found);
  }

  /**
   * Erases a person from the cluster, where that has not been done. The name goes first: as long as the key is there, the
   * person can be found again by whoever repeats this.
   * @param until the instant of `performance.now()` after which nothing is tried again
   * @throws LogUnavailable
   */
  async erase(id: string, until?: number): Promise<void> {
    const stored = await this.#stored(id, until);
    if (!stored) return;
    if (stored.lookup !== null) {
      const stream = nameStream(this.address, stored.lookup);
      const newest = await this.#persistently(() => this.cluster.newestOf(stream), until);
      if (newest && (newest.data as Named).person === id)
        await this.#unlessOvertaken(() => this.cluster.deleteAt(stream, newest.revision), until);
    }
    await this.#persistently(() => this.cluster.tombstone(personStream(this.address, id)), until);
  }

  /** True once the event is the one after that revision; false where there is another, or the stream is deleted for good. */
  #append(stream: string, one: EventData, after: bigint | undefined, until?: number): Promise<boolean> {
    return this.#unlessOvertaken(() => this.cluster.appendTo(stream, one, after), until);
  }

  async #unlessOvertaken(call: () => Promise<void>, until?: number): Promise<boolean> {
    return this.#persistently(async () => {
      try {
        await call();
        return true;
      } catch (error) {
        if (failureOf(error) === 'overtaken' || isDeleted(error)) return false;
        throw error;
      }
    }, until);
  }

  /**
   * Tries again while the outcome is not clear, or a node cannot take it; not at all if the cluster has been away for
   * longer than an append is tried. All that is done here may be done twice.
   */
  async #persistently<Result>(call: () => Promise<Result>, until = Infinity): Promise<Result> {
    const { tryFor, callWithin } = this.timing;
    const end = Math.min(until, performance.now() + tryFor);
    const patience = new Patience();
    if (performance.now() > until || this.cluster.awayFor > tryFor)
      throw new LogUnavailable('the keys of persons on the cluster: it is away, or no time is left');
    for (;;)
      try {
        return await within(leftUntil(end, callWithin), 'a call', call());
      } catch (error) {
        const failure = failureOf(error);
        if ((failure !== 'unclear' && failure !== 'not-now') || performance.now() >= end)
          throw new LogUnavailable(`the keys of persons on the cluster: ${(error as Error).message}`, { cause: error });
        await patience.wait(undefined, end - performance.now());
      }
  }
}

/** What an event of a name's stream says. */
interface Named {
  readonly person: string;
}

/** An event of a stream beside the log. */
const event = (type: string, data: Record<string, string | null>): EventData =>
  jsonEvent({ id: randomUUID(), type, data });

/** The persons under whose keys there is text in some data. */
function* personsIn(data: Json | undefined): Iterable<string> {
  if (typeof data !== 'object' || data === null) return;
  if ('sealed' in data && 'person' in data && typeof data.person === 'string') yield data.person;
  for (const value of Object.values(data) as Json[]) yield* personsIn(value);
}

/** Does the same with each, some at a time. */
async function eachOf<One>(all: readonly One[], work: (one: One) => Promise<void>): Promise<void> {
  const left = all.values();
  const worker = async (): Promise<void> => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, worker));
}
