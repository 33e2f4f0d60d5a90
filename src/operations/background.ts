import type { Logger } from 'pino';
import type { EventStore } from '../event-store/event-store.js';
import type { Scrub } from '../event-store/scrub.js';
import type { Projections } from '../event-store/projections.js';

/** Milliseconds between two looks for work, where there was none. */
const PAUSE = 100;
/** Milliseconds after which what projections have taken in is saved at the latest. */
const SAVE_AFTER = 1_000;

/**
 * What is done while nobody asks: projections are kept caught up, built and saved, the log is read again and checked,
 * and what could not be erased at once is tried again.
 * It works in slices, and rests after each for as long as it took, so that requests are answered in between.
 */
export class Background {
  #timer: NodeJS.Timeout | undefined;
  #savedAt = performance.now();
  #scrubbedAt = -Infinity;
  readonly #toldOf = new Set<string>();

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
    void this.scrub.checkStructure();
    this.#work();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #work(): void {
    const began = performance.now();
    const more = this.projections.work();
    if (began - this.#savedAt > SAVE_AFTER) {
      void this.projections.save();
      this.projections.adopt();
      this.#savedAt = began;
    }
    const { failure } = this.projections;
    if (failure !== undefined) this.#tellOnce(failure, () => this.log.error(failure));
    if (began - this.#scrubbedAt > PAUSE) {
      this.#erase();
      this.#checkLog();
      this.#scrubbedAt = began;
    }
    for (const { name, state, reason } of this.projections.status())
      if (state === 'stopped' && reason !== null)
        this.#tellOnce(reason, () => this.log.error({ projection: name }, reason));
    const rest = more ? performance.now() - began : PAUSE;
    this.#timer = setTimeout(() => this.#work(), rest).unref();
  }

  /** Deletes the keys of erased persons that could not be deleted when that was recorded. */
  #erase(): void {
    try {
      this.erasures.apply();
    } catch (error) {
      const { message } = error as Error;
      this.#tellOnce(message, () =>
        this.log.error({ err: error }, 'an erased person still has a key: it is tried again'),
      );
    }
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
