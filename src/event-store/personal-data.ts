import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import Type, { type Static } from 'typebox';
import { LogUnavailable } from './event-store.js';
import {
  keepLastErasure,
  keepLookupSecret,
  lastErasure,
  lookupSecret,
  openKeyFile,
  type Erasure,
} from './sqlite/key-file.js';

/**
 * Personal text as it stands on the log: ciphertext under the key of one person (AES-256-GCM, the person's id as
 * associated data; `sealed` is base64 of IV, ciphertext and tag).
 */
export const SealedText = Type.Object({ person: Type.String(), sealed: Type.String() });
export type SealedText = Static<typeof SealedText>;

const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** The key of a person. */
export interface PersonKey {
  /** The opaque id. */
  readonly id: string;
  readonly key: Uint8Array;
  /** Keyed hash of the name by which a schedule that was imported named them; null for whoever is not found by name. */
  readonly lookup: string | null;
}

/** Where servers that share a log keep the keys of persons for one another. */
export interface SharedKeys {
  /**
   * Keeps the keys of new persons.
   * @param until the instant of `performance.now()` after which it is not tried again
   * @throws LogUnavailable
   */
  keep(persons: readonly PersonKey[], until?: number): Promise<void>;
  /** The person who was kept under that keyed hash of a name first; this one where none was. @throws LogUnavailable */
  personFor(person: PersonKey & { readonly lookup: string }): Promise<PersonKey>;
}

/**
 * The keys of the persons whose data stand on the log, in a file of their own whose entries can be deleted. Erasing a
 * person deletes the key: what was sealed under it can never be read again, and every hash stays valid.
 */
export class PersonKeys {
  readonly #db: DatabaseSync;
  /** Never changes while the file exists, so that it is read once. */
  #secret: Uint8Array | undefined;

  /**
   * Opens the key file, or makes it where it is missing or has nothing in it.
   * @param file its path; `:memory:` for tests
   * @param shared where the keys are kept first, where other servers need them too
   * @throws UnusableLog where the file is another program's, of a newer version, or damaged
   */
  constructor(
    file: string,
    private readonly shared?: SharedKeys,
  ) {
    this.#db = openKeyFile(file);
  }

  /** A new person, with a key of their own that is stored. Returns an opaque id. @throws LogUnavailable */
  async newPerson(): Promise<string> {
    const people = this.forCommand();
    const person = people.newPerson();
    await people.keep();
    return person;
  }

  /** New persons for one command, whose keys are stored only once it is known that its facts will be recorded. */
  forCommand(): NewPersons {
    return new NewPersons(async (persons, until) => {
      await this.shared?.keep(persons, until);
      this.#store(persons);
    });
  }

  /** The person of that name: the same opaque id for the same name, until erased. @throws LogUnavailable */
  async personFor(name: string): Promise<string> {
    const known = this.named(name);
    if (known !== undefined) return known;
    const person = { id: newId(), key: randomBytes(KEY_BYTES), lookup: this.#lookupOf(name) };
    if (this.shared) this.hold([await this.shared.personFor(person)]);
    else this.#store([person]);
    return this.named(name) ?? person.id;
  }

  /** Takes over keys that are kept elsewhere too. @throws LogUnavailable */
  hold(persons: readonly PersonKey[]): void {
    if (persons.length > 0) this.#store(persons, 'OR REPLACE');
  }

  /** Every key. */
  all(): PersonKey[] {
    return this.#db.prepare('SELECT id, key, lookup FROM person ORDER BY id').all() as unknown as PersonKey[];
  }

  /** Encrypts text under a person's key. @throws Error where the person is unknown or erased */
  seal(person: string, text: string): SealedText {
    const key = this.#key(person);
    if (!key) throw new Error(`there is no key of the person ${person}`);
    return sealedUnder(key, person, text);
  }

  /** The text again; undefined once its person is erased. @throws Error where the ciphertext was changed */
  open({ person, sealed }: SealedText): string | undefined {
    const key = this.#key(person);
    if (!key) return undefined;
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(person))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }

  /** Whether a person has a key. */
  has(person: string): boolean {
    return this.#key(person) !== undefined;
  }

  /** The person of exactly that name, where a schedule that was imported named them; undefined for any other. */
  named(name: string): string | undefined {
    const known = this.#db.prepare('SELECT id FROM person WHERE lookup = ?').get(this.#lookupOf(name));
    return known && String(known.id);
  }

