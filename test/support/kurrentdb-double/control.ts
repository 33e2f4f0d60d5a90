import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FaultPlan } from './faults.js';
import type { KurrentDbDouble } from './kurrentdb-double.js';
import type { InjectedEvent } from './records.js';

type Does = (...args: never[]) => unknown;

/** What can be asked of a double in another process; the names and arguments are its own. */
const CALLS = (double: KurrentDbDouble) =>
  ({
    connectionString: (connection: Parameters<KurrentDbDouble['connectionString']>[0]) =>
      double.connectionString(connection),
    stream: (name: string) => double.stream(name),
    inject: (stream: string, ...events: InjectedEvent[]) => double.inject(stream, ...events),
    backup: () => double.backup(),
    restore: (backup: number) => double.restore(backup),
    fault: (plan: FaultPlan) => void double.fault(plan),
    liftFaults: () => double.liftFaults(),
    kill: (node: number) => double.kill(node),
    restart: (node: number) => double.restart(node),
    refuseConnections: (node?: number) => double.refuseConnections(node),
    acceptConnections: (node?: number) => double.acceptConnections(node),
    resetConnections: (node?: number) => double.resetConnections(node),
    startElection: () => double.startElection(),
    finishElection: (leader?: number) => double.finishElection(leader),
    leader: () => double.leader?.index,
    endSubscriptions: (node?: number) => double.endSubscriptions(node),
    dropSubscriptions: (node?: number) => double.dropSubscriptions(node),
    stopReplication: (node: number) => double.stopReplication(node),
    resumeReplication: (node: number) => double.resumeReplication(node),
  }) satisfies Record<string, Does>;

/** The control of a double in a process of its own. */
export interface Control {
  readonly url: string;
  close(): void;
}

/**
 * Lets another process do to a double what a test in the same process does: `POST /<method>` with a JSON array of
 * arguments, answered with the result as JSON. On loopback, for tests alone.
 */
export async function controlOf(double: KurrentDbDouble): Promise<Control> {
  const calls: Record<string, Does | undefined> = CALLS(double);
  const server = createServer((request, response) => {
    void answer(calls, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(
  calls: Record<string, Does | undefined>,
  request: IncomingMessage,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const call = calls[(request.url ?? '').slice(1)];
  if (call === undefined) return { status: 404, body: { error: `one of ${Object.keys(calls).join(', ')}` } };
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const args = chunks.length === 0 ? [] : (JSON.parse(Buffer.concat(chunks).toString()) as never[]);
    return { status: 200, body: await call(...args) };
  } catch (error) {
    return { status: 400, body: { error: String(error) } };
  }
}
