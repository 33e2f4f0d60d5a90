/** How far a check of what is stored has come. */
export interface ScrubStatus {
  /** Position up to which everything is as it was written. */
  readonly position: number;
  /** What is not as it was written, where anything is. */
  readonly fault: string | undefined;
}

/**
 * Reads the whole log again, a slice at a time, and checks every record against its hash: a bit that has flipped on the
 * disk is found though nobody asks for the record. It repairs nothing.
 */
export interface Scrub {
  readonly status: ScrubStatus;
  /** Checks a slice. True while there is more to check. */
  work(): boolean;
  /** Checks the structure of what is stored, beside everything else. */
  checkStructure(): Promise<void>;
}
