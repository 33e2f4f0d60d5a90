import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import { badRequest, maximumAppendSizeExceeded, streamDeleted, wrongExpectedVersion } from './messages.js';
import type { BatchStatus, Expected } from './messages.js';
import { EMPTY } from './wire.js';

/** Where the leader answers. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Why a call is not served, with the words and trailers of the server (`RpcExceptions`). */
export type Refusal =
  | { readonly because: 'not-leader'; readonly leader: Endpoint }
  | { readonly because: 'stream-deleted'; readonly stream: string }
  | { readonly because: 'maximum-append-size-exceeded'; readonly limit: number }
  | {
      readonly because: 'wrong-expected-revision';
      readonly stream: string;
      readonly expected: Expected;
      readonly current: number;
    }
  | { readonly because: 'bad-request'; readonly reason: string }
  | {
      readonly because:
        | 'access-denied'
        | 'consumer-too-slow'
        | 'ended'
        | 'handler-failed'
        | 'no-leader-info'
        | 'not-modelled'
        | 'not-ready'
        | 'read-error'
        | 'timeout'
        | 'too-busy'
        | 'unauthenticated';
    };

const EXPECTED_NUMBER = { any: -2, 'no-stream': -1, 'stream-exists': -4 };

function grpcStatus(code: status, details: string, trailers: Record<string, string> = {}): Partial<StatusObject> {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return { code, details, metadata };
}

/** A refusal as the status that ends a call. */
export function statusOf(refusal: Refusal): Partial<StatusObject> {
  switch (refusal.because) {
    case 'not-leader':
      return grpcStatus(status.NOT_FOUND, 'Leader info available', {
        exception: 'not-leader',
        'leader-endpoint-host': refusal.leader.host,
        'leader-endpoint-port': `${refusal.leader.port}`,
      });
    case 'stream-deleted':
      return grpcStatus(status.FAILED_PRECONDITION, `Event stream '${refusal.stream}' is deleted.`, {
        exception: 'stream-deleted',
        'stream-name': refusal.stream,
      });
    case 'maximum-append-size-exceeded':
      return grpcStatus(status.INVALID_ARGUMENT, `Maximum Append Size of ${refusal.limit} Exceeded.`, {
        exception: 'maximum-append-size-exceeded',
        'maximum-append-size': `${refusal.limit}`,
      });
    case 'wrong-expected-revision': {
      const { stream, current } = refusal;
      const expected = typeof refusal.expected === 'number' ? refusal.expected : EXPECTED_NUMBER[refusal.expected];
      return grpcStatus(
        status.FAILED_PRECONDITION,
        `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${current}`,
        {
          exception: 'wrong-expected-version',
          'stream-name': stream,
          'expected-version': `${expected}`,
          'actual-version': `${current}`,
        },
      );
    }
    case 'bad-request':
    case 'handler-failed':
      return grpcStatus(status.UNKNOWN, 'Exception was thrown by handler.');
    case 'access-denied':
      return grpcStatus(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
    case 'consumer-too-slow':
      return grpcStatus(
        status.ABORTED,
        'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
      );
    case 'ended':
      return grpcStatus(status.CANCELLED, 'The call was ended');
    case 'no-leader-info':
      return grpcStatus(status.UNKNOWN, 'No leader info available in response');
    case 'not-modelled':
      return grpcStatus(status.UNIMPLEMENTED, 'The double does not model this call');
    case 'not-ready':
      return grpcStatus(status.UNAVAILABLE, 'Server Is Not Ready');
    case 'read-error':
      return grpcStatus(status.UNKNOWN, 'Unexpected ReadStreamResult: Error');
    case 'timeout':
      return grpcStatus(status.ABORTED, 'Operation timed out: Commit phase timeout.');
    case 'too-busy':
      return grpcStatus(status.UNAVAILABLE, 'Server Is Too Busy');
    case 'unauthenticated':
      return grpcStatus(status.UNAUTHENTICATED, 'Unauthenticated');
  }
}

/**
 * A refusal as the failure of one append inside a batch append, where the server has one. Where it has none, the whole
 * stream of appends ends with the status instead.
 */
export function batchStatusOf(refusal: Refusal): BatchStatus | undefined {
  const known = (code: status, type: string, content = EMPTY, message = type): BatchStatus => ({
    code,
    message,
    detail: { type: `event_store.client.${type}`, content },
  });
  // The server packs an empty message here, which clients report as an error that they do not recognise.
  const unnamed = (message: string): BatchStatus => ({
    code: status.OK,
    message,
    detail: { type: 'google.protobuf.Empty', content: EMPTY },
  });
  switch (refusal.because) {
    case 'stream-deleted':
      return known(status.NOT_FOUND, 'StreamDeleted', streamDeleted(refusal.stream));
    case 'maximum-append-size-exceeded':
      return known(status.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', maximumAppendSizeExceeded(refusal.limit));
    case 'wrong-expected-revision':
      return known(
        status.ALREADY_EXISTS,
        'WrongExpectedVersion',
        wrongExpectedVersion(refusal.current, refusal.expected),
      );
    case 'bad-request':
      return known(status.INVALID_ARGUMENT, 'BadRequest', badRequest(refusal.reason));
    case 'access-denied':
      return known(status.PERMISSION_DENIED, 'AccessDenied');
    case 'timeout':
      return known(status.DEADLINE_EXCEEDED, 'Timeout');
    case 'not-ready':
      return unnamed('Server Is Not Ready');
    case 'too-busy':
      return unnamed('Server Is Busy');
    case 'no-leader-info':
      return unnamed('No leader info available in response');
    case 'not-leader':
    case 'consumer-too-slow':
    case 'ended':
    case 'handler-failed':
    case 'not-modelled':
    case 'read-error':
    case 'unauthenticated':
      return undefined;
  }
}
