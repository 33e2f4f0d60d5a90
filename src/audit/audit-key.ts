import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, type Configuration } from '../operations/configuration.js';
import { keyIdOf, type PublicAuditKey } from './tree-head.js';

/** A key that signs. */
export interface SigningKey extends PublicAuditKey {
  /** Ed25519 over the text in UTF-8, base64. */
  sign(text: string): string;
}

/** The keys of a file: the first signs heads, the others vouch for what takes their place. */
export interface AuditKeys {
  readonly current: SigningKey;
  readonly earlier: readonly SigningKey[];
}

/** Where a data folder keeps its own. */
export const auditKeyFileIn = (dataDir: string): string => join(dataDir, 'audit-key.pem');

/** The configured key file, or the data folder's own, made where it is missing. @throws ConfigurationError */
export function openAuditKeys({ auditKeyFile, dataDir }: Pick<Configuration, 'auditKeyFile' | 'dataDir'>): AuditKeys {
  if (auditKeyFile !== undefined) return readAuditKeys(auditKeyFile);
  const file = auditKeyFileIn(dataDir);
  makeAuditKey(file);
  return readAuditKeys(file);
}

/** Whether a key that is new to the log may take the place of another: not one that a server on a cluster made for itself. */
export const mayReplaceAuditKey = ({
  auditKeyFile,
  cluster,
}: Pick<Configuration, 'auditKeyFile' | 'cluster'>): boolean => cluster === undefined || auditKeyFile !== undefined;

const PRIVATE_KEY = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/g;

/**
 * Reads the keys of a file: PKCS #8 in PEM, one after the other.
 * @throws ConfigurationError where the file is missing or holds anything but Ed25519 keys
 */
export function readAuditKeys(file: string): AuditKeys {
  try {
    const [current, ...earlier] = (readFileSync(file, 'utf8').match(PRIVATE_KEY) ?? []).map(signingKey);
    if (!current) throw new Error('it holds no private key in PEM');
    return { current, earlier };
  } catch (error) {
    // What is in the file is never part of the message.
    throw new ConfigurationError(`the audit key ${file} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

/** Makes a key file, readable by its owner alone; leaves one that is there as it is. */
export function makeAuditKey(file: string): void {
  try {
    writeFileSync(file, newPrivateKey(), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Puts a new key before those of a file. Heads are signed with it from the next start on; the first of them introduces
 * it, vouched for by the key before.
 * @throws ConfigurationError where the file cannot be used
 */
export function rotateAuditKey(file: string): PublicAuditKey {
  readAuditKeys(file);
  const before = readFileSync(file, 'utf8');
  const next = `${file}.next`;
  writeFileSync(next, newPrivateKey() + before, { mode: 0o600 });
  renameSync(next, file);
  const { keyId, publicKey } = readAuditKeys(file).current;
  return { keyId, publicKey };
}

const newPrivateKey = (): string => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });

function signingKey(pem: string): SigningKey {
  const key: KeyObject = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('it holds a key that is not Ed25519');
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
  return {
    keyId: keyIdOf(publicKey),
    publicKey,
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
  };
}
