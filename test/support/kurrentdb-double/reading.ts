import { setTimeout as pause } from 'node:timers/promises';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { FaultPlan } from './faults.js';
import { isRefusal, type Gate } from './gate.js';
import { eventRead, lastStreamPosition, readRequest, streamNotFound, type StreamRequest } from './messages.js';
import { Outgoing, PAGE } from './outgoing.js';
import type { Refusal } from './refusals.js';
import { Subscription } from './subscription.js';

/** `Streams/Read`: a read that ends, or a subscription that does not. */
export async function answerReading(gate: Gate, call: ServerWritableStream<Buffer, Buffer>): Promise<void> {
  const out = new Outgoing(call);
  const request = readRequest(call.request);
  const isSubscription = request.count === undefined;
  const fault = gate.meet(isSubscription ? 'subscribe' : 'read', request.stream);
  if (fault) await befall(gate, call, out, fault);
  if (out.isOver) return;
  const { stream } = request;
  if (stream === undefined) {
    out.refuse({ because: 'not-modelled' });
    return;
  }
  const refusal = refusalOf(gate, call, stream);
  if (refusal) out.refuse(refusal);
  else if (isSubscription) await new Subscription(gate, out, { ...request, stream }).run();
  else await read(gate, out, { ...request, stream });
}

function refusalOf(gate: Gate, call: ServerWritableStream<Buffer, Buffer>, stream: string): Refusal | undefined {
  const caller = gate.caller(call.metadata);
  return isRefusal(caller) ? caller : gate.refusal(caller, stream, 'read', call.metadata);
}

/** Lets a fault befall the call: at once, or when it has sent the records that the fault leaves it. */
async function befall(
  gate: Gate,
  call: ServerWritableStream<Buffer, Buffer>,
  out: Outgoing,
  fault: FaultPlan,
): Promise<void> {
  const breakOff = (): void => {
    const outcome = gate.befall(fault, call);
    if (outcome.is === 'refused') out.refuse(outcome.refusal);
    else if (outcome.is === 'ended') out.end();
    else out.fallSilent();
  };
  if (fault.how === 'delay') await pause(fault.milliseconds ?? 0);
  else if (fault.afterRecords === undefined) breakOff();
  else out.breakAfter(fault.afterRecords, breakOff);
}

/** A read with a limit, forwards or backwards; records that are appended meanwhile are read too. */
async function read(gate: Gate, out: Outgoing, request: StreamRequest): Promise<void> {
  const { stream, isBackwards, count = 0 } = request;
  if (count === 0 || (request.from === 'end' && !isBackwards)) {
    out.refuse({ because: 'read-error' });
    return;
  }
  const { store } = gate.shared;
  let next = request.from === 'start' ? 0 : request.from === 'end' ? Infinity : request.from;
  for (let sent = 0; ;) {
    const extent = store.extent(stream, gate.node.replicatedUpTo);
    if (extent.is === 'deleted') {
      out.refuse({ because: 'stream-deleted', stream });
      return;
    }
    if (extent.is === 'missing') {
      await out.send(streamNotFound(stream));
      break;
    }
    const page = Math.min(PAGE, count - sent);
    const from = isBackwards
      ? Math.max(extent.first, Math.min(next, extent.last) - page + 1)
      : Math.max(next, extent.first);
    const to = isBackwards ? Math.min(next, extent.last) : Math.min(from + page - 1, extent.last);
    const records = store.records(stream, from, to);
    for (const record of isBackwards ? records.toReversed() : records) {
      const room = out.sendRecord(eventRead(record, request.hasStructuredIds));
      if (room) await room;
      if (out.isOver) return;
    }
    sent += records.length;
    next = isBackwards ? from - 1 : to + 1;
    if (records.length === 0 || sent >= count || (isBackwards ? next < extent.first : next > extent.last)) {
      if (request.compatibility > 0) await out.send(lastStreamPosition(extent.last));
      break;
    }
  }
  out.end();
}
