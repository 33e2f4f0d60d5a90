import { createHash } from 'node:crypto';
import { canonical } from '../event-store/record.js';

/** The entity tag of an answer: the same content, the same tag. */
export const etagOf = (body: unknown): string =>
  `"${createHash('sha256')
    .update(canonical(JSON.parse(JSON.stringify(body))))
    .digest('base64url')
    .slice(0, 22)}"`;

/**
 * The entity tag of a thing that is shown with something beside it: the thing's own tag, and after a dot what stands
 * beside. A reader's copy is stale when either has changed; commands act on the thing alone.
 */
export const etagBeside = (thing: string, beside: unknown): string =>
  `${thing.slice(0, -1)}.${etagOf(beside).slice(1)}`;

/** An `If-Match` header whose tags are the things' own, without what was shown beside them. */
export const withoutBeside = (ifMatch: string): string => ifMatch.replaceAll(/\.[\w-]*"/g, '"');

/**
 * Whether `If-None-Match` names this tag, or all there are with `*`. A proxy that compresses an answer makes its tag weak
 * (`W/`): for a reader's copy that is the same content (RFC 9110, 8.8.3.2).
 */
export const isNamed = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, ''))) ?? false;
