import { setImmediate } from 'node:timers/promises';
import { BoundedMap } from './bounded-map.js';
import { MOST_HELD, type Build } from './build.js';
import type { EventStore } from './event-store.js';
import { ProjectionBuilding, ProjectionStopped, type Projection } from './projection.js';
import { statusOf, type ProjectionStatus } from './projection-status.js';
import { NewestRecords } from './newest-records.js';
import { andThen, type TableStore } from './sqlite/table-store.js';
import { ignoringFailure, StoredBuilds, type Running } from './stored-builds.js';
import type { TablesReader } from './tables.js';

/** Records that are taken in within one read; more are taken in in the background. */
const AT_ONCE = 2_000;
/** Records of one slice of background work. */
const SLICE = 100;
/** Positions in an epoch: an answer as of a position reads at most so many records besides the stored rows. */
export const EPOCH_SIZE = 4_096;
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
  readonly #builder: StoredBuilds;
  readonly #records: NewestRecords;
  readonly #epochSize: number;
  readonly #running = new Map<string, Running>();
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
    this.#epochSize = epochSize;
    this.#builder = new StoredBuilds(store, tables, epochSize, mostHeld);
    this.#records = new NewestRecords(store);
    tables.whenDamaged((generation) => this.#drop(generation));
    const stored = tables.generations();
    for (const projection of projections) {
      if (this.#running.has(projection.name)) throw new Error(`there are two projections ${projection.name}`);
      const mine = stored.filter(
        (one) => one.name === projection.name && one.status !== 'retired' && this.#builder.isOurs(one, whenForeign),
      );
      this.#running.set(projection.name, this.#builder.resume(projection, mine));
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
      [live, building].flatMap((build) => (build ? [statusOf(this.store, build, build === building)] : [])),
    );
  }

  /** Those that stand still for good, and why. */
  stopped(): { readonly name: string; readonly reason: string }[] {
    return this.#builds().flatMap(({ projection: { name }, stopped }) =>
      stopped ? [{ name, reason: stopped.message }] : [],
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
    running.building ??= this.#builder.begin(running.projection);
  }

  /** Takes on what another process has asked for, by a generation of its own making, to be built beside what answers. */
  adopt(): void {
    for (const generation of this.tables.generations()) {
      const running = this.#running.get(generation.name);
      if (!running || generation.status !== 'building') continue;
      const { live, building, projection } = running;
      if ([live, building].some((build) => build?.generation.id === generation.id)) continue;
      if (building || generation.version !== projection.version || generation.epochSize !== this.#epochSize)
        ignoringFailure(this.tables.retire(generation.id));
      else running.building = this.#builder.of(projection, generation);
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
    for (const record of this.#records.between(from, upTo)) {
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
    if (!answers) running.building ??= this.#builder.begin(running.projection);
  }

  #goLive(running: Running, built: Build): void {
    // Where it cannot be saved that it answers, the next start finds that out anew.
    ignoringFailure(built.save());
    ignoringFailure(this.tables.goLive(built.generation));
    this.#mayDrop = true;
    running.live = built;
    running.building = undefined;
  }
}
