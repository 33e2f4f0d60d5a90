import { createPublicKey } from 'node:crypto';
import { headText, isSignedBy, keyIdOf, type SignedTreeHead } from '../tree-head.js';

/** A head as an auditor kept it, with the key that it was signed with. */
export interface KeptHead extends SignedTreeHead {
  readonly publicKey: string;
}

/** What an auditor kept apart from the server, to hold an export against. */
export interface Kept {
  readonly heads: readonly KeptHead[];
  /** Public keys, as `PublicAuditKey` has them. */
  readonly keys: readonly string[];
}

/** A file that was kept holds nothing of the kind. */
export class UnusableKept extends Error {
  override readonly name = 'UnusableKept';
}

/**
 * The heads in a file: an answer of `GET /audit/head`, or lines of the server's log.
 * @throws UnusableKept where there is none, or one is not signed by its key
 */
export function keptHeads(text: string): KeptHead[] {
  const heads = jsonIn(text).flatMap((value) => {
    const head = (value as { treeHead?: unknown }).treeHead ?? value;
    return isHead(head) ? [head] : [];
  });
  if (heads.length === 0) throw new UnusableKept('holds no tree head, as GET /audit/head gives one');
  for (const head of heads)
    if (keyIdOf(head.publicKey) !== head.keyId || !isSignedBy(head.publicKey, headText(head), head.signature))
      throw new UnusableKept(`holds a tree head of ${head.at} that is not signed by its key: it was changed`);
  return heads;
}

/**
 * The public keys in a file: PEM, or an answer of `GET /audit/keys`.
 * @throws UnusableKept where there is none
 */
export function keptKeys(text: string): string[] {
  const pem = text.match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g) ?? [];
  try {
    const keys =
      pem.length > 0
        ? pem.map((one) => createPublicKey(one).export({ type: 'spki', format: 'der' }).toString('base64'))
        : jsonIn(text).flatMap(publicKeysIn);
    if (keys.length > 0) return keys;
  } catch (error) {
    throw new UnusableKept(`holds a public key that cannot be read: ${(error as Error).message}`, { cause: error });
  }
  throw new UnusableKept('holds no public key, neither in PEM nor as GET /audit/keys gives one');
}

function publicKeysIn(value: unknown): string[] {
  const { items = [value] } = value as { items?: unknown[] };
  return items.flatMap((item) => {
    const { publicKey } = item as { publicKey?: unknown };
    return typeof publicKey === 'string' ? [publicKey] : [];
  });
}

/** The objects of a text: it is one, or has one on each line. */
function jsonIn(text: string): object[] {
  return [text, ...text.split('\n')].flatMap((part, index, all) => {
    if (index > 0 && isObject(parsed(all[0] ?? ''))) return [];
    const value = parsed(part);
    return isObject(value) ? [value] : [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function isHead(value: unknown): value is KeptHead {
  if (!isObject(value)) return false;
  const { size, rootHash, at, keyId, publicKey, signature } = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(size) && [rootHash, at, keyId, publicKey, signature].every((one) => typeof one === 'string')
  );
}
