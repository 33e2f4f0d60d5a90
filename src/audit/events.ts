import Type from 'typebox';
import { InstantText } from '../commands/fact-fields.js';
import { fact, type FactOf } from '../event-store/facts.js';

const HexHash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const KeyId = Type.String({ pattern: '^[0-9a-f]{16}$' });

/** A public key signs heads from now on. Recorded with the first head that it signs. */
export const AuditKeyIntroduced = fact(
  'AuditKeyIntroduced',
  1,
  Type.Object({
    keyId: KeyId,
    /** Ed25519, SubjectPublicKeyInfo in DER, base64. */
    publicKey: Type.String(),
    /** The key that it takes the place of; null for the first. */
    replaces: Type.Union([KeyId, Type.Null()]),
    /** That key's signature under the introduction, base64; null where it was not at hand. */
    endorsement: Type.Union([Type.String(), Type.Null()]),
  }),
);

/** A head of the Merkle tree was signed, so that whoever keeps it can tell whether the log is later another. */
export const TreeHeadSigned = fact(
  'TreeHeadSigned',
  1,
  Type.Object({
    /** Records that it covers. */
    size: Type.Integer({ minimum: 1 }),
    rootHash: HexHash,
    at: InstantText,
    keyId: KeyId,
    /** Ed25519, base64. */
    signature: Type.String(),
    because: Type.Union([Type.Literal('interval'), Type.Literal('request')]),
  }),
);

/** Facts of the streams `audit-<year>`. */
export type AuditEvent = FactOf<typeof AuditKeyIntroduced> | FactOf<typeof TreeHeadSigned>;

/** Their definitions, for the catalogue. */
export const auditFacts = [AuditKeyIntroduced, TreeHeadSigned];
