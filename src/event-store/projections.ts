import { setImmediate } from 'node:timers/promises';
import { BoundedMap } from './bounded-map.js';
import { Build, MOST_HELD } from './build.js';
import { LogUnavailable, UnreadableRecord, type EventStore, type LogRecord } from './event-store.js';
import { ProjectionBuilding, ProjectionStopped, type Projection } from './projection.js';
import { andThen, type Generation, type MaybeLater, type TableStore } from './sqlite/table-store.js';
import type { TablesReader } from './tables.js';

/** How a projection stands, for readiness and metrics. */
export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  readonly state: 'live' | 'building' | 'stopped';
  /** Position of the last record taken in. */
  readonly checkpoint: number;
  /** Position up to which its rows are stored. */
  readonly saved: number;
  /** Records that are on the log and not taken in. */
  readonly lag: number;
  /** Instant at which the first record not taken in was recorded; null where there is none. */
  readonly behindSince: string | null;
  /** Why it stands still, or why its rows cannot be stored. */
  readonly reason: string | null;
}

/** Stored tables that are not of this log. */
export class ForeignTables extends Error {
  override readonly name = 'ForeignTables';
}

/** Where a projection is: what answers, and what is being built beside it. */
interface Running {
  readonly projection: Projection;
  live: Build | undefined;
  building: Build | undefined;
}

/** Records that are taken in within one read; more are taken in in the background. */
const AT_ONCE = 2_000;
/** Records of one slice of background work. */
const SLICE = 100;
/** Positions in an epoch: an answer as of a position reads at most so many records besides the stored rows. */
export const EPOCH_SIZE = 4_096;
/** How many of the newest records are kept in memory. */
const NEWEST = 1_000;
/** How many past states are kept for being asked again. */
const PAST_STATES = 16;

/** How projections are kept. */
export interface ProjectionsOptions {
  readonly epochSize?: number;
  readonly whenForeign?: 'refuse' | 'rebuild';
  /** Changes of a projection that are held in memory while they cannot be saved. */
  readonly mostHeld?: number;
}

/** Keeps projections caught up with the log, from their stored tables on. */
export class Projections {
  private readonly epochSize: number;
  private readonly mostHeld: number;
  readonly #running = new Map<string, Running>();
  /** Records that became durable last, without gaps. */
  #newest: LogRecord[] = [];
  /** Something is retired, and may not be deleted yet. */
  #mayDrop = true;
  #dropping = false;
  readonly #past = new BoundedMap<string, TablesReader>(PAST_STATES);

