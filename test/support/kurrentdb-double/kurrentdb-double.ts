import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificates, type Certificates } from './certificates.js';
import { Elections } from './elections.js';
import { Faults, type Fault, type FaultPlan } from './faults.js';
import { Gate, type Shared } from './gate.js';
import { Journal } from './journal.js';
import { DoubleNode } from './node.js';
import { proposed, seen, type InjectedEvent, type SeenRecord } from './records.js';
import { registerCalls } from './register.js';
import { Store } from './store.js';
import { SERVER_VERSIONS, type VersionName } from './versions.js';

/** How a double is started; everything has a default. */
export interface DoubleOptions {
  /** Nodes of the cluster: 1. */
  readonly nodes?: number;
  /** A port for each node; free ones where there is none. */
  readonly ports?: readonly number[];
  /** The server's version: 23.10. */
  readonly version?: VersionName;
  /** TLS, and with it user names and passwords; without it the server checks nobody, as with `--insecure`. */
  readonly isSecure?: boolean;
  /** Passwords by user name, where it is secure: `admin` with `changeit`. */
  readonly users?: Readonly<Record<string, string>>;
  /** Most bytes of data in one append: 1 MiB. */
  readonly maxAppendSize?: number;
  /** How long a live reader may take nothing, in milliseconds, before it is taken for too slow: 1000. */
  readonly patience?: number;
  /** How long an election takes, in milliseconds: 300. */
  readonly electionTakes?: number;
  /** A file that keeps the data over the process that writes it. */
  readonly data?: string;
}

/** How a client is to connect; by default as plainly as the double allows. */
export interface Connection {
  /** `kurrentdb` for one node and `kurrentdb+discover` for several, or `esdb`, `kdb+discover`, … */
  readonly scheme?: string;
  readonly user?: string;
  readonly password?: string;
  /** Only this node, and not the whole cluster. */
  readonly node?: number;
  /** More parameters of the connection string. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * A stand-in for a cluster of KurrentDB or EventStoreDB, for tests: it speaks the real protocol (gRPC over HTTP/2) on
 * loopback, to the real client, and lets happen on demand what a test cannot ask of a real server.
 *
 * What it models was read in the source of EventStoreDB 23.10, and its answers were compared with that server's own, on
 * one node and on three with TLS: streams with revisions and expected revisions, the idempotency rule, the limit on the
 * size of an append, metadata with `$maxCount`, `$maxAge` and `$tb`, soft and hard deletes, reads both ways, catch-up
 * subscriptions, server features, gossip, leaders, followers that forward, elections, users and passwords over TLS. What
 * other versions do differently (`versions.ts`) is as their release notes and issues tell it, and not compared.
 *
 * What it does NOT model, so that no test may lean on it:
 * - durability and replication: there is one store in memory for all nodes (and a file that survives the process, never
 *   the machine); an append that was answered is on every node at once, unless a test holds a follower back;
 * - an append that a leader took and lost again (a deposed leader's truncation): `restore` is the nearest;
 * - elections by priority, epoch or position, read-only replicas, and a partition of the network between nodes. When a
 *   leader is killed, real followers name it as the leader for another second, pass appends on to it that time out after
 *   some more, and only then say "Server Is Not Ready"; here they say so at once;
 * - `$all`, filters, link events and system projections, persistent subscriptions, scavenging, and every call that is
 *   not in `register.ts`, multi-stream appends among them: they are answered UNIMPLEMENTED;
 * - access rights by stream (`$acl`), user management, client certificates, bearer tokens;
 * - time-outs of the server's own: a `silence` lasts, where a real leader answers `timeout` after some seconds;
 * - the position of a record as an offset in the log: positions grow, and mean nothing else;
 * - the memory of event ids that makes `any` repeatable is unbounded here and some megabytes there; here as there a new
 *   leader does not have it;
 * - the server's pace: it answers as fast as it can, and takes a live reader for too slow only when the reader has taken
 *   nothing for a second and more than 32 records wait, where a real one counts its buffers alone.
 */
export class KurrentDbDouble {
  /** Starts a cluster; its first node leads. */
  static async start(options: DoubleOptions = {}): Promise<KurrentDbDouble> {
    const double = new KurrentDbDouble(options);
    await Promise.all(double.nodes.map(async (node) => node.start()));
    double.#elections.finish(0);
    return double;
  }

  readonly nodes: readonly DoubleNode[];
  /** The certificates of a secure double. */
  readonly certificates: Certificates | undefined;
  readonly #folder = mkdtempSync(join(tmpdir(), 'kurrentdb-double-'));
  readonly #faults = new Faults();
  readonly #journal: Journal | undefined;
  readonly #store: Store;
  readonly #elections: Elections;
  #clock: () => number = Date.now;

