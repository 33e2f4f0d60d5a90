import { createPublicKey, hash, verify } from 'node:crypto';

/** A public key as the log and exports state it. */
export interface PublicAuditKey {
  /** The first 16 hex digits of the SHA-256 of `publicKey`'s bytes. */
  readonly keyId: string;
  /** Ed25519, SubjectPublicKeyInfo in DER, base64: the middle line of a PEM file. */
  readonly publicKey: string;
}

/** What a head says: a log of this size has this root. */
export interface TreeHead {
  /** Records that it covers: those at the positions 1 to `size`. */
  readonly size: number;
  /** Root of the Merkle tree over them, hex. */
  readonly rootHash: string;
  /** When it was signed (UTC instant). */
  readonly at: string;
  readonly keyId: string;
}

/** A head and its signature: all that an auditor has to keep besides the public key. */
export interface SignedTreeHead extends TreeHead {
  /** Ed25519 over `headText`, base64. */
  readonly signature: string;
}

/** That a key took the place of another, or was the first. */
export interface KeyIntroduction extends PublicAuditKey {
  readonly replaces: string | null;
  /** Ed25519 over `introductionText` by the key that is replaced, base64; null where that did not vouch for it. */
  readonly endorsement: string | null;
}

/** The text that a head's signature is over. Its first line keeps it apart from everything else that a key may sign. */
export const headText = ({ size, rootHash, at, keyId }: TreeHead): string =>
  `maintenance-calendar tree head 1\nsize ${String(size)}\nroot ${rootHash}\nat ${at}\nkey ${keyId}\n`;

/** The text that an endorsement is over. */
export const introductionText = ({ keyId, publicKey, replaces }: Omit<KeyIntroduction, 'endorsement'>): string =>
  `maintenance-calendar audit key 1\nkey ${keyId}\npublic ${publicKey}\nreplaces ${replaces ?? '-'}\n`;

/** The id of a public key. */
export const keyIdOf = (publicKey: string): string => hash('sha256', Buffer.from(publicKey, 'base64')).slice(0, 16);

/** Whether a signature of a text is by this key; false too where the key or the signature is none. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
