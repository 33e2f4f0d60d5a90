import Type from 'typebox';
import { ActorData, Count, Digits, FactData, ListOf, Nullable, PageOf } from '../commands/answer-fields.js';
import { FindingData, InstantText } from '../commands/fact-fields.js';

/** What the reads of the history answer, as the reference describes it. */

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** A record in its final form, its numbers as digits. */
const RecordData = Type.Object({
  position: Digits,
  stream: Type.String(),
  revision: Digits,
  id: Type.String(),
  type: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  data: FactData,
  occurredAt: InstantText,
  recordedAt: InstantText,
  actor: ActorData,
  commandId: Type.String(),
  correlationId: Type.String(),
  causationId: Type.String(),
  previousHash: Nullable(Sha256),
  hash: Sha256,
});

/** `GET /events` */
export const EventsAnswer = PageOf(RecordData);

/** `GET /events/{id}` */
export const EventAnswer = Type.Object({
  event: RecordData,
  sentence: Type.String(),
  decision: Type.Object({
    commandId: Type.String(),
    command: Nullable(Type.String()),
    requestId: Type.String(),
    actor: ActorData,
    rulebook: Nullable(Type.String()),
    findings: Type.Array(FindingData),
    events: Type.Array(
      Type.Object({
        id: Type.String(),
        type: Type.String(),
        stream: Type.String(),
        revision: Digits,
        position: Digits,
        sentence: Type.String(),
      }),
    ),
  }),
});

/** `GET /months/{month}/history`, `GET /streams/{stream}/history` */
export const StreamHistoryAnswer = PageOf(
  Type.Object({
    position: Digits,
    revision: Digits,
    id: Type.String(),
    type: Type.String(),
    occurredAt: InstantText,
    recordedAt: InstantText,
    actor: ActorData,
    commandId: Type.String(),
    sentence: Type.String(),
    rulebook: Nullable(Type.String()),
    findings: Type.Array(FindingData),
    weighed: Nullable(Type.String()),
  }),
  { stream: Type.String() },
);

/** `GET /audit/head` */
export const HeadAnswer = Type.Object({
  size: Count,
  rootHash: Sha256,
  at: InstantText,
  keyId: Type.String(),
  publicKey: Type.String(),
  signature: Type.String(),
  position: Digits,
});

/** `GET /audit/keys` */
export const AuditKeysAnswer = ListOf(
  Type.Object({
    keyId: Type.String(),
    publicKey: Type.String(),
    replaces: Nullable(Type.String()),
    endorsement: Nullable(Type.String()),
    introducedAt: InstantText,
    position: Digits,
  }),
);

/** `GET /audit/inclusion` */
export const InclusionAnswer = Type.Object({
  position: Digits,
  hash: Sha256,
  leaf: Sha256,
  size: Count,
  rootHash: Sha256,
  path: Type.Array(Sha256),
  head: Nullable(HeadAnswer),
});

const Root = Type.Object({ size: Count, rootHash: Sha256 });

/** `GET /audit/consistency` */
export const ConsistencyAnswer = Type.Object({
  from: Root,
  to: Root,
  path: Type.Array(Sha256),
  head: Nullable(HeadAnswer),
});

/** What the answer to `SignTreeHead` has besides what every answer has. */
export const added = {
  SignTreeHead: { size: Count, rootHash: Sha256, at: InstantText, keyId: Type.String() },
};
