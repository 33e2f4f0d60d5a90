import type { LogReader } from '../event-store/event-store.js';
import type { Projection } from '../event-store/projection.js';
import { table, type Tables, type TablesReader } from '../event-store/tables.js';
import { BLOCK, grow, leafHash, treeHash, type Nodes, type TreeHash } from './merkle.js';

/** The part of the tree that is not in whole blocks yet. */
interface Edge {
  readonly size: number;
  readonly low: readonly string[];
}

const edges = table<Edge>('edge');
/** By level and index, from the level of a block up: two rows for every 256 records, which never change. */
const nodes = table<string>('node');

/** The only row that changes, and it is one for the whole tree: most records cost two hashes and no row. */
const EDGE = 'edge';
const nodeKey = (level: number, index: number): string => `${String(level)}/${String(index)}`;

/** The Merkle tree over all records. What is below the level of a block is worked out from the records. */
export const merkleTree: Projection = {
  name: 'merkle-tree',
  version: 1,
  handlers: {},
  every: (tables, { hash }) => {
    const { size, low } = tables.get(edges, EDGE) ?? { size: 0, low: [] };
    tables.put(edges, EDGE, { size: size + 1, low: grow(low, size, leafHash(hash), nodesIn(tables)) });
  },
};

const nodesIn = (tables: Tables): Nodes => ({
  get: (level, index) => storedNode(tables, level, index),
  put: (level, index, node) => tables.put(nodes, nodeKey(level, index), node),
});

function storedNode(tables: TablesReader, level: number, index: number): string {
  const node = tables.get(nodes, nodeKey(level, index));
  if (node === undefined) throw new Error(`the tree has no node ${nodeKey(level, index)}`);
  return node;
}

/** The tree over a log, of any size up to that which the projection has taken in. */
export const treeOver = (log: LogReader, tables: TablesReader): TreeHash =>
  treeHash({
    node: (level, index) => storedNode(tables, level, index),
    leaves: (block) =>
      [...log.readWritten({ after: block * BLOCK, upTo: (block + 1) * BLOCK })].map(({ record }) =>
        leafHash(record.hash),
      ),
  });
