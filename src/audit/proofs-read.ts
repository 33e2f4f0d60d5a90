import { EVERY_ROLE, HISTORY_READERS } from '../access/roles.js';
import { AsOf, NoParams, queryEndpoint, type ReadContext } from '../commands/query-endpoint.js';
import type { Reading } from '../commands/reading.js';
import { PatternField } from '../http/fields.js';
import { badFields, notFound } from '../http/problem.js';
import { headView, newestHead, readAuditBook } from './audit-book.js';
import { consistencyPath, inclusionPath, leafHash, type TreeHash } from './merkle.js';
import { merkleTree, treeOver } from './merkle-tree.js';
import { AuditKeysAnswer, ConsistencyAnswer, HeadAnswer, InclusionAnswer } from './answers.js';

const COUNT = /^[1-9]\d{0,14}$/;
const what = 'a whole number from 1';

/** GET /audit/head: for everybody with a key. The more people keep heads, the less can be changed in silence. */
export const headEndpoint = queryEndpoint({
  name: 'TreeHead',
  answers: HeadAnswer,
  path: 'audit/head',
  params: NoParams,
  query: AsOf,
  roles: EVERY_ROLE,
  tag: 'Audit',
  summary: 'The newest signed tree head: keep it where this server cannot reach it',
  answer: (reading) => {
    const head = newestHead(reading);
    if (!head) throw notFound('no tree head has been signed yet: SignTreeHead signs one');
    return head;
  },
});

/** GET /audit/keys */
export const auditKeysEndpoint = queryEndpoint({
  name: 'AuditKeys',
  answers: AuditKeysAnswer,
  path: 'audit/keys',
  params: NoParams,
  query: AsOf,
  roles: EVERY_ROLE,
  tag: 'Audit',
  summary: 'The public keys under which tree heads were signed, in the order in which they were introduced',
  answer: (reading) => ({
    items: readAuditBook(reading).keys.map(({ position, ...key }) => ({ ...key, position: String(position) })),
  }),
});

/** The tree over all records: when they were true is nothing to it. */
const treeFor = ({ pipeline: { store, projections } }: ReadContext): TreeHash =>
  treeOver(store, projections.current(merkleTree));

/** A size that the log has. @throws Problem 400 */
function sizeWithin(reading: Reading, pointer: string, size: number): number {
  if (size <= reading.head()) return size;
  throw badFields([{ pointer, detail: `is more than the ${String(reading.head())} records that there are` }]);
}

class InclusionQuery extends AsOf {
  @PatternField({ description: 'the record', pattern: COUNT, what, example: '1' })
  position!: string;

  @PatternField({
    description: 'size of the tree; that of the newest head where it is left out',
    pattern: COUNT,
    what,
    optional: true,
  })
  size?: string;
}

/** GET /audit/inclusion: that a tree of some size includes a record. */
export const inclusionEndpoint = queryEndpoint({
  name: 'InclusionProof',
  answers: InclusionAnswer,
  path: 'audit/inclusion',
  params: NoParams,
  query: InclusionQuery,
  roles: HISTORY_READERS,
  tag: 'Audit',
  summary: 'The proof that a tree of some size includes a record (RFC 9162, section 2.1.3)',
  answer: (reading, _params, query, context) => {
    const book = readAuditBook(reading);
    const position = sizeWithin(reading, '/position', Number(query.position));
    const size = sizeWithin(reading, '/size', Number(query.size ?? book.newest?.size ?? reading.head()));
    if (position > size)
      throw badFields([{ pointer: '/position', detail: `is not among the ${String(size)} records of the tree` }]);
    const [written] = context.pipeline.store.readWritten({ after: position - 1, upTo: position });
    const tree = treeFor(context);
    return {
      position: String(position),
      hash: written?.record.hash,
      leaf: leafHash(written?.record.hash ?? ''),
      size,
      rootHash: tree(0, size),
      path: inclusionPath(tree, position - 1, size),
      head: book.newest?.size === size ? headView(book.newest, book) : null,
    };
  },
});

class ConsistencyQuery extends AsOf {
  @PatternField({ description: 'size of the earlier tree: that of a head which you kept', pattern: COUNT, what })
  from!: string;

  @PatternField({
    description: 'size of the later tree; that of the newest head where it is left out',
    pattern: COUNT,
    what,
    optional: true,
  })
  to?: string;
}

/** GET /audit/consistency: that a tree begins with an earlier one, so that nothing in it was changed since. */
export const consistencyEndpoint = queryEndpoint({
  name: 'ConsistencyProof',
  answers: ConsistencyAnswer,
  path: 'audit/consistency',
  params: NoParams,
  query: ConsistencyQuery,
  roles: EVERY_ROLE,
  tag: 'Audit',
  summary: 'The proof that a tree begins with an earlier one (RFC 9162, section 2.1.4)',
  answer: (reading, _params, query, context) => {
    const book = readAuditBook(reading);
    const to = sizeWithin(reading, '/to', Number(query.to ?? book.newest?.size ?? reading.head()));
    const from = Number(query.from);
    if (from > to) throw badFields([{ pointer: '/from', detail: `is later than ${String(to)}` }]);
    const tree = treeFor(context);
    return {
      from: { size: from, rootHash: tree(0, from) },
      to: { size: to, rootHash: tree(0, to) },
      path: consistencyPath(tree, from, to),
      head: book.newest?.size === to ? headView(book.newest, book) : null,
    };
  },
});
