import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Configuration } from './configuration.js';

/** The server cannot listen where it is told to; the message says what to do. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
}

/** Milliseconds that requests have to be finished in when the server stops: less than a container is given. */
const TO_FINISH = 8_000;
/** Milliseconds between two looks for connections that have fallen idle. */
const LOOK_EVERY = 20;

/** Listens, and gives the address. @throws CannotListen */
export async function listen(
  app: NestFastifyApplication,
  { host, port }: Pick<Configuration, 'host' | 'port'>,
): Promise<string> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const at = `${host} port ${String(port)}`;
    throw new CannotListen(`cannot listen on ${at}: ${adviceFor(error as NodeJS.ErrnoException)}`, { cause: error });
  }
  return (await app.getUrl()).replace('[::1]', '127.0.0.1');
}

function adviceFor({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'another program does already. Stop it, or set PORT to another port';
    case 'EACCES':
      return 'this user may not. Set PORT to a port from 1024 on';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'that is no address of this machine. Set HOST to one that is, such as 127.0.0.1 or 0.0.0.0';
    default:
      return `${message}. Set HOST and PORT to an address of this machine`;
  }
}

/**
 * Takes no new connection, finishes the requests that have come in, and closes. A connection is closed when it falls
 * idle; one whose client will not be done in time, a slow or a silent one, is cut.
 * @param toFinish milliseconds that requests have to be finished in
 */
export async function closeGently(app: NestFastifyApplication, toFinish = TO_FINISH): Promise<void> {
  const http: Server = app.getHttpServer();
  // At once, before anything is waited for: what is asked from now on is for the server that takes this one's place.
  http.close();
  http.closeIdleConnections();
  const idle = setInterval(() => http.closeIdleConnections(), LOOK_EVERY);
  const late = setTimeout(() => http.closeAllConnections(), toFinish);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(late);
  }
}
