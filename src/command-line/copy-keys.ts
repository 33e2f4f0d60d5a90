import { existsSync } from 'node:fs';
import { counted } from '../audit/sentences/words.js';
import type { FactCatalogue, FactOf } from '../event-store/facts.js';
import { PersonKeys } from '../event-store/personal-data.js';
import { ClusterKeys } from '../event-store/kurrentdb/cluster-keys.js';
import { ClusterLog } from '../event-store/kurrentdb/cluster-log.js';
import { CLUSTER_TIMING } from '../event-store/kurrentdb/cluster-timing.js';
import type { ClusterAddress } from '../event-store/kurrentdb/address.js';
import { dataFolderFiles } from '../event-store/sqlite/data-folder.js';
import { UnusableLog } from '../event-store/sqlite/open-database.js';
import { openToRead } from '../event-store/sqlite/sqlite-log.js';
import { dropErased } from '../register/erasures.js';
import { PersonErased } from '../register/events.js';

/** The keys of persons on a cluster and in a data folder, for a copy between the two. */
export class CopiedKeys {
  readonly #cluster: ClusterLog;
  readonly #shared: ClusterKeys;

  constructor(
    address: ClusterAddress,
    private readonly folder: string,
    private readonly catalogue: FactCatalogue,
  ) {
    this.#cluster = new ClusterLog(address, CLUSTER_TIMING.callWithin);
    // What is erased is asked of the log as a whole.
    this.#shared = new ClusterKeys(this.#cluster, address, CLUSTER_TIMING, () => undefined);
  }

  /**
   * Puts the folder's keys on the cluster, without those of whoever the folder's log has erased: they are erased there too.
   * @returns what to tell of it
   * @throws UnusableLog where the keys on the cluster are another calendar's
   */
  async toCluster(): Promise<string> {
    const { persons, log: file } = dataFolderFiles(this.folder);
    if (!existsSync(persons))
      return `There is no ${persons}, so no keys of persons were copied: put its backup there and run this again.`;
    const erased = new Set<string>();
    const log = openToRead(file, this.catalogue);
    for (const { data } of log.read({ type: PersonErased.type }))
      erased.add((data as FactOf<typeof PersonErased>['data']).person);
    log.close();
    const keys = new PersonKeys(persons);
    try {
      const kept = keys.all().filter(({ id }) => !erased.has(id));
      const known = await this.#shared.secret();
      if (known?.equals(keys.secret) === false) throw this.#anothers();
      const secret = await this.#shared.publish(kept, keys.secret);
      if (!secret.equals(keys.secret)) throw this.#anothers();
      for (const person of erased) await this.#shared.erase(person);
      return `On the cluster are the keys of ${counted(kept.length, 'person')}, each in a stream of its own beside the log's.`;
    } finally {
      keys.close();
    }
  }

  /**
   * Brings the keys of whoever is named on the folder's log from the cluster into the folder, without the erased.
   * @returns what to tell of it
   * @throws UnusableLog where the folder has the keys of another calendar
   */
  async toFolder(): Promise<string> {
    const { persons, log: file } = dataFolderFiles(this.folder);
    const secret = await this.#shared.secret();
    if (!secret)
      return `There are no keys of persons on the cluster, so none were copied: restore ${persons} from its own backup.`;
    const keys = new PersonKeys(persons);
    const log = openToRead(file, this.catalogue);
    try {
      if (!secret.equals(keys.secret)) {
        if (keys.count() > 0)
          throw new UnusableLog(
            `${persons} holds the keys of another calendar: move it away and run this again; the log has been copied`,
          );
        keys.useSecret(secret);
      }
      await this.#shared.complete(keys, log);
      dropErased(log, keys);
      return `In ${persons} are the keys of ${counted(keys.count(), 'person')}: keep them apart from the log.`;
    } finally {
      log.close();
      keys.close();
    }
  }

  close(): Promise<void> {
    return this.#cluster.close();
  }

  #anothers(): UnusableLog {
    return new UnusableLog(
      `the keys of persons on ${this.#cluster.place} are another calendar's, which a server has begun there: set KURRENTDB_PREFIX to another prefix`,
    );
  }
}
