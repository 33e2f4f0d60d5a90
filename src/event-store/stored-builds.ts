import { Build } from './build.js';
import type { EventStore } from './event-store.js';
import type { Projection } from './projection.js';
import type { Generation, MaybeLater, TableStore } from './sqlite/table-store.js';

/** Stored tables that are not of this log. */
export class ForeignTables extends Error {
  override readonly name = 'ForeignTables';
}

/** Where a projection is: what answers, and what is being built beside it. */
export interface Running {
  readonly projection: Projection;
  live: Build | undefined;
  building: Build | undefined;
}

/** The builds of projections whose rows are in a table store. */
export class StoredBuilds {
  /** @param mostHeld changes of a projection that are held in memory while they cannot be saved */
  constructor(
    private readonly store: EventStore,
    private readonly tables: TableStore,
    private readonly epochSize: number,
    private readonly mostHeld: number,
  ) {}

  /** Goes on from what is stored: what answers, and what is being built beside it. */
  resume(projection: Projection, stored: readonly Generation[]): Running {
    const usable = stored.filter(({ epochSize }) => epochSize === this.epochSize);
    for (const generation of stored)
      if (!usable.includes(generation)) ignoringFailure(this.tables.retire(generation.id));
    const build = (definition: Projection, generation: Generation | undefined): Build | undefined =>
      generation && this.of(definition, generation);
    const of = (version: number | undefined, status: Generation['status']): Generation | undefined =>
      usable.findLast((one) => one.version === version && one.status === status);

    const live = build(projection, of(projection.version, 'live'));
    const { previous } = projection;
    const before = previous && build(previous, of(previous.version, 'live'));
    const building = build(projection, of(projection.version, 'building'));
    return {
      projection,
      live: live ?? before,
      building: building ?? (live ? undefined : this.begin(projection)),
    };
  }

  /** A new build, from the first record on. @throws LogUnavailable */
  begin(projection: Projection): Build {
    const generation = this.tables.create(projection.name, projection.version, this.epochSize);
    return this.of(projection, generation);
  }

  /** The build whose rows are of a generation. */
  of(projection: Projection, generation: Generation): Build {
    return new Build(this.store, this.tables, projection, generation, this.mostHeld);
  }

  /**
   * Whether the record that the tables have come to is on the log: otherwise they are another log's, or it has lost some.
   * @throws ForeignTables where they are refused
   */
  isOurs({ id, checkpoint, hash }: Generation, whenForeign: 'refuse' | 'rebuild'): boolean {
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
}

/** What could not be written to the tables is written, or found, at a later time. */
export function ignoringFailure(write: MaybeLater<unknown>): void {
  if (write instanceof Promise) write.catch(() => undefined);
}