  private constructor(options: DoubleOptions) {
    const { nodes = 1, ports = [], version = '23.10', isSecure = false, users = { admin: 'changeit' } } = options;
    this.certificates = isSecure ? issueCertificates() : undefined;
    if (this.certificates) writeFileSync(this.authorityFile, this.certificates.authority);
    this.#journal = options.data === undefined ? undefined : new Journal(options.data);
    this.#store = new Store(() => this.#clock(), this.#journal);
    this.nodes = Array.from(
      { length: nodes },
      (_, index) => new DoubleNode(index, ports[index] ?? 0, this.certificates),
    );
    this.#elections = new Elections(this.nodes, options.electionTakes ?? 300, (leader) => {
      this.#store.forgetEventIds();
      this.resumeReplication(leader.index);
    });
    const shared: Shared = {
      store: this.#store,
      faults: this.#faults,
      version: SERVER_VERSIONS[version],
      users: isSecure ? new Map(Object.entries(users)) : undefined,
      nodes: this.nodes,
      maxAppendSize: options.maxAppendSize ?? 1024 * 1024,
      patience: options.patience ?? 1_000,
      now: () => this.#clock(),
    };
    for (const node of this.nodes) registerCalls(new Gate(node, shared));
  }

  /** The connection string of the whole cluster, with the first user's name and password where it is secure. */
  get url(): string {
    return this.connectionString(this.certificates ? { user: 'admin', password: 'changeit' } : {});
  }

  connectionString({ scheme, user, password, node, parameters = {} }: Connection = {}): string {
    const nodes = node === undefined ? this.nodes : this.nodes.filter(({ index }) => index === node);
    const credentials = user === undefined ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password ?? '')}@`;
    const hosts = nodes.map(({ host, port }) => `${host}:${port}`).join(',');
    const tls = this.certificates ? { tls: 'true', tlsCAFile: this.authorityFile } : { tls: 'false' };
    const query = Object.entries({ ...tls, ...parameters }).map(
      ([key, value]) => `${key}=${encodeURIComponent(value)}`,
    );
    return `${scheme ?? (nodes.length > 1 ? 'kurrentdb+discover' : 'kurrentdb')}://${credentials}${hosts}?${query.join('&')}`;
  }

  /** The file of the authority that issued a secure double's certificates, for `tlsCAFile`. */
  get authorityFile(): string {
    return join(this.#folder, 'ca.crt');
  }

  get leader(): DoubleNode | undefined {
    return this.#elections.leader;
  }

  /** The subscriptions that are being served. */
  get subscriptions(): number {
    return this.nodes.reduce((sum, { subscriptions }) => sum + subscriptions.size, 0);
  }

  /** Everything that a stream has, whatever its metadata lets be read. */
  stream(name: string): readonly SeenRecord[] {
    return this.#store.records(name, 0, Infinity).map(seen);
  }

  /** Writes events as another program would, wherever the stream is. */
  inject(stream: string, ...events: readonly InjectedEvent[]): void {
    this.#store.append(stream, 'any', events.map(proposed));
  }

  /** The time that records are stamped with, in milliseconds since 1970; the machine's own by default. */
  setClock(clock: () => number): void {
    this.#clock = clock;
  }

  /** A mark of the log as it is, to `restore`. */
  backup(): number {
    return this.#store.position;
  }

  /**
   * Data loss: the cluster is put back to a backup, and so every connection is reset; or closed, as by nodes that are
   * stopped first.
   */
  restore(backup: number, how: 'closed' | 'reset' = 'reset'): void {
    this.#store.restore(backup);
    if (how === 'reset') this.resetConnections();
    else this.#each(undefined, (node) => node.closeConnections());
  }

  /** Plans a fault for the calls to come. */
  fault(plan: FaultPlan): Fault {
    return this.#faults.plan(plan);
  }

  liftFaults(): void {
    this.#faults.liftAll();
  }

  /** Kills a node as `kill -9` would; where it led, an election begins. */
  kill(node: number): void {
    this.#each(node, (killed) => killed.kill());
    this.#elections.review();
  }

  /** Starts a node again, on its port and with the cluster's data. */
  async restart(node: number): Promise<void> {
    await this.#nodeOf(node).start();
    this.#elections.review();
  }

  /** New connections are refused, by one node or by all; those that there are stay. */
  refuseConnections(node?: number): void {
    this.#each(node, (refusing) => refusing.refuse());
  }

  /** Connections are taken again. */
  async acceptConnections(node?: number): Promise<void> {
    const accepting = node === undefined ? this.nodes : [this.#nodeOf(node)];
    await Promise.all(accepting.filter(({ isAlive }) => isAlive).map(async (alive) => alive.start()));
  }

  /** Resets every connection to one node or to all. */
  resetConnections(node?: number): void {
    this.#each(node, (reset) => reset.resetConnections());
  }

  /** The leader is lost, and nobody leads until the election is finished. */
  startElection(): void {
    this.#elections.start();
  }

  /** Ends the election: this node leads, or the one after the last leader. */
  finishElection(leader?: number): void {
    this.#elections.finish(leader);
  }

  /** The leader, once there is one. */
  async elected(): Promise<DoubleNode> {
    return this.#elections.elected();
  }

  /** Ends subscriptions cleanly. */
  endSubscriptions(node?: number): void {
    this.#each(node, ({ subscriptions }) => subscriptions.forEach((subscription) => subscription.end()));
  }

  /** Drops subscriptions with "Consumer too slow". */
  dropSubscriptions(node?: number): void {
    this.#each(node, ({ subscriptions }) => subscriptions.forEach((subscription) => subscription.drop()));
  }

  /** A follower gets nothing more of the log. */
  stopReplication(node: number): void {
    this.#nodeOf(node).replicatedUpTo = this.#store.position;
  }

  /** A follower catches up with the log. */
  resumeReplication(node: number): void {
    const follower = this.#nodeOf(node);
    follower.replicatedUpTo = Infinity;
    for (const subscription of follower.subscriptions) subscription.wake();
  }

  stop(): Promise<void> {
    this.#elections.stop();
    for (const node of this.nodes) node.stop();
    this.#journal?.close();
    rmSync(this.#folder, { recursive: true, force: true });
    return Promise.resolve();
  }

  #nodeOf(index: number): DoubleNode {
    const node = this.nodes[index];
    if (!node) throw new RangeError(`the double has no node ${index}`);
    return node;
  }

  #each(index: number | undefined, does: (node: DoubleNode) => void): void {
    for (const node of index === undefined ? this.nodes : [this.#nodeOf(index)]) does(node);
  }
}
