/** What the environment says, read and checked once at start. */
export interface Configuration {
  readonly port: number;
  readonly host: string;
  /** Folder of everything that the embedded store keeps. */
  readonly dataDir: string;
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
  oneOf('EVENT_STORE', ['sqlite'], 'sqlite');
  const auditKeyFile = get('AUDIT_KEY_FILE');
  if (auditKeyFile === undefined && get('EVENT_STORE') === 'kurrentdb')
    problems.push(
      'AUDIT_KEY_FILE is missing: with EVENT_STORE=kurrentdb every server signs with the same key, so name its file',
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
    adminApiKey,
    testClock,
    jurisdiction: oneOf('JURISDICTION', JURISDICTIONS, 'england-and-wales'),
    logLevel: oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    requestsAMinute,
    auditKeyFile,
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
