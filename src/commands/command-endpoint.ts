import { Body, Controller, Headers, HttpCode, Post, Query, Req, Res, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { TProperties } from 'typebox';
import { Allow, type AuthenticatedRequest } from '../access/access.js';
import type { Caller, Role } from '../access/roles.js';
import type { NewPersons } from '../event-store/personal-data.js';
import { answerOrThrow } from '../http/outcome.js';
import { badFields, Problem } from '../http/problem.js';
import { validated } from '../http/validation.js';
import type { Act } from './act.js';
import { CommandPipeline, type Envelope, type Outcome } from './command-pipeline.js';
import { commandAnswer } from './answer-fields.js';
import { withoutBeside } from './etag.js';

/** How a command is reached over HTTP. */
export interface CommandEndpointOptions<Request extends object, Command, State> {
  readonly act: Act<Command, State>;
  /** What its answer has besides what every answer has, for the reference. */
  readonly adds: TProperties;
  /** The shape of the body. */
  readonly body: new () => Request;
  readonly roles: readonly Role[];
  /** Capability, for the reference. */
  readonly tag: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** A body that works, for the reference. */
  readonly example: object;
  /** Turns a valid body into the command; `people` seals what is personal in it, `services` has the module's own. */
  command(body: Request, caller: Caller, people: NewPersons, services: ModuleRef): Command;
}

/** An endpoint and the handler of its command, to be named in a module. */
export interface CommandEndpoint {
  readonly controller: Type;
  readonly handler: Type;
  readonly act: string;
}

/** What travels on the command bus: a command and its envelope. */
interface Submission<Command> {
  readonly command: Command;
  readonly envelope: Envelope;
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** Makes the endpoint of one act: `POST /commands/<name>`, its command on the bus, and the handler that decides it. */
export function commandEndpoint<Request extends object, Command, State>(
  options: CommandEndpointOptions<Request, Command, State>,
): CommandEndpoint {
  const { act } = options;

  class Submitted implements Submission<Command> {
    constructor(
      readonly command: Command,
      readonly envelope: Envelope,
    ) {}
  }
  Object.defineProperty(Submitted, 'name', { value: act.name });

  @CommandHandler(Submitted)
  class Handler implements ICommandHandler<Submitted, Outcome> {
    constructor(private readonly pipeline: CommandPipeline) {}

    execute({ command, envelope }: Submitted): Promise<Outcome> {
      return this.pipeline.submit(act, command, envelope);
    }
  }
  Object.defineProperty(Handler, 'name', { value: `${act.name}Handler` });

  @ApiTags(options.tag)
  @ApiBearerAuth()
  @Controller('commands')
  class Endpoint {
    constructor(
      private readonly bus: CommandBus,
      private readonly pipeline: CommandPipeline,
      private readonly services: ModuleRef,
    ) {}

    @Post(act.name)
    @HttpCode(201)
    @Allow(options.roles)
    @ApiOperation({
      operationId: act.name,
      summary: options.summary,
      description: `Roles: ${options.roles.join(', ')}.`,
    })
    @ApiBody({ type: options.body, examples: { example: { value: options.example } } })
    @ApiQuery({ name: 'dryRun', required: false, enum: ['true', 'false'], description: 'decide, but record nothing' })
    @ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'the same key and body again: the first answer',
    })
    @ApiHeader({
      name: 'If-Match',
      required: false,
      description: act.etag
        ? 'entity tag of what the command acts on, as last read: the month, the change, the derogation, the request'
        : 'not for this command: it acts on nothing that has an entity tag',
    })
    @ApiResponse({ status: 201, description: 'recorded', content: commandAnswer(options.adds) })
    @ApiResponse({
      status: 200,
      description: 'a dry run: accepted, not recorded',
      content: commandAnswer(options.adds),
    })
    async submit(
      @Body() plain: unknown,
      @Query() query: Record<string, unknown>,
      @Headers('idempotency-key') idempotencyKey: string | undefined,
      @Headers('if-match') ifMatch: string | undefined,
      @Req() request: AuthenticatedRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<unknown> {
      const dryRun = readDryRun(query);
      if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey))
        throw new Problem(400, 'invalid', 'the Idempotency-Key must be 1 to 255 printable characters without spaces');
      if (ifMatch !== undefined && !act.etag)
        throw new Problem(400, 'invalid', 'If-Match: this command acts on nothing that has an entity tag');
      const { caller, role } = request;
      if (!caller || !role) throw new Problem(401, 'not-authenticated', 'send an API key');
      const body = validated(options.body, plain);
      const people = this.pipeline.keys.forCommand();
      const outcome = await this.bus.execute<Submitted, Outcome>(
        new Submitted(options.command(body, caller, people, this.services), {
          actor: {
            id: caller.id,
            role,
            ...(caller.serviceProvider === undefined ? {} : { serviceProvider: caller.serviceProvider }),
          },
          requestId: request.id,
          body: plain,
          dryRun,
          idempotencyKey,
          ifMatch: ifMatch === undefined ? undefined : withoutBeside(ifMatch),
          people,
        }),
      );
      const answer = answerOrThrow(outcome);
      if (!answer.recorded) reply.status(200);
      return answer;
    }
  }
  Object.defineProperty(Endpoint, 'name', { value: `${act.name}Endpoint` });

  return { controller: Endpoint, handler: Handler, act: act.name };
}

/** `?dryRun=true`, and no other parameter. @throws Problem 400 */
function readDryRun(query: Record<string, unknown>): boolean {
  const errors = Object.keys(query)
    .filter((name) => name !== 'dryRun')
    .map((name) => ({ pointer: `/${name}`, detail: 'is not a parameter of this request' }));
  const { dryRun } = query;
  if (dryRun !== undefined && dryRun !== 'true' && dryRun !== 'false')
    errors.push({ pointer: '/dryRun', detail: 'must be true or false' });
  if (errors.length > 0) throw badFields(errors);
  return dryRun === 'true';
}
