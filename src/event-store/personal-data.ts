import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import Type, { type Static } from 'typebox';
import { LogUnavailable } from './event-store.js';
import { keepLastErasure, lastErasure, lookupSecret, openKeyFile, type Erasure } from './sqlite/key-file.js';

/**
 * Personal text as it stands on the log: ciphertext under the key of one person (AES-256-GCM, the person's id as
 * associated data; `sealed` is base64 of IV, ciphertext and tag).
 */
export const SealedText = Type.Object({ person: Type.String(), sealed: Type.String() });
export type SealedText = Static<typeof SealedText>;

const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

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
   * @throws UnusableLog where the file is another program's, of a newer version, or damaged
   */
  constructor(file: string) {
    this.#db = openKeyFile(file);
  }

  /** A new person, with a key of their own that is on the disk. Returns an opaque id. @throws LogUnavailable */
  newPerson(): string {
    return this.#create(null);
  }

  /** New persons for one command, whose keys are stored only once it is known that its facts will be recorded. */
  forCommand(): NewPersons {
    return new NewPersons((keys) => this.#store(keys));
  }

  /** The person of that name: the same opaque id for the same name, until erased. */
  personFor(name: string): string {
    return this.named(name) ?? this.#create(this.#lookupOf(name));
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

  #create(lookup: string | null): string {
    const id = newId();
    this.#store(new Map([[id, randomBytes(KEY_BYTES)]]), lookup);
    return id;
  }

  /** All of the keys, or none. @throws LogUnavailable: what is sealed under them cannot be recorded */
  #store(keys: ReadonlyMap<string, Uint8Array>, lookup: string | null = null): void {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const insert = this.#db.prepare('INSERT INTO person (id, key, lookup) VALUES (?, ?, ?)');
      for (const [id, key] of keys) insert.run(id, key, lookup);
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

  constructor(private readonly store: (keys: ReadonlyMap<string, Uint8Array>) => void) {}

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

  /** Puts the keys on the disk, once: before the facts that need them are recorded. @throws LogUnavailable */
  keep(): void {
    if (this.#keys.size === 0) return;
    this.store(this.#keys);
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
