/** What differs between the server's versions, as far as the calls that the double models show it. */
export interface ServerVersion {
  /** What server features report. */
  readonly number: string;
  /** Whether a subscription is told that it has caught up; where its stream is not there yet; and with a checkpoint. */
  readonly caughtUp: 'never' | 'on-a-stream' | 'always' | 'always-with-checkpoint';
  /** A reader that falls behind while live loses its subscription; later versions let it catch up again. */
  readonly dropsSlowReaders: boolean;
  /** Whether a secure server lets a caller without credentials read and write streams. */
  readonly allowsAnonymous: boolean;
}

export const SERVER_VERSIONS = {
  '22.10': { number: '22.10.5', caughtUp: 'never', dropsSlowReaders: true, allowsAnonymous: true },
  '23.10': { number: '23.10.7', caughtUp: 'on-a-stream', dropsSlowReaders: true, allowsAnonymous: false },
  '24.10': { number: '24.10.6', caughtUp: 'always', dropsSlowReaders: false, allowsAnonymous: false },
  '25.0': { number: '25.0.1', caughtUp: 'always-with-checkpoint', dropsSlowReaders: false, allowsAnonymous: false },
} as const satisfies Record<string, ServerVersion>;

/** The name of a version: EventStoreDB up to 24.10, KurrentDB from 25.0. */
export type VersionName = keyof typeof SERVER_VERSIONS;