  /**
   * Deletes a person's key, where there is one, and keeps which record on the log asked for it.
   * @throws LogUnavailable where it cannot be deleted
   */
  erase(person: string, because: Erasure): void {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      this.#db.prepare('DELETE FROM person WHERE id = ?').run(person);
      keepLastErasure(this.#db, because);
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw new LogUnavailable(`the key of a person cannot be deleted: ${(error as Error).message}`, { cause: error });
    }
  }

  /** The last record that a key was deleted for; undefined where none was. A copy of the file knows of its own last one. */
  lastErasure(): Erasure | undefined {
    return lastErasure(this.#db);
  }

  /**
   * A digest of text under a secret of this store, stable over time: it tells whether two texts are equal without
   * letting anybody without the store guess them.
   */
  digest(text: string): string {
    return createHmac('sha256', this.#lookupSecret()).update(text).digest('hex');
  }

  /** How many persons have a key. */
  count(): number {
    return Number(this.#db.prepare('SELECT count(*) AS persons FROM person').get()?.persons);
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  /** The secret under which names are looked up and texts digested. */
  get secret(): Buffer {
    return Buffer.from(this.#lookupSecret());
  }

  /** Takes over the secret of a calendar, in a file that holds nobody yet. @throws LogUnavailable */
  useSecret(secret: Uint8Array): void {
    try {
      keepLookupSecret(this.#db, secret);
      this.#secret = secret;
    } catch (error) {
      throw new LogUnavailable(`the keys of persons cannot be written: ${(error as Error).message}`, { cause: error });
    }
  }

  /** All of the keys, or none. @throws LogUnavailable: what is sealed under them cannot be recorded */
  #store(persons: readonly PersonKey[], orElse: '' | 'OR REPLACE' = ''): void {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const insert = this.#db.prepare(`INSERT ${orElse} INTO person (id, key, lookup) VALUES (?, ?, ?)`);
      for (const { id, key, lookup } of persons) insert.run(id, key, lookup);
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw new LogUnavailable(`the keys of persons cannot be written: ${(error as Error).message}`, { cause: error });
    }
  }

  #lookupOf(name: string): string {
    return createHmac('sha256', this.#lookupSecret()).update(name.normalize('NFC').trim()).digest('hex');
  }

  #key(person: string): Uint8Array | undefined {
    return this.#db.prepare('SELECT key FROM person WHERE id = ?').get(person)?.key as Uint8Array | undefined;
  }

  #lookupSecret(): Uint8Array {
    this.#secret ??= lookupSecret(this.#db) as Uint8Array;
    return this.#secret;
  }
}

/**
 * The new persons of one command. What is personal in it is sealed before it is decided, so their keys are in memory
 * first: a command that is refused, or only tried, leaves no key behind.
 */
export class NewPersons {
  readonly #keys = new Map<string, Uint8Array>();

  constructor(private readonly store: (persons: readonly PersonKey[], until: number | undefined) => Promise<void>) {}

  /** Whether there are persons whose keys are not stored yet. */
  get isWaiting(): boolean {
    return this.#keys.size > 0;
  }

  /** A new person, with a key that is in memory only. Returns an opaque id. */
  newPerson(): string {
    const id = newId();
    this.#keys.set(id, randomBytes(KEY_BYTES));
    return id;
  }

  /** Encrypts text under the key of one of these persons. @throws Error for anybody else */
  seal(person: string, text: string): SealedText {
    const key = this.#keys.get(person);
    if (!key) throw new Error(`${person} is not a new person of this command`);
    return sealedUnder(key, person, text);
  }

  /**
   * Stores the keys, once: before the facts that need them are recorded.
   * @param until the instant of `performance.now()` after which it is not tried again
   * @throws LogUnavailable
   */
  async keep(until?: number): Promise<void> {
    if (this.#keys.size === 0) return;
    await this.store(
      [...this.#keys].map(([id, key]) => ({ id, key, lookup: null })),
      until,
    );
    this.#keys.clear();
  }
}

const newId = (): string => `person-${randomBytes(12).toString('hex')}`;

function sealedUnder(key: Uint8Array, person: string, text: string): SealedText {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(person));
  const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { person, sealed: sealed.toString('base64') };
}
