import { Catch, HttpException, Injectable, Optional, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TooMuchLate } from '../event-store/build.js';
import { LogUnavailable, OutcomeUnknown, UnreadableRecord } from '../event-store/event-store.js';
import { UnknownEvent } from '../event-store/facts.js';
import { ProjectionBuilding, ProjectionStopped } from '../event-store/projection.js';
import { Problem } from './problem.js';

/** Seconds after which a client may ask again. */
const RETRY_AFTER = '5';

/** Told of every problem, once it has been answered. */
export abstract class ProblemListener {
  abstract told(problem: Problem, request: FastifyRequest): void;
}

/** Turns every error, the framework's own included, into `application/problem+json`. What is unknown is 500 and logged. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Optional() private readonly listener?: ProblemListener) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem = sendProblem(error, request, http.getResponse<FastifyReply>());
    this.listener?.told(problem, request);
  }
}

/** Sends an error as a problem, and says which. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): Problem {
  const problem = problemOf(error, request.method);
  if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
  if (reply.sent) return problem;
  void reply
    .status(problem.status)
    .headers(problem.headers)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem.body(request.id)));
  return problem;
}

function problemOf(error: unknown, method: string): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof LogUnavailable)
    return new Problem(
      503,
      'log-unavailable',
      method === 'GET' || method === 'HEAD' ? error.message : `${error.message}; nothing was recorded`,
      {},
      { 'retry-after': RETRY_AFTER },
    );
  if (error instanceof OutcomeUnknown)
    return new Problem(
      503,
      'outcome-unknown',
      `whether it was recorded is not known yet (${error.message}): send the same again with the same Idempotency-Key, and it is recorded once; without one, read first`,
      {},
      { 'retry-after': RETRY_AFTER },
    );
  // It is the same for everybody who asks for it until the log is restored, or the right program is started.
  if (error instanceof UnreadableRecord || error instanceof UnknownEvent)
    return new Problem(500, 'record-unreadable', error.message);
  if (error instanceof ProjectionBuilding)
    return new Problem(503, 'projection-building', error.message, {}, { 'retry-after': RETRY_AFTER });
  if (error instanceof TooMuchLate) return new Problem(422, 'too-much-late', error.message);
  if (error instanceof ProjectionStopped) return new Problem(503, 'projection-stopped', error.message);
  if (error instanceof HttpException) return framework(error.getStatus(), error.message);
  if (isFastifyError(error)) return fastify(error);
  return new Problem(500, 'internal', 'something went wrong here; nothing was recorded');
}

interface FastifyError extends Error {
  readonly code: string;
  readonly statusCode: number;
}

const isFastifyError = (error: unknown): error is FastifyError =>
  error instanceof Error && typeof (error as Partial<FastifyError>).statusCode === 'number';

const CODES: Readonly<Record<number, string>> = {
  400: 'invalid',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'too-large',
  415: 'unsupported-media-type',
};

/** What the framework says shorter than a caller needs it. */
const SENTENCES: Readonly<Record<number, string>> = {
  413: 'the body is larger than 256 KiB',
  415: 'the Content-Type header cannot be read',
};

function framework(status: number, detail: string): Problem {
  if (status >= 500) return new Problem(status, 'internal', 'something went wrong here; nothing was recorded');
  return new Problem(status, CODES[status] ?? 'invalid', SENTENCES[status] ?? detail);
}

function fastify({ code, statusCode, message }: FastifyError): Problem {
  if (code === 'FST_ERR_BAD_URL') return new Problem(400, 'invalid', 'the address has a % that encodes nothing');
  return framework(statusCode, message);
}
