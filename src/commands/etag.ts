import { createHash } from 'node:crypto';
import { canonical } from '../event-store/record.js';

/** The entity tag of an answer: the same content, the same tag. */
export const etagOf = (body: unknown): string =>
  `"${createHash('sha256')
    .update(canonical(JSON.parse(JSON.stringify(body))))
    .digest('base64url')
    .slice(0, 22)}"`;
