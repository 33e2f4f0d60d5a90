import type {
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
} from '@grpc/grpc-js';
import type { Gate } from './gate.js';
import { answerReading } from './reading.js';
import { deletion, gossip, supportedMethodsOf } from './unary.js';
import { append, serveAppends } from './writing.js';

/** Messages go in and out as bytes: `messages.ts` reads and writes them. */
const asItIs = (encoded: Buffer): Buffer => encoded;

/** Gives a node its calls; any other is answered UNIMPLEMENTED. */
export function registerCalls(gate: Gate): void {
  const { grpc } = gate.node;
  const streams = '/event_store.client.streams.Streams';
  type Unary = ServerUnaryCall<Buffer, Buffer>;
  type Answer = sendUnaryData<Buffer>;
  grpc.register(
    `${streams}/Read`,
    (call: ServerWritableStream<Buffer, Buffer>) => void answerReading(gate, call),
    asItIs,
    asItIs,
    'serverStream',
  );
  grpc.register(
    `${streams}/BatchAppend`,
    (call: ServerDuplexStream<Buffer, Buffer>) => serveAppends(gate, call),
    asItIs,
    asItIs,
    'bidi',
  );
  grpc.register(
    `${streams}/Append`,
    (call: ServerReadableStream<Buffer, Buffer>, answer: Answer) => append(gate, call, answer),
    asItIs,
    asItIs,
    'clientStream',
  );
  const unary = (path: string, handle: (call: Unary, answer: Answer) => void): void => {
    grpc.register(path, handle, asItIs, asItIs, 'unary');
  };
  unary(`${streams}/Delete`, (call, answer) => deletion(gate, call, answer, 'delete'));
  unary(`${streams}/Tombstone`, (call, answer) => deletion(gate, call, answer, 'tombstone'));
  unary('/event_store.client.gossip.Gossip/Read', (call, answer) => gossip(gate, call, answer));
  unary('/event_store.client.server_features.ServerFeatures/GetSupportedMethods', (call, answer) =>
    supportedMethodsOf(gate, call, answer),
  );
}
