import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { JSON_TYPE } from './csv.js';
import { badFields, Problem } from './problem.js';
import { escaped } from './validation.js';

/** Takes JSON, and nothing else, as the body of a request. */
export function takeJson(fastify: FastifyInstance): void {
  fastify.removeContentTypeParser([JSON_TYPE, 'text/plain']);
  fastify.addContentTypeParser<Buffer>(JSON_TYPE, { parseAs: 'buffer' }, (_, body, done) => {
    try {
      done(null, readJson(body));
    } catch (error) {
      done(error as Error);
    }
  });
}

/**
 * What a body says: JSON in UTF-8, each field of an object once. What another reader could take for something else is
 * refused, since it would stand on the record for ever.
 * @throws Problem 400
 */
export function readJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw badFields([{ pointer: '', detail: 'is empty: send a JSON object' }]);
  if (!isUtf8(bytes))
    throw badFields([{ pointer: '', detail: 'is not UTF-8 text but in another encoding, such as Latin-1' }]);
  const text = bytes.toString().replace(/^\uFEFF/, '');
  const value = parsed(text);
  const pointer = namedTwice(text);
  if (pointer !== undefined) throw badFields([{ pointer, detail: 'stands there twice' }]);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badFields([{ pointer: '', detail: `cannot be read as JSON: ${(error as Error).message}` }]);
  }
}

/** What tells the objects, lists and names of a JSON text that has been parsed. */
const MARKS = /[{}[\],]|"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;

/** An object or a list that is being read. */
interface Open {
  /** Names met so far; undefined in a list. */
  readonly names?: Set<string>;
  /** Name or place of what is being read in it. */
  at: string | number;
}

/** JSON Pointer of the first field that an object has a second time: `JSON.parse` tells the last of them only. */
function namedTwice(text: string): string | undefined {
  const open: Open[] = [];
  for (const [mark, isName] of text.matchAll(MARKS)) {
    const innermost = open.at(-1);
    if (mark === '{') open.push({ names: new Set(), at: '' });
    else if (mark === '[') open.push({ at: 0 });
    else if (mark === '}' || mark === ']') open.pop();
    else if (mark === ',' && typeof innermost?.at === 'number') innermost.at += 1;
    else if (isName !== undefined && innermost?.names) {
      innermost.at = JSON.parse(mark.replace(/\s*:$/, '')) as string;
      if (innermost.names.has(innermost.at)) return pointerTo(open);
      innermost.names.add(innermost.at);
    }
  }
  return undefined;
}

const pointerTo = (open: readonly Open[]): string => open.map(({ at }) => `/${escaped(String(at))}`).join('');

/**
 * A body that is compressed is not taken.
 * @throws Problem 415 that says so
 */
export function refuseCompressed({ headers }: FastifyRequest): void {
  const coding = headers['content-encoding'] ?? 'identity';
  if (coding.toLowerCase() === 'identity') return;
  throw new Problem(
    415,
    'unsupported-media-type',
    `send the body as it is, without Content-Encoding: ${coding}`,
    {},
    { 'accept-encoding': 'identity' },
  );
}
