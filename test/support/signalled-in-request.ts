import { Server } from 'node:http';

/**
 * Loaded before the server (`--import`): a request with the header `x-signal` is one that the process is sent SIGTERM
 * with. The signal comes after the request has been taken from the network, and before anything is done about it.
 */
const emit = Reflect.get(Server.prototype, 'emit') as (this: Server, event: string, ...args: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string, ...args: unknown[]): boolean {
  const [request] = args as [{ readonly headers?: Readonly<Record<string, unknown>> } | undefined];
  if (event === 'request' && request?.headers?.['x-signal'] !== undefined) process.kill(process.pid, 'SIGTERM');
  return emit.call(this, event, ...args);
};
