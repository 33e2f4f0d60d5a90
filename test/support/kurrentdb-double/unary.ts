import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { isRefusal, type Gate } from './gate.js';
import { clusterInfo, deleteRequest, deleteSucceeded, supportedMethods, type SupportedMethod } from './messages.js';
import { statusOf, type Refusal } from './refusals.js';
import type { Rpc } from './faults.js';
import { keptOr } from './writing.js';

type Call = ServerUnaryCall<Buffer, Buffer>;

const STREAMS = 'event_store.client.streams.streams';

/** What server features tell of the calls that the double has. */
const METHODS: readonly SupportedMethod[] = [
  { service: STREAMS, method: 'read', features: ['position', 'events'] },
  { service: STREAMS, method: 'append', features: [] },
  { service: STREAMS, method: 'delete', features: [] },
  { service: STREAMS, method: 'tombstone', features: [] },
  { service: STREAMS, method: 'batchappend', features: ['deadline_duration'] },
  { service: 'event_store.client.gossip.gossip', method: 'read', features: [] },
  { service: 'event_store.client.server_features.serverfeatures', method: 'getsupportedmethods', features: [] },
];

/** `ServerFeatures/GetSupportedMethods`: for anybody, and from a node without a leader too. */
export const supportedMethodsOf = (gate: Gate, call: Call, answer: sendUnaryData<Buffer>): void =>
  serve(gate, call, answer, 'features', undefined, () => supportedMethods(METHODS, gate.shared.version.number));

/** `Gossip/Read`: for anybody. */
export const gossip = (gate: Gate, call: Call, answer: sendUnaryData<Buffer>): void =>
  serve(gate, call, answer, 'gossip', undefined, () => {
    const { nodes, now } = gate.shared;
    const members = nodes.map(({ instanceId, state, isAlive, host, port }) => ({
      instanceId,
      state,
      isAlive,
      host,
      port,
    }));
    return clusterInfo(members, now());
  });

/** `Streams/Delete` and `Streams/Tombstone`. */
export function deletion(gate: Gate, call: Call, answer: sendUnaryData<Buffer>, how: 'delete' | 'tombstone'): void {
  const request = deleteRequest(call.request);
  serve(gate, call, answer, 'delete', request.stream, () => {
    const caller = gate.caller(call.metadata);
    if (isRefusal(caller)) return caller;
    const refusal = gate.refusal(caller, request.stream, 'write', call.metadata);
    if (refusal) return refusal;
    const kept = keptOr(gate.shared.store[how](request.stream, request.expected), request);
    return isRefusal(kept) ? kept : deleteSucceeded(kept.position);
  });
}

function serve(
  gate: Gate,
  call: Call,
  answer: sendUnaryData<Buffer>,
  rpc: Rpc,
  stream: string | undefined,
  operation: () => Buffer | Refusal,
): void {
  const caller = gate.caller(call.metadata);
  const asked = isRefusal(caller) ? (): Refusal => caller : operation;
  void Promise.resolve(gate.serve(call, rpc, stream, asked)).then((outcome) => {
    if (outcome.is === 'answered') answer(null, outcome.answer);
    else if (outcome.is === 'refused') answer(statusOf(outcome.refusal));
    else if (outcome.is === 'ended') answer(statusOf({ because: 'ended' }));
  });
}
