import type { Metadata } from '@grpc/grpc-js';
import type { Refusal } from './refusals.js';

/** Who calls: somebody known by name, nobody in particular, or anybody where the server checks nobody (`--insecure`). */
export type Caller = { readonly name: string } | 'anonymous' | 'anybody';

/** Names and passwords; undefined where the server checks nobody. */
export type Users = ReadonlyMap<string, string> | undefined;

/** The caller that a call's `authorization` header names. */
export function callerOf(users: Users, headers: Metadata): Caller | Refusal {
  if (users === undefined) return 'anybody';
  const [header] = headers.get('authorization');
  const [scheme, token = ''] = header?.toString().split(' ') ?? [];
  if (scheme !== 'Basic') return 'anonymous';
  const [name = '', ...password] = Buffer.from(token, 'base64').toString().split(':');
  if (users.get(name) !== password.join(':')) return { because: 'unauthenticated' };
  return { name };
}

/**
 * Whether a caller may read and write a stream under the server's default access: everybody known may use streams and
 * their metadata, only `admin` the system's own (`$…`).
 */
export function mayUse(caller: Caller, stream: string, allowsAnonymous: boolean): boolean {
  if (caller === 'anybody') return true;
  const original = stream.startsWith('$$') ? stream.slice(2) : stream;
  if (original.startsWith('$')) return caller !== 'anonymous' && caller.name === 'admin';
  return caller !== 'anonymous' || allowsAnonymous;
}
