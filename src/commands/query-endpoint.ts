import { Controller, Get, Param, Query, Req, Res, StreamableFile, type Type } from '@nestjs/common';
import { IQueryHandler, QueryBus, QueryHandler } from '@nestjs/cqrs';
import {
  ApiBearerAuth,
  ApiOperation,
  ApiParam,
  type ApiParamOptions,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { TSchema } from 'typebox';
import { Allow, type AuthenticatedRequest } from '../access/access.js';
import type { Caller, Role } from '../access/roles.js';
import { CSV_TYPE, csvStream, prefersCsv, type CsvTable } from '../http/csv.js';
import { AskedTimeField, ChoiceField, PatternField, instant } from '../http/fields.js';
import { Problem } from '../http/problem.js';
import { validated } from '../http/validation.js';
import { CommandPipeline } from './command-pipeline.js';
import { plainSchema } from './answer-fields.js';
import { etagOf, isNamed } from './etag.js';
import type { Reading } from './reading.js';
import type { SentAnswer } from './remembered-answers.js';

/** Milliseconds for which a read waits for a position. */
const POSITION_WITHIN = 5_000;

/** The parameters that every read takes; together: what was known then about then. */
export class AsOf {
  @AskedTimeField({
    description: 'answer from what had been recorded by then',
    example: '2026-11-20T09:00:00Z',
    optional: true,
  })
  asOf?: string;

  @AskedTimeField({
    description: 'answer from what was true by then, whenever it was recorded',
    example: '2026-11-20T09:00:00Z',
    optional: true,
  })
  occurredBy?: string;

  @PatternField({
    description: `answer once this position is known here: that of an event in a command's answer, where another server gave that. Waits ${String(POSITION_WITHIN / 1_000)} seconds at most, then it is 503 with Retry-After`,
    pattern: /^\d{1,15}$/,
    what: 'a position',
    optional: true,
    example: '1',
  })
  minPosition?: string;
}

/** The parameters of a read that can be had as CSV too. */
export class AsOfAsTable extends AsOf {
  @ChoiceField({
    description: 'JSON, or the whole of it as CSV; without it the `Accept` header decides',
    of: ['json', 'csv'],
    optional: true,
    example: 'json',
  })
  format?: 'json' | 'csv';
}

/** What a read knows besides the log. */
export interface ReadContext {
  /** The instant that the answer is for: `occurredBy`, `asOf`, or now. */
  readonly now: string;
  readonly jurisdiction: string;
  readonly caller: Caller;
  readonly pipeline: CommandPipeline;
}

/** How a read is reached over HTTP. */
export interface QueryEndpointOptions<Params extends object, Parameters extends AsOf> {
  /** Name of the query, in the reference. */
  readonly name: string;
  /** What its answer is made of, for the reference; it may get further fields. */
  readonly answers: TSchema;
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
  /** The same as a table, where the read can be had as CSV; its parameters are then an `AsOfAsTable`. */
  csv?(reading: Reading, params: Params, query: Parameters, context: ReadContext): CsvTable;
  /** Where the answer is a page: the parameter that takes its `next`. The answer then has a `Link` to the next page. */
  readonly pagedBy?: string;
  /**
   * Everything that the answer depends on is read through `reading` and `now`, and it is the same for everybody: it is
   * given again until something of that has changed.
   */
  readonly isRemembered?: boolean;
}

/** An endpoint and the handler of its query, to be named in a module. */
export interface QueryEndpoint {
  readonly controller: Type;
  readonly handler: Type;
}

/** No parameters in the path. */
export class NoParams {}

/**
 * Makes the endpoint of one read, its query on the bus and its handler. Every read takes `?asOf` and `?occurredBy` and has an `ETag`; it is
 * JSON, or CSV where it offers that and the caller asks for it.
 */
export function queryEndpoint<Params extends object, Parameters extends AsOf>(
  options: QueryEndpointOptions<Params, Parameters>,
): QueryEndpoint {
  class Asked {
    constructor(
      readonly params: Params,
      readonly query: Parameters,
      readonly caller: Caller,
      readonly csv: boolean,
    ) {}
  }
  Object.defineProperty(Asked, 'name', { value: options.name });

  @QueryHandler(Asked)
  class Handler implements IQueryHandler<Asked, Content> {
    constructor(private readonly pipeline: CommandPipeline) {}

    /** The bus wants a promise. */
    execute(asked: Asked): Promise<Content> {
      return Promise.try(() => this.#read(asked));
    }

    #read({ params, query, caller, csv }: Asked): Content {
      const { pipeline } = this;
      const asOf = query.asOf === undefined ? undefined : instant(query.asOf);
      const occurredBy = query.occurredBy === undefined ? undefined : instant(query.occurredBy);
      const upTo = asOf === undefined ? undefined : pipeline.store.positionAt(asOf);
      const reading = pipeline.reading(upTo, occurredBy);
      const time = new TimeAsked(occurredBy ?? asOf ?? pipeline.now());
      const context: ReadContext = {
        get now() {
          return time.ask();
        },
        jurisdiction: pipeline.jurisdiction,
        caller,
        pipeline,
      };
      if (csv && options.csv) return { table: options.csv(reading, params, query, context) };
      const body = options.answer(reading, params, query, context);
      if (!options.isRemembered || asOf !== undefined || occurredBy !== undefined) return { body };
      return { body, holds: reading.basis(pipeline.store), askedTime: time.isAsked };
    }
  }
  Object.defineProperty(Handler, 'name', { value: `${options.name}Handler` });

  @ApiTags(options.tag)
  @ApiBearerAuth()
  @Controller()
  class Endpoint {
    constructor(
      private readonly bus: QueryBus,
      private readonly pipeline: CommandPipeline,
    ) {}

    @Get(options.path)
    @Allow(options.roles)
    @ApiOperation({
      operationId: options.name,
      summary: options.summary,
      description: `Roles: ${options.roles.join(', ')}.`,
    })
    @ApiQuery({ type: options.query })
    @ApiResponse({
      status: 200,
      description: 'the answer',
      content: {
        'application/json': { schema: plainSchema(options.answers) },
        ...(options.csv ? { [CSV_TYPE]: { schema: { type: 'string' } } } : {}),
      },
      headers: {
        ETag: { description: 'for `If-None-Match`', schema: { type: 'string' } },
        Age: {
          description: 'where the log is on a cluster: seconds since this server last had all that the cluster had',
          schema: { type: 'integer' },
        },
        ...(options.pagedBy === undefined
          ? {}
          : { Link: { description: 'the next page, where there is one: rel="next"', schema: { type: 'string' } } }),
      },
    })
    @ApiResponse({ status: 304, description: 'as `If-None-Match` says' })
    async read(
      @Param() params: unknown,
      @Query() query: unknown,
      @Req() request: AuthenticatedRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<unknown> {
      if (!request.caller) throw new Problem(401, 'not-authenticated', 'send an API key');
      if (options.csv) reply.header('vary', 'accept');
      if (options.isRemembered) {
        const known = this.pipeline.answers.get(keyOf(request));
        if (known) return send(known, request, reply);
      }
      const asked = validated(options.query, { ...(query as object) });
      if (asked.minPosition !== undefined) await this.#come(Number(asked.minPosition));
      const { format } = asked as { format?: AsOfAsTable['format'] };
      const csv = options.csv !== undefined && (format ? format === 'csv' : prefersCsv(request.headers.accept));
      const content = await this.bus.execute<Asked, Content>(
        new Asked(validated(options.params, params), asked, request.caller, csv),
      );
      const etag =
        'table' in content
          ? etagOf({ csv: content.table.version })
          : (options.etag?.(content.body as object) ?? etagOf(content.body));
      if ('holds' in content) {
        const answer = { body: JSON.stringify(content.body), etag };
        this.pipeline.answers.set(keyOf(request), answer, content.holds, content.askedTime);
        return send(answer, request, reply);
      }
      reply.header('etag', etag).header('cache-control', 'private, no-cache');
      if (options.pagedBy !== undefined && 'body' in content)
        linkNext(reply, request.url, options.pagedBy, content.body as Page);
      if (isKnown(request, etag)) {
        reply.status(304);
        return undefined;
      }
      if ('body' in content) return content.body;
      return new StreamableFile(csvStream(content.table), {
        type: `${CSV_TYPE}; charset=utf-8; header=present`,
        disposition: `attachment; filename="${content.table.name}.csv"`,
      });
    }

    /** Waits until a position is known here. @throws Problem 503 */
    async #come(position: number): Promise<void> {
      const { store } = this.pipeline;
      if (await store.reaches(position, POSITION_WITHIN)) return;
      throw new Problem(
        503,
        'position-not-reached',
        `position ${String(position)} is not known here yet: the newest is ${String(store.head())}`,
        {},
        { 'retry-after': '1' },
      );
    }
  }
  for (const name of options.path.match(/(?<=:)\w+/g) ?? [])
    ApiParam(described(options.params, name))(
      Endpoint.prototype,
      'read',
      Object.getOwnPropertyDescriptor(Endpoint.prototype, 'read') as PropertyDescriptor,
    );
  Object.defineProperty(Endpoint, 'name', { value: `${options.name}Endpoint` });

  return { controller: Endpoint, handler: Handler };
}

/** What the fields of a request are described by, for `@nestjs/swagger`. */
const DESCRIBED = 'swagger/apiModelProperties';

/** A parameter in the path, as its field in the class of parameters describes it. */
function described(params: new () => object, name: string): ApiParamOptions {
  const field = Reflect.getMetadata(DESCRIBED, params.prototype as object, name) as Record<string, unknown>;
  const { description, example, pattern } = field;
  return { name, description, example, schema: { type: 'string', pattern } } as ApiParamOptions;
}

/** What a read comes to, in the form that was asked for. */
type Content =
  | { readonly body: unknown }
  | { readonly body: unknown; readonly holds: () => boolean; readonly askedTime: boolean }
  | { readonly table: CsvTable };

/** The instant that an answer is for, and whether it was asked for. */
class TimeAsked {
  isAsked = false;

  constructor(private readonly now: string) {}

  ask(): string {
    this.isAsked = true;
    return this.now;
  }
}

/** What a remembered answer is kept under: the address and the form that was asked for. */
const keyOf = ({ url, headers: { accept = '' } }: AuthenticatedRequest): string => `${accept} ${url}`;

const isKnown = ({ headers }: AuthenticatedRequest, etag: string): boolean => isNamed(headers['if-none-match'], etag);

/** Sends an answer that is JSON text already; nothing where the caller has it. */
function send({ body, etag }: SentAnswer, request: AuthenticatedRequest, reply: FastifyReply): string | undefined {
  reply.header('etag', etag).header('cache-control', 'private, no-cache');
  if (isKnown(request, etag)) {
    reply.status(304);
    return undefined;
  }
  reply.header('content-type', 'application/json; charset=utf-8');
  return body;
}

/** An answer that has a next page, unless `next` is null. */
interface Page {
  readonly next: string | null;
}

/** Names the next page in a `Link` header (RFC 8288): the same request, with `next` in the parameter that takes it. */
function linkNext(reply: FastifyReply, url: string, parameter: string, { next }: Page): void {
  if (next === null) return;
  const [path = '', query = ''] = url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set(parameter, next);
  reply.header('link', `<${path}?${parameters.toString()}>; rel="next"`);
}
