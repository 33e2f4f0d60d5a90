import { urlProblem, type ClusterAddress } from '../event-store/kurrentdb/address.js';

/** What the environment says, read and checked once at start. */
export interface Configuration {
  readonly port: number;
  readonly host: string;
  /** Folder of everything that the embedded store keeps; with a cluster, of this server's replica. */
  readonly dataDir: string;
  /** Where the log is on a KurrentDB cluster; undefined: it is in the data folder. */
  readonly cluster: ClusterAddress | undefined;
  /** Seconds for which a server that does not reach the cluster still counts as ready. */
  readonly replicaMaxAge: number;
  /** Role `admin`; undefined: one is made on first start and printed once. */
  readonly adminApiKey: string | undefined;
  /** An instant at which the clock stands still, for tests. */
  readonly testClock: string | undefined;
  /** Whose bank holidays count. */
  readonly jurisdiction: Jurisdiction;
  readonly logLevel: string;
  /** Requests that one caller may make in a minute; 0: as many as they like. */
  readonly requestsAMinute: number;
  /** File of the private key that signs tree heads; undefined: one in the data folder, made on first start. */
  readonly auditKeyFile: string | undefined;
  /** Minutes after which what was recorded is covered by a tree head; 0: only on demand. */
  readonly treeHeadInterval: number;
}

/** Jurisdictions whose bank holidays are known by default. */
export const JURISDICTIONS = ['england-and-wales', 'scotland', 'northern-ireland'] as const;
export type Jurisdiction = (typeof JURISDICTIONS)[number];

/** A setting that cannot be used; the message names the variable. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** Minutes between tree heads. */
const DEFAULT_INTERVAL = 60;
const LONGEST_INTERVAL = 10_080;

/** Seconds. */
const DEFAULT_MAX_AGE = 3_600;
const LONGEST_MAX_AGE = 604_800;

const PREFIX = /^[A-Za-z0-9][\w.-]{0,127}$/;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/**
 * Reads the settings from an environment.
 * @throws ConfigurationError naming every variable that is wrong, not just the first
 */
export function readConfiguration(env: Readonly<Record<string, string | undefined>>): Configuration {
  const problems: string[] = [];
  const get = (name: string): string | undefined =>
    env[name] === undefined || env[name] === '' ? undefined : env[name];
  const oneOf = <T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const value = get(name) ?? fallback;
    const found = allowed.find((one) => one === value);
    if (found === undefined) problems.push(`${name} is "${value}": use one of ${allowed.join(', ')}`);
    return found ?? fallback;
  };

  const port = Number(get('PORT') ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    problems.push(`PORT is "${get('PORT') ?? ''}": use a whole number from 0 to 65535`);
  const requestsAMinute = Number(get('RATE_LIMIT') ?? 0);
  if (!Number.isInteger(requestsAMinute) || requestsAMinute < 0)
    problems.push(
      `RATE_LIMIT is "${get('RATE_LIMIT') ?? ''}": use a whole number of requests a minute, or 0 for no limit`,
    );
  const adminApiKey = get('ADMIN_API_KEY');
  if (adminApiKey !== undefined && (adminApiKey.length < 32 || !/^[\x21-\x7e]+$/.test(adminApiKey)))
    problems.push('ADMIN_API_KEY is too short or has spaces in it: use at least 32 printable characters');
  const testClock = get('TEST_CLOCK');
  if (testClock !== undefined && !isInstant(testClock))
    problems.push(`TEST_CLOCK is "${testClock}": use an instant such as 2026-10-01T09:00:00Z, or leave it out`);
  const eventStore = oneOf('EVENT_STORE', ['sqlite', 'kurrentdb'], 'sqlite');
  const url = get('KURRENTDB_URL') ?? '';
  const prefix = get('KURRENTDB_PREFIX') ?? '';
  if (eventStore === 'kurrentdb') {
    // The value is not repeated: it may hold a password.
    const problem = url === '' ? 'is missing: name the cluster, such as kurrentdb://node1:2113' : urlProblem(url);
    if (problem !== undefined) problems.push(`KURRENTDB_URL ${problem}`);
    if (prefix !== '' && !PREFIX.test(prefix))
      problems.push(
        `KURRENTDB_PREFIX is "${prefix}": use letters, digits, ".", "_" and "-", at most 128, a letter or digit first`,
      );
  }
  const replicaMaxAge = Number(get('REPLICA_MAX_AGE') ?? DEFAULT_MAX_AGE);
  if (!Number.isInteger(replicaMaxAge) || replicaMaxAge < 1 || replicaMaxAge > LONGEST_MAX_AGE)
    problems.push(
      `REPLICA_MAX_AGE is "${get('REPLICA_MAX_AGE') ?? ''}": use whole seconds from 1 to ${String(LONGEST_MAX_AGE)}`,
    );
  // A clock that is moved by hand would bring about heads that nobody asked for.
  const treeHeadInterval = Number(get('TREE_HEAD_INTERVAL') ?? (testClock === undefined ? DEFAULT_INTERVAL : 0));
  if (!Number.isInteger(treeHeadInterval) || treeHeadInterval < 0 || treeHeadInterval > LONGEST_INTERVAL)
    problems.push(
      `TREE_HEAD_INTERVAL is "${get('TREE_HEAD_INTERVAL') ?? ''}": use whole minutes from 1 to ${String(LONGEST_INTERVAL)}, or 0 for only on demand`,
    );
  const configuration: Configuration = {
    port,
    host: get('HOST') ?? '127.0.0.1',
    dataDir: get('DATA_DIR') ?? './var',
    cluster: eventStore === 'kurrentdb' ? { url, prefix } : undefined,
    replicaMaxAge,
    adminApiKey,
    testClock,
    jurisdiction: oneOf('JURISDICTION', JURISDICTIONS, 'england-and-wales'),
    logLevel: oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    requestsAMinute,
    auditKeyFile: get('AUDIT_KEY_FILE'),
    treeHeadInterval,
  };
  if (problems.length > 0) throw new ConfigurationError(problems.join('\n'));
  return configuration;
}

function isInstant(text: string): boolean {
  try {
    Temporal.Instant.from(text);
    return true;
  } catch {
    return false;
  }
}
