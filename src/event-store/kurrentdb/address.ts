/** Schemes of a connection string that the client knows. */
const SCHEMES = [
  'kurrentdb',
  'kurrentdb+discover',
  'kurrent',
  'kurrent+discover',
  'kdb',
  'kdb+discover',
  'esdb',
  'esdb+discover',
];

/** The stream that holds a calendar's log, after the prefix of the calendar. */
const LOG = 'maintenance-calendar';

/** Where a calendar's log is kept. */
export interface ClusterAddress {
  /** Connection string, credentials included: never to be logged. */
  readonly url: string;
  /** Before the names of the calendar's streams. */
  readonly prefix: string;
}

/** What is wrong with a connection string, without repeating what may be a password; undefined where nothing is. */
export function urlProblem(url: string): string | undefined {
  const [, scheme, rest = ''] = /^([a-z+]+):\/\/(.*)$/i.exec(url.trim()) ?? [];
  if (scheme === undefined || !SCHEMES.includes(scheme.toLowerCase()))
    return `must begin with one of ${SCHEMES.map((one) => `${one}://`).join(', ')}`;
  const [authority = '', query = ''] = rest.split('?');
  const at = authority.lastIndexOf('@');
  const credentials = at < 0 ? undefined : authority.slice(0, at);
  const hosts = authority.slice(at + 1).replace(/\/+$/, '');
  if (hosts === '' || hosts.split(',').some((host) => !/^[\w.-]+(:\d{1,5})?$/.test(host)))
    return 'must name its hosts after the scheme, such as kurrentdb://node1:2113,node2:2113';
  if (credentials !== undefined && !isPair(credentials))
    return 'has credentials that are not user:password; write what is special in them as %XX';
  if (query !== '' && query.split('&').some((option) => !/^\w+=[^=]*$/.test(option)))
    return 'has options that are not name=value, joined by &';
  return undefined;
}

/** True for two texts joined by a colon, both percent-encoded. */
function isPair(credentials: string): boolean {
  const parts = credentials.split(':');
  try {
    return parts.length === 2 && parts.every((part) => part !== '' && decodeURIComponent(part) !== '');
  } catch {
    return false;
  }
}

/** User name and password, as plain text. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The user name and password of a connection string; undefined where it has none. */
export function credentialsOf(url: string): Credentials | undefined {
  const [, username, password] = /\/\/([^/:@]+):([^/@]+)@/.exec(url) ?? [];
  return username === undefined || password === undefined
    ? undefined
    : { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** Whether a connection string asks for plain connections. */
export const isInsecure = (url: string): boolean => /[?&]tls=false(&|$)/i.test(url);

/**
 * How the client looks for the leader, unless the connection string says it. One half of the client waits this long
 * before its first call too, half a second by default: at every start, and after every node that died.
 */
const DISCOVERY = [
  ['discoveryInterval', '25'],
  ['maxDiscoverAttempts', '40'],
] as const;

/**
 * The connection string as the client is given it: without credentials, which half of the client would not decode and
 * which are handed to every call; and, where it names several hosts, without `+discover`, with which the client asks
 * only the first of them for the others and is lost with it.
 * @param host which host alone is asked for the others: a number from 0, taken modulo how many there are. Without it, the
 * client may ask any of them
 */
export function forClient(url: string, host?: number): string {
  const all = asking(withoutCredentials(url), host);
  const missing = DISCOVERY.filter(([name]) => !new RegExp(`[?&]${name}=`, 'i').test(all));
  if (missing.length === 0) return all;
  const options = missing.map((option) => option.join('=')).join('&');
  return `${all}${all.includes('?') ? '&' : '?'}${options}`;
}

/** A connection string of several hosts that has any of them asked for the others, or one alone. */
function asking(plain: string, host: number | undefined): string {
  const [, scheme = '', hosts = '', rest = ''] = /^([a-z]+)(?:\+discover)?:\/\/([^?/]*)(.*)$/i.exec(plain) ?? [];
  const each = hosts.split(',');
  if (each.length === 1) return plain;
  return host === undefined
    ? `${scheme}://${hosts}${rest}`
    : `${scheme}+discover://${each[host % each.length] ?? ''}${rest}`;
}

/** The connection string as it may be told: without user name and password. */
export const withoutCredentials = (url: string): string => url.replace(/\/\/.*@/, '//');

/** A text with every trace of a connection string's credentials taken out. */
export function redacted(text: string, url: string): string {
  const credentials = /\/\/(.*)@/.exec(url)?.[1];
  if (credentials === undefined) return text;
  const secrets = [credentials, ...credentials.split(':')].flatMap((part) => [part, decoded(part)]);
  return secrets
    .filter((secret) => secret.length > 0)
    .sort((a, b) => b.length - a.length)
    .reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The name of the stream that holds the log. */
export const logStream = ({ prefix }: ClusterAddress): string => `${prefix}${LOG}`;
/** The name of the stream that holds a person's key. */
export const personStream = ({ prefix }: ClusterAddress, person: string): string => `${prefix}${LOG}-${person}`;
/** The name of the stream that leads from a name, as a keyed hash, to the person of that name. */
export const nameStream = ({ prefix }: ClusterAddress, lookup: string): string => `${prefix}${LOG}-name-${lookup}`;
/** The name of the stream that holds the secret under which names are hashed. */
export const secretStream = ({ prefix }: ClusterAddress): string => `${prefix}${LOG}-secret`;
