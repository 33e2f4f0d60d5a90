import type { Socket } from 'node:net';
import { Problem } from './problem.js';

/** What cannot be read as HTTP at all is answered on the bare connection, and the connection ends. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const problem = unreadable(error.code);
  const body = JSON.stringify(problem.body(undefined));
  socket.end(
    `HTTP/1.1 ${String(problem.status)} ${problem.body(undefined).title}\r\n` +
      `content-type: application/problem+json; charset=utf-8\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\n` +
      `cache-control: no-store\r\nconnection: close\r\n\r\n${body}`,
  );
}

function unreadable(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem(431, 'headers-too-large', 'the address and headers of a request may have 16 KiB together');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem(408, 'request-timeout', 'the request did not arrive in time');
    default:
      return new Problem(400, 'invalid', 'the request cannot be read as HTTP');
  }
}
