import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AuthenticatedRequest } from '../../access/access.js';
import { CommandPipeline } from '../../commands/command-pipeline.js';
import { ProblemListener } from '../../http/problem-filter.js';
import type { Problem } from '../../http/problem.js';
import { refusedCommand } from './refused-command.js';
import { Refusals } from './refusals.js';

const COMMANDS = '/commands/';

/** Hears of every problem that was answered, and has those kept that refused a command. */
@Injectable()
export class RefusalListener implements ProblemListener, OnApplicationShutdown {
  readonly #refusals: Refusals;

  constructor(pipeline: CommandPipeline, host: HttpAdapterHost) {
    this.#refusals = new Refusals(pipeline, (error) =>
      host.httpAdapter.getInstance<FastifyInstance>().log.error({ err: error }, 'refused commands cannot be kept'),
    );
  }

  told(problem: Problem, request: FastifyRequest): void {
    const { url } = request.routeOptions;
    const { caller, role } = request as AuthenticatedRequest;
    // What is only tried is no attempt.
    if (!caller || !url?.startsWith(COMMANDS) || isDryRun(request)) return;
    const data = refusedCommand(url.slice(COMMANDS.length), problem, request.body);
    if (!data) return;
    const { id, roles, serviceProvider } = caller;
    this.#refusals.keep({
      actor: { id, role: role ?? roles.join('+'), ...(serviceProvider === undefined ? {} : { serviceProvider }) },
      requestId: request.id,
      data,
    });
  }

  /** After the last answer, before the log is closed. */
  onApplicationShutdown(): Promise<void> {
    return this.#refusals.finish();
  }
}

const isDryRun = ({ query }: FastifyRequest): boolean => (query as { dryRun?: unknown }).dryRun === 'true';
