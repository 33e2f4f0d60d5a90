import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CSV_TYPE, JSON_TYPE } from './csv.js';
import { Problem } from './problem.js';

/** Lets these routes, and no others, take CSV: as a stream, so that no body is ever held whole. Whatever is not JSON either is 415. */
export function takeCsvOn(fastify: FastifyInstance, routes: readonly string[]): void {
  const takesCsv = ({ routeOptions }: FastifyRequest): boolean => routes.includes(routeOptions.url ?? '');
  const other = (request: FastifyRequest): Problem =>
    new Problem(415, 'unsupported-media-type', `send the body as ${takesCsv(request) ? CSV_TYPE : JSON_TYPE}`);
  fastify.addContentTypeParser(CSV_TYPE, (request, payload, done) => {
    if (takesCsv(request)) done(null, payload);
    else done(other(request));
  });
  fastify.addContentTypeParser('*', (request, _, done) => {
    done(other(request));
  });
}

/**
 * The bytes of a body, up to a limit. Whoever stops early can still answer the request.
 * @throws Problem 413 beyond the limit, 400 where the upload breaks off
 */
export async function* bytesOf(body: Readable, limit: number): AsyncIterable<Uint8Array> {
  let size = 0;
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > limit)
        throw new Problem(
          413,
          'too-large',
          `the body is larger than ${String(limit / 1024 / 1024)} MiB: split the file`,
        );
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(400, 'incomplete', `the upload broke off: ${(error as Error).message}`);
  } finally {
    // What is left is read and dropped, so that the connection can be used again.
    body.resume();
  }
}
