import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo, type Server as Listener, type Socket } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Certificates } from './certificates.js';
import type { Member } from './messages.js';

/** The address that every node listens at. */
const ADDRESS = '127.0.0.1';

/** Largest message that a node takes, as the server's: 16 MiB less a little. */
const LARGEST_MESSAGE = 16 * 1024 * 1024 - 1024;

/** Ports that nodes of this process have had. */
const PORTS_HAD = new Set<number>();

/** What can be done to a subscription from outside. */
export interface LiveSubscription {
  wake(): void;
  end(): void;
  drop(): void;
}

/** One node: a listener on a port of its own, the connections that it took, and what it is in the cluster. */
export class DoubleNode {
  readonly instanceId = randomUUID();
  /** What it thinks it is; `Unknown` while there is no leader. */
  state: Member['state'] = 'Unknown';
  /** Up to where it has the log: a follower that was told to stop replicating falls behind. */
  replicatedUpTo = Infinity;
  /** The subscriptions that it serves. */
  readonly subscriptions = new Set<LiveSubscription>();
  readonly grpc = new Server({ 'grpc.max_receive_message_length': LARGEST_MESSAGE });
  readonly #accept: (socket: Socket) => void;
  readonly #sockets = new Set<Socket>();
  #listener: Listener | undefined;
  #isAlive = false;

  constructor(
    readonly index: number,
    private portToTake: number,
    private readonly certificates: Certificates | undefined,
  ) {
    const credentials = certificates
      ? ServerCredentials.createSsl(null, [
          { private_key: Buffer.from(certificates.key), cert_chain: Buffer.from(certificates.certificate) },
        ])
      : ServerCredentials.createInsecure();
    // The connections are taken here, and not by the gRPC server, so that they can be reset.
    const injector = this.grpc.createConnectionInjector(credentials);
    this.#accept = (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      injector.injectConnection(socket);
    };
  }

  /**
   * How it is called in gossip and connection strings. Over TLS it has a name: Node 26 takes no address as the name of
   * a server, and so the client does not connect to one.
   */
  get host(): string {
    return this.certificates ? 'localhost' : ADDRESS;
  }

  /** Its port; the same one for as long as the double runs. */
  get port(): number {
    return this.portToTake;
  }

  /** Whether it runs; a node that only refuses connections does. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Listens on its port (on a free one the first time, where 0 was asked for). */
  async start(): Promise<void> {
    this.#isAlive = true;
    if (this.#listener !== undefined) return;
    this.#listener = await this.#listening();
    this.portToTake = (this.#listener.address() as AddressInfo).port;
    PORTS_HAD.add(this.portToTake);
  }

  /** A free port is one that no node had before: gRPC would take a new client there for one of the node that is gone. */
  async #listening(): Promise<Listener> {
    for (;;) {
      const listener = createServer({ noDelay: true }, this.#accept);
      listener.listen(this.portToTake, ADDRESS);
      await once(listener, 'listening');
      if (this.portToTake !== 0 || !PORTS_HAD.has((listener.address() as AddressInfo).port)) return listener;
      listener.close();
    }
  }

  /** Refuses new connections; those that it has stay. */
  refuse(): void {
    this.#listener?.close();
    this.#listener = undefined;
  }

  /** As `kill -9`: the connections are reset, and no new one is taken. */
  kill(): void {
    this.refuse();
    this.resetConnections();
    this.#isAlive = false;
    this.state = 'Unknown';
  }

  /** Resets its connections, or the one of a peer (`address:port`). */
  resetConnections(peer?: string): void {
    for (const socket of this.#sockets)
      if (peer === undefined || peer === `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`)
        socket.resetAndDestroy();
  }

  /** Ends every connection as a server does that is stopped: with a word, not a reset. */
  closeConnections(): void {
    for (const socket of this.#sockets) socket.end();
  }

  /** Ends for good. */
  stop(): void {
    this.kill();
    this.grpc.forceShutdown();
    for (const socket of this.#sockets) socket.destroy();
  }
}
