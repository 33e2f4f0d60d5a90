import { Controller, Get, Param, Query, Req, Res, type Type } from '@nestjs/common';
import { IQueryHandler, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, type AuthenticatedRequest } from '../access/access.js';
import type { Caller, Role } from '../access/roles.js';
import { TimeField, instant } from '../http/fields.js';
import { Problem } from '../http/problem.js';
import { validated } from '../http/validation.js';
import { CommandPipeline } from './command-pipeline.js';
import { etagOf } from './etag.js';
import type { Reading } from './reading.js';

/** The parameter that every read takes. */
export class AsOf {
  @TimeField({
    description: 'answer from what had been recorded by then',
    example: '2026-11-20T09:00:00Z',
    optional: true,
  })
  asOf?: string;
}

/** What a read knows besides the log. */
export interface ReadContext {
  /** The instant that the answer is for: now, or `asOf`. */
  readonly now: string;
  readonly jurisdiction: string;
  readonly caller: Caller;
  readonly pipeline: CommandPipeline;
}

/** How a read is reached over HTTP. */
export interface QueryEndpointOptions<Params extends object, Parameters extends AsOf> {
  /** Name of the query, in the reference. */
  readonly name: string;
  /** `months/:month` */
  readonly path: string;
  readonly params: new () => Params;
  readonly query: new () => Parameters;
  readonly roles: readonly Role[];
  readonly tag: string;
  readonly summary: string;
  /** The answer; a `Problem` is thrown for what does not exist. */
  answer(reading: Reading, params: Params, query: Parameters, context: ReadContext): unknown;
  /** The entity tag of an answer; that of its whole content where this is left out. */
  etag?(answer: object): string;
}

/** An endpoint and the handler of its query, to be named in a module. */
export interface QueryEndpoint {
  readonly controller: Type;
  readonly handler: Type;
}

/** No parameters in the path. */
export class NoParams {}

/** Makes the endpoint of one read, its query on the bus and its handler. Every read takes `?asOf` and has an `ETag`. */
export function queryEndpoint<Params extends object, Parameters extends AsOf>(
  options: QueryEndpointOptions<Params, Parameters>,
): QueryEndpoint {
  class Asked {
    constructor(
      readonly params: Params,
      readonly query: Parameters,
      readonly caller: Caller,
    ) {}
  }
  Object.defineProperty(Asked, 'name', { value: options.name });

  @QueryHandler(Asked)
  class Handler implements IQueryHandler<Asked, unknown> {
    constructor(private readonly pipeline: CommandPipeline) {}

    // eslint-disable-next-line @typescript-eslint/require-await -- the bus wants a promise
    async execute({ params, query, caller }: Asked): Promise<unknown> {
      const { pipeline } = this;
      const asOf = query.asOf === undefined ? undefined : instant(query.asOf);
      const reading = pipeline.reading(asOf === undefined ? undefined : pipeline.store.positionAt(asOf));
      const context = { now: asOf ?? pipeline.now(), jurisdiction: pipeline.jurisdiction, caller, pipeline };
      return options.answer(reading, params, query, context);
    }
  }
  Object.defineProperty(Handler, 'name', { value: `${options.name}Handler` });

  @ApiTags(options.tag)
  @ApiBearerAuth()
  @Controller()
  class Endpoint {
    constructor(private readonly bus: QueryBus) {}

    @Get(options.path)
    @Allow(options.roles)
    @ApiOperation({
      operationId: options.name,
      summary: options.summary,
      description: `Roles: ${options.roles.join(', ')}.`,
    })
    @ApiQuery({ type: options.query })
    @ApiResponse({ status: 200, description: 'the answer' })
    async read(
      @Param() params: unknown,
      @Query() query: unknown,
      @Req() request: AuthenticatedRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<unknown> {
      if (!request.caller) throw new Problem(401, 'not-authenticated', 'send an API key');
      const asked = new Asked(
        validated(options.params, params),
        validated(options.query, { ...(query as object) }),
        request.caller,
      );
      const body = await this.bus.execute<Asked, object>(asked);
      const etag = options.etag?.(body) ?? etagOf(body);
      reply.header('etag', etag).header('cache-control', 'private, no-cache');
      if (request.headers['if-none-match']?.split(',').some((tag) => tag.trim() === etag)) {
        reply.status(304);
        return undefined;
      }
      return body;
    }
  }
  for (const name of options.path.match(/(?<=:)\w+/g) ?? [])
    ApiParam({ name })(
      Endpoint.prototype,
      'read',
      Object.getOwnPropertyDescriptor(Endpoint.prototype, 'read') as PropertyDescriptor,
    );
  Object.defineProperty(Endpoint, 'name', { value: `${options.name}Endpoint` });

  return { controller: Endpoint, handler: Handler };
}
