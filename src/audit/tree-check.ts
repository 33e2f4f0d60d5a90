import type { CommandPipeline } from '../commands/command-pipeline.js';
import { readAuditBook } from './audit-book.js';
import { merkleTree, treeOver } from './merkle-tree.js';

const REMEDY =
  'keep a copy of this DATA_DIR; if the log is on a cluster, stop the server and run "maintenance-calendar replica rebuild", otherwise restore the newest backup';

/**
 * What is wrong with the newest tree head that this server has: it does not stand on the cluster, or the records that it
 * covers are not the ones here. Whoever signed it had other records: this server's are from before the cluster was
 * restored, or were changed. Undefined if nothing is wrong.
 * @throws ProjectionBuilding, or Error while the cluster cannot be asked
 */
export async function faultOfNewestHead(pipeline: CommandPipeline): Promise<string | undefined> {
  const { store, projections } = pipeline;
  const { newest } = readAuditBook(pipeline.reading());
  if (!newest) return undefined;
  const { position, size, rootHash } = newest;
  if (!(await store.isKept(position)))
    return `the tree head at position ${String(position)} is not on the cluster: ${REMEDY}`;
  if (treeOver(store, projections.current(merkleTree))(0, size) === rootHash) return undefined;
  return `the records up to position ${String(size)} are not those that the tree head at position ${String(position)} covers: ${REMEDY}`;
}
