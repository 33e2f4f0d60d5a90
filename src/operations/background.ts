import type { Logger } from 'pino';
import { LogUnavailable, type EventStore } from '../event-store/event-store.js';
import { ProjectionBuilding } from '../event-store/projection.js';
import type { Projections } from '../event-store/projections.js';
import type { Scrub } from '../event-store/scrub.js';

/** Milliseconds between two looks for work, where there was none, and between two checks of a part of what is stored. */
const PAUSE = 100;
/** Milliseconds after which what projections have taken in is saved at the latest. */
const SAVE_AFTER = 1_000;

/**
 * What is done while nobody asks: projections are kept caught up, built and saved, what is stored is read again and
 * checked, and what could not be erased at once is tried again.
 * It works in slices, and rests after each for as long as it took, so that requests are answered in between. Whatever
 * fails in it is told and tried again; it never ends the program.
 */
export class Background {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #savedAt = performance.now();
  #checkedAt = -Infinity;
  readonly #toldOf = new Set<string>();
  /** What failed last time, and why. */
  readonly #failing = new Map<string, string>();

  constructor(
    private readonly store: EventStore,
    private readonly projections: Projections,
    private readonly scrub: Scrub,
    private readonly erasures: { apply(): void },
    private readonly log: Logger,
    /** What a person is to do where what is stored is not what was written. */
    private readonly remedy: string,
  ) {}

  /** Does a first slice at once, the rest when there is time. */
  start(): void {
    void this.#checkStructures();
    this.#work();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #work(): void {
    const began = performance.now();
    const more = this.#try('keeping projections caught up', () => this.projections.work());
    if (began - this.#savedAt > SAVE_AFTER) {
      void this.projections.save();
      this.#try('looking for what is to be made again', () => this.projections.adopt());
      this.#savedAt = began;
    }
    this.#tellWhether('saving projections', this.projections.failure);
    if (began - this.#checkedAt > PAUSE) {
      this.#try('deleting the keys of erased persons', () => this.erasures.apply());
      this.#try('checking the log', () => this.#checkLog());
      this.#try('checking the projections', () => this.projections.check());
      this.#checkedAt = began;
    }
    this.#tellOfProjections();
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.#work(), more === true ? performance.now() - began : PAUSE).unref();
  }

  async #checkStructures(): Promise<void> {
    try {
      await this.scrub.checkStructure();
      if (!this.#stopped) await this.projections.checkStructure();
    } catch (error) {
      // Told as damage, with what becomes of it; or ended, since nothing is to be done any more.
      if (error instanceof ProjectionBuilding || this.#stopped) return;
      this.log.error({ err: error }, 'the structure of a file could not be checked; the next start does it again');
    }
  }

  /** Undefined where it failed. */
  #try<Result>(what: string, work: () => Result): Result | undefined {
    try {
      const result = work();
      this.#tellWhether(what, undefined);
      return result;
    } catch (error) {
      // Told as damage, with what becomes of it.
      if (error instanceof ProjectionBuilding) return undefined;
      const isExpected = error instanceof LogUnavailable;
      this.#tellWhether(what, (error as Error).message, isExpected ? {} : { err: error });
      return undefined;
    }
  }

  /** Tells when something begins to fail, when it fails for another reason, and when it works again. */
  #tellWhether(what: string, fails: string | undefined, more: object = {}): void {
    if (this.#failing.get(what) === fails) return;
    if (fails === undefined) {
      this.#failing.delete(what);
      this.log.info(`${what} works again`);
    } else {
      this.#failing.set(what, fails);
      this.log.error(more, `${what} fails, and is tried again: ${fails}`);
    }
  }

  #tellOfProjections(): void {
    for (const { name, reason } of this.projections.stopped())
      this.#tellOnce(`${name}: ${reason}`, () => this.log.error({ projection: name }, reason));
    for (const damage of this.projections.damage) this.#tellOnce(damage, () => this.log.error(damage));
  }

  /** Checks a slice of the log. Where it is not as it was written, nothing is written any more. */
  #checkLog(): void {
    this.scrub.work();
    const { fault } = this.scrub.status;
    if (fault === undefined) return;
    this.store.halt(fault);
    this.#tellOnce(fault, () => this.log.fatal(`${fault}. Nothing is written any more: ${this.remedy}`));
  }

  #tellOnce(what: string, tell: () => void): void {
    if (this.#toldOf.has(what)) return;
    this.#toldOf.add(what);
    tell();
  }
}
