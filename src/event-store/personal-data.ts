import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import Type, { type Static } from 'typebox';

/**
 * Personal text as it stands on the log: ciphertext under the key of one person (AES-256-GCM, the person's id as
 * associated data; `sealed` is base64 of IV, ciphertext and tag).
 */
export const SealedText = Type.Object({ person: Type.String(), sealed: Type.String() });
export type SealedText = Static<typeof SealedText>;

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The keys of the persons whose data stand on the log, in a file of their own whose entries can be deleted. Erasing a
 * person deletes the key: what was sealed under it can never be read again, and every hash stays valid.
 */
export class PersonKeys {
  readonly #db: DatabaseSync;
  /** Never changes while the file exists, so that it is read once. */
  #secret: Uint8Array | undefined;

  /** @param file path of the key file, made where it is missing; `:memory:` for tests */
  constructor(file: string) {
    this.#db = new DatabaseSync(file, { timeout: 5_000 });
    this.#db.exec(`
      PRAGMA journal_mode = DELETE;
      -- FULL does not sync the folder after a commit: a power cut could bring back the journal, and lose a key
      -- under which the log already holds text, or return one that was erased.
      PRAGMA synchronous = EXTRA;
      PRAGMA secure_delete = ON;
      CREATE TABLE IF NOT EXISTS person (id TEXT PRIMARY KEY, key BLOB NOT NULL, lookup TEXT UNIQUE) STRICT;
      CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
    `);
    this.#db.prepare("INSERT OR IGNORE INTO secret (name, value) VALUES ('lookup', ?)").run(randomBytes(32));
  }

  /** A new person, with a key of their own that is on the disk. Returns an opaque id. */
  newPerson(): string {
    return this.#create(null);
  }

  /** The person of that name: the same opaque id for the same name, until erased. */
  personFor(name: string): string {
    const lookup = createHmac('sha256', this.#lookupSecret()).update(name.normalize('NFC').trim()).digest('hex');
    const known = this.#db.prepare('SELECT id FROM person WHERE lookup = ?').get(lookup);
    return known ? String(known.id) : this.#create(lookup);
  }

  /** Encrypts text under a person's key. @throws Error where the person is unknown or erased */
  seal(person: string, text: string): SealedText {
    const key = this.#key(person);
    if (!key) throw new Error(`there is no key of the person ${person}`);
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(person));
    const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return { person, sealed: sealed.toString('base64') };
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

  /** Deletes a person's key. False where there was none. */
  erase(person: string): boolean {
    return this.#db.prepare('DELETE FROM person WHERE id = ?').run(person).changes > 0;
  }

  /**
   * A digest of text under a secret of this store, stable over time: it tells whether two texts are equal without
   * letting anybody without the store guess them.
   */
  digest(text: string): string {
    return createHmac('sha256', this.#lookupSecret()).update(text).digest('hex');
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #create(lookup: string | null): string {
    const id = `person-${randomBytes(12).toString('hex')}`;
    this.#db.prepare('INSERT INTO person (id, key, lookup) VALUES (?, ?, ?)').run(id, randomBytes(32), lookup);
    return id;
  }

  #key(person: string): Uint8Array | undefined {
    return this.#db.prepare('SELECT key FROM person WHERE id = ?').get(person)?.key as Uint8Array | undefined;
  }

  #lookupSecret(): Uint8Array {
    this.#secret ??= this.#db.prepare("SELECT value FROM secret WHERE name = 'lookup'").get()?.value as Uint8Array;
    return this.#secret;
  }
}
