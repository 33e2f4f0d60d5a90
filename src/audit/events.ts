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

/**
 * A command of somebody whose credentials were good was refused. What they asked is kept as far as it is a clause, an id
 * or a time, and never in their own words. It influences no decision.
 */
export const CommandRefused = fact(
  'CommandRefused',
  1,
  Type.Object({
    command: Type.String({ maxLength: 64 }),
    /** As it was answered: HTTP status, code, and the first clause that refused. */
    status: Type.Integer(),
    code: Type.String({ maxLength: 64 }),
    rule: Type.Optional(Type.String({ maxLength: 64 })),
    /** The rules that refused, with their numbers. */
    findings: Type.Array(
      Type.Object({
        rule: Type.String({ maxLength: 64 }),
        limit: Type.Optional(Type.Union([Type.Number(), Type.String({ maxLength: 64 })])),
        value: Type.Optional(Type.Union([Type.Number(), Type.String({ maxLength: 64 })])),
        month: Type.Optional(Type.String({ maxLength: 64 })),
      }),
      { maxItems: 8 },
    ),
    /** Ids that were named and times that were asked for, by field. */
    asked: Type.Record(Type.String(), Type.String({ maxLength: 64 })),
  }),
);

/** More commands of the same caller were refused than are kept of a minute. */
export const RefusalsNotKept = fact(
  'RefusalsNotKept',
  1,
  Type.Object({ count: Type.Integer({ minimum: 1 }), since: InstantText }),
);

/** Facts of the streams `refusal-<caller>-<month>`. */
export type RefusalEvent = FactOf<typeof CommandRefused> | FactOf<typeof RefusalsNotKept>;

/** Facts of the streams `audit-<year>`. */
export type AuditEvent = FactOf<typeof AuditKeyIntroduced> | FactOf<typeof TreeHeadSigned>;

/** Their definitions, for the catalogue. */
export const auditFacts = [AuditKeyIntroduced, TreeHeadSigned, CommandRefused, RefusalsNotKept];