  /**
   * @param projections all that there are, by different names
   * @param options `whenForeign`: what is done with stored tables that know of records which this log has not; those of
   * a replica, which may lose its newest records in a power cut and fetch them again, are built anew
   * @throws ForeignTables where they are refused
   */
  constructor(
    private readonly store: EventStore,
    private readonly tables: TableStore,
    projections: readonly Projection[],
    { epochSize = EPOCH_SIZE, whenForeign = 'refuse', mostHeld = MOST_HELD }: ProjectionsOptions = {},
  ) {
    this.epochSize = epochSize;
    this.mostHeld = mostHeld;
    store.follow((records) => this.#keep(records));
    tables.whenDamaged((generation) => this.#drop(generation));
    const stored = tables.generations();
    for (const projection of projections) {
      if (this.#running.has(projection.name)) throw new Error(`there are two projections ${projection.name}`);
      const mine = stored.filter(
        (one) => one.name === projection.name && one.status !== 'retired' && this.#isOurs(one, whenForeign),
      );
      this.#running.set(projection.name, this.#resume(projection, mine));
    }
    for (const { id, name, status } of stored)
      if (status !== 'retired' && !this.#running.has(name)) ignoringFailure(tables.retire(id));
  }

  /**
   * The tables at the head of the log.
   * @throws ProjectionStopped, ProjectionBuilding
   */
  current(projection: Projection): TablesReader {
    return this.#caughtUp(projection, this.store.head()).tables;
  }

  /**
   * The tables as of a position: what a reader saw when that was the head.
   * @throws ProjectionStopped, ProjectionBuilding
   */
  asOf(projection: Projection, position: number): TablesReader {
    if (position >= this.store.head()) return this.current(projection);
    const build = this.#caughtUp(projection, position);
    const key = `${String(build.generation.id)} ${String(position)}`;
    const known = this.#past.get(key);
    if (known) return known;
    const past = build.asOf(position);
    this.#past.set(key, past);
    return past;
  }

  /**
   * Which state the tables are in at the head of the log: another text whenever a record has come since that the
   * projection takes in.
   * @throws ProjectionStopped, ProjectionBuilding
   */
  stateOf(projection: Projection): string {
    const { generation, changedAt } = this.#caughtUp(projection, this.store.head());
    return `${String(generation.id)}/${String(changedAt)}`;
  }

  /**
   * The tables made of what was true by an instant and is recorded up to a position: what had been recorded by that
   * instant, as those tables stood, and what was recorded late.
   * @throws ProjectionStopped, ProjectionBuilding, TooMuchLate
   */
  occurredBy(projection: Projection, position: number, instant: string): TablesReader {
    const known = Math.min(position, this.store.positionAt(instant));
    const build = this.#caughtUp(projection, known);
    const key = `${String(build.generation.id)} ${String(position)} ${instant}`;
    const kept = this.#past.get(key);
    if (kept) return kept;
    const tables = build.occurredBy(known, position, instant);
    this.#past.set(key, tables);
    return tables;
  }

  /** How each stands. */
  status(): ProjectionStatus[] {
    return [...this.#running.values()].flatMap(({ live, building }) =>
      [live, building].flatMap((build) => (build ? [this.#statusOf(build, build === building)] : [])),
    );
  }

  /**
   * Does a slice of what is to be done: takes in records, builds, deletes what is retired. True while there is more to do.
   * @throws LogUnavailable where rows can be neither read nor made, ProjectionBuilding where they are damaged
   */
  work(): boolean {
    const running = [...this.#running.values()];
    for (const one of running) this.#buildWhatIsMissing(one);
    const live = running.flatMap((one) => one.live ?? []);
    const building = running.flatMap((one) => one.building ?? []);
    const isBusy = building.some((build) => build.isBusy);
    const behind = [this.#advance(live, SLICE), isBusy || this.#advance(building, SLICE)];
    for (const one of running)
      if (one.building && !one.building.stopped && one.building.checkpoint >= this.store.head())
        this.#goLive(one, one.building);
    return this.#dropRetired() || behind.includes(true);
  }

  /** Does all that there is to do, as far as it can be saved. */
  async finish(): Promise<void> {
    while (this.work() && this.failure === undefined) await setImmediate();
  }

  /** What was found damaged in the stored rows, and made again: for a person to read. */
  get damage(): readonly string[] {
    return this.tables.found;
  }

  /** Checks a part of the stored rows. True while there are more to be checked. @throws ProjectionBuilding, LogUnavailable */
  check(): boolean {
    return this.tables.check();
  }

  /** Checks the structure of what is stored. @throws ProjectionBuilding, Error where it cannot be checked now */
  checkStructure(): Promise<void> {
    return this.tables.checkStructure();
  }

  /** Why changes cannot be saved at present; undefined where they can. */
  get failure(): string | undefined {
    return this.#builds().find(({ failure }) => failure !== undefined)?.failure;
  }

  /** Begins to build a projection again beside the one that answers. Where a build is under way, that one goes on. */
  rebuild(name: string): void {
    const running = this.#running.get(name);
    if (!running) throw new Error(`there is no projection ${name}`);
    running.building ??= this.#begin(running.projection);
  }

  /** Takes on what another process has asked for, by a generation of its own making, to be built beside what answers. */
  adopt(): void {
    for (const generation of this.tables.generations()) {
      const running = this.#running.get(generation.name);
      if (!running || generation.status !== 'building') continue;
      const { live, building, projection } = running;
      if ([live, building].some((build) => build?.generation.id === generation.id)) continue;
      if (building || generation.version !== projection.version || generation.epochSize !== this.epochSize)
        ignoringFailure(this.tables.retire(generation.id));
      else running.building = new Build(this.store, this.tables, projection, generation, this.mostHeld);
    }
  }

  /** Saves what has been taken in; what cannot be saved is tried again the next time. */
  async save(): Promise<void> {
    await Promise.all(this.#builds().map(async (build) => build.save()));
  }

  /** The names of all projections. */
  names(): string[] {
    return [...this.#running.keys()];
  }

  /** Saves what has been taken in, as far as it can be, and closes. */
  async close(): Promise<void> {
    try {
      await this.save();
    } finally {
      await this.tables.close();
    }
  }

  /** True while there may be more of what is retired. */
  #dropRetired(): boolean {
    if (this.#dropping || !this.#mayDrop) return false;
    this.#dropping = true;
    const dropped = andThen(this.tables.dropRetired(), (more) => {
      this.#mayDrop = more;
      this.#dropping = false;
    });
    if (dropped instanceof Promise) dropped.catch(() => (this.#dropping = false));
    return this.#mayDrop;
  }

  #of(projection: Projection): Running {
    const running = this.#running.get(projection.name);
    if (!running) throw new Error(`the projection ${projection.name} is not registered`);
    return running;
  }

  /** What answers for the projection, caught up at least to a position; whatever else answers is caught up with it. */
  #caughtUp(projection: Projection, position: number): Build {
    const running = this.#of(projection);
    this.#buildWhatIsMissing(running);
    const { building } = running;
    if (!running.live && building && this.store.head() - building.checkpoint <= AT_ONCE) {
      this.#advance([building], AT_ONCE);
      if (!building.stopped) this.#goLive(running, building);
    }
    const live = running.live ?? building;
    if (live && live.checkpoint < position) this.#advance([...this.#running.values()].flatMap((one) => one.live ?? []));
    if (live && live.checkpoint < position) {
      if (live.stopped) throw live.stopped;
      if (live.standsStill !== undefined) throw new ProjectionBuilding(live.standsStill);
    }
    if (!live || (live === building && live.checkpoint < position))
      throw new ProjectionBuilding(
        `the projection ${projection.name} is being built: it has taken in ${String(live?.checkpoint ?? 0)} of ${String(this.store.head())} records`,
      );
    return live;
  }

  #builds(): Build[] {
    return [...this.#running.values()].flatMap(({ live, building }) =>
      [live, building].filter((one) => one !== undefined),
    );
  }

  /**
   * Takes records into several at once, each read once; at most so many. Those that are further on wait for the others.
   * True while any is behind the log.
   */
  #advance(builds: readonly Build[], most = Infinity): boolean {
    const going = builds.filter(({ stopped, standsStill }) => stopped === undefined && standsStill === undefined);
    const from = Math.min(...going.map(({ checkpoint }) => checkpoint));
    const head = this.store.head();
    if (from >= head) return false;
    const upTo = Math.min(head, from + most);
    for (const record of untilUnreadable(this.#recordsBetween(from, upTo))) {
      if (record instanceof ProjectionStopped) {
        // Those that are further on took it in when it could still be read.
        const reached = Math.min(...going.map(({ checkpoint }) => checkpoint));
        for (const build of going) if (build.checkpoint === reached) build.stop(record);
        return this.#advance(going, most);
      }
      for (const build of going) build.take(record);
    }
    return upTo < head;
  }

  /** Rows of a generation, or all that were stored, are damaged: nothing is answered from them any more. */
  #drop(generation: number | undefined): void {
    this.#past.clear();
    for (const running of this.#running.values())
      for (const part of ['live', 'building'] as const) {
        const build = running[part];
        if (!build || (generation !== undefined && build.generation.id !== generation)) continue;
        build.abandon();
        running[part] = undefined;
      }
    if (generation !== undefined) ignoringFailure(this.tables.retire(generation));
  }

  /** Where nothing answers and nothing is built that will, a build is begun. @throws LogUnavailable */
  #buildWhatIsMissing(running: Running): void {
    const answers = running.live?.projection.version === running.projection.version;
    if (!answers) running.building ??= this.#begin(running.projection);
  }

  /** Records that have just become durable are at hand; older ones are read from the log. */
  #recordsBetween(after: number, upTo: number): Iterable<LogRecord> {
    const first = this.#newest[0]?.position ?? Infinity;
    return first > after + 1
      ? this.store.read({ after, upTo })
      : this.#newest.slice(after + 1 - first, upTo + 1 - first);
  }

  #keep(records: readonly LogRecord[]): void {
    this.#newest.push(...records);
    if (this.#newest.length > 2 * NEWEST) this.#newest = this.#newest.slice(-NEWEST);
  }

  /** Goes on from what is stored. */
  #resume(projection: Projection, stored: readonly Generation[]): Running {
    const usable = stored.filter(({ epochSize }) => epochSize === this.epochSize);
    for (const generation of stored)
      if (!usable.includes(generation)) ignoringFailure(this.tables.retire(generation.id));
    const build = (definition: Projection, generation: Generation | undefined): Build | undefined =>
      generation && new Build(this.store, this.tables, definition, generation, this.mostHeld);
    const of = (version: number | undefined, status: Generation['status']): Generation | undefined =>
      usable.findLast((one) => one.version === version && one.status === status);

    const live = build(projection, of(projection.version, 'live'));
    const { previous } = projection;
    const before = previous && build(previous, of(previous.version, 'live'));
    const building = build(projection, of(projection.version, 'building'));
    return {
      projection,
      live: live ?? before,
      building: building ?? (live ? undefined : this.#begin(projection)),
    };
  }

  #begin(projection: Projection): Build {
    const generation = this.tables.create(projection.name, projection.version, this.epochSize);
    return new Build(this.store, this.tables, projection, generation, this.mostHeld);
  }

  /**
   * Whether the record that the tables have come to is on the log: otherwise they are another log's, or it has lost some.
   * @throws ForeignTables where they are refused
   */
  #isOurs({ id, checkpoint, hash }: Generation, whenForeign: 'refuse' | 'rebuild'): boolean {
    if (checkpoint === 0) return true;
    const [written] = this.store.readWritten({ after: checkpoint - 1, upTo: checkpoint });
    if (written?.record.hash === hash) return true;
    if (whenForeign === 'rebuild') {
      ignoringFailure(this.tables.retire(id));
      return false;
    }
    throw new ForeignTables(
      checkpoint > this.store.head()
        ? `the projections know of ${String(checkpoint)} records, the log has ${String(this.store.head())}: it has lost its newest ones, or is an older copy`
        : `the projections are of another log: the record at position ${String(checkpoint)} is not theirs`,
    );
  }

  #goLive(running: Running, built: Build): void {
    // Where it cannot be saved that it answers, the next start finds that out anew.
    ignoringFailure(built.save());
    ignoringFailure(this.tables.goLive(built.generation));
    this.#mayDrop = true;
    running.live = built;
    running.building = undefined;
  }

  /** When the record at a position was recorded; null where it cannot be read, which may be why a projection is behind. */
  #recordedAt(position: number): string | null {
    try {
      const [written] = this.store.readWritten({ after: position - 1, upTo: position });
      return written?.record.recordedAt ?? null;
    } catch (error) {
      if (error instanceof UnreadableRecord || error instanceof LogUnavailable) return null;
      throw error;
    }
  }

  #statusOf(build: Build, isBuilding: boolean): ProjectionStatus {
    const { projection, checkpoint, saved, stopped, failure } = build;
    const lag = this.store.head() - checkpoint;
    return {
      name: projection.name,
      version: projection.version,
      state: stopped ? 'stopped' : isBuilding ? 'building' : 'live',
      checkpoint,
      saved,
      lag,
      behindSince: lag > 0 ? this.#recordedAt(checkpoint + 1) : null,
      reason: stopped?.message ?? failure ?? null,
    };
  }
}

/** Records in their order, and in place of one that cannot be read why every projection stops there. @throws LogUnavailable */
function* untilUnreadable(records: Iterable<LogRecord>): Iterable<LogRecord | ProjectionStopped> {
  try {
    yield* records;
  } catch (error) {
    if (error instanceof LogUnavailable) throw error;
    yield new ProjectionStopped((error as Error).message, { cause: error });
  }
}

function ignoringFailure(write: MaybeLater<unknown>): void {
  if (write instanceof Promise) write.catch(() => undefined);
}
