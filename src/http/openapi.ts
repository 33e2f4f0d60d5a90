import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { problemResponse } from './problem.js';

/** Where the reference page and the document are served. */
const PAGE = 'docs';
const DOCUMENT = 'openapi.json';

interface Operation {
  responses: Record<string, object>;
  parameters?: readonly { readonly name: string }[];
  requestBody?: unknown;
  security?: readonly object[];
}

/** The errors that every command can end in, as in the contract. */
const COMMAND_ERRORS: Readonly<Record<string, string>> = {
  400: 'malformed JSON, or an unknown or wrong field: `errors` names each with a JSON Pointer',
  401: 'no key, or one that opens nothing',
  403: 'not this role, or not this provider',
  404: 'no such thing',
  409: 'state conflict (`code` says which), or a race lost after retries',
  412: 'the month or change has moved on since `If-Match`',
  413: 'the body is larger than 256 KiB',
  415: 'the body is not application/json',
  422: 'refused by a rule: `rule` names the clause, `findings` the reckoning, `suggestions` the next lawful times',
  429: 'too many requests',
  503: 'the log cannot be written now, nothing was recorded (`log-unavailable`), or whether it was recorded is not known yet (`outcome-unknown`): the same again, with the same `Idempotency-Key`, after `Retry-After` seconds',
};

/** What everybody who needs a key can be told. */
const KEY_ERRORS: Readonly<Record<string, string>> = {
  401: 'no key, or one that opens nothing',
  403: 'not this role',
  429: 'too many requests',
};

const READ_ERRORS: Readonly<Record<string, string>> = {
  ...KEY_ERRORS,
  400: 'an unknown or wrong parameter',
  404: 'no such thing',
  503: 'what is asked for is being built anew (`projection-building`), or stands still at a record that it cannot take in (`projection-stopped`); or `minPosition` has not come here (`position-not-reached`); or this server has been without its cluster for longer than it may answer (`replica-too-old`)',
};

const TOO_MUCH_LATE =
  'with `occurredBy`: more than can be folded anew was recorded after that instant (`too-much-late`)';

/** The errors of an operation that its route does not declare itself, by status. */
function errorsOf(method: string, path: string, { security, parameters = [] }: Operation): Record<string, string> {
  if (path.startsWith('/commands/')) return COMMAND_ERRORS;
  if (security === undefined) return {};
  // Reads take parameters; what else there is declares its own.
  if (method !== 'get' || parameters.length === 0) return KEY_ERRORS;
  return {
    ...READ_ERRORS,
    ...(parameters.some(({ name }) => name === 'occurredBy') ? { 422: TOO_MUCH_LATE } : {}),
  };
}

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** The OpenAPI 3.1 document of the running application. */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle('Maintenance calendar')
      .setDescription(
        'Planned Maintenance of the smart-metering network under SEC modification MP092. Times are RFC 3339 with an ' +
          'offset, or wall-clock times without one, read in Europe/London; answers give UTC instants, and `…Local` beside them.',
      )
      .setVersion('1')
      .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
      .addServer('/')
      .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'an API key' })
      .build(),
  );
  // What is not a field of a body is refused by name.
  const bodies = Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => [
    name,
    { ...schema, additionalProperties: false },
  ]);
  document.components = {
    ...document.components,
    schemas: { ...Object.fromEntries(bodies), ...SCHEMAS } as Schemas,
  };
  for (const [path, item] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      for (const [status, description] of Object.entries(errorsOf(method, path, operation)))
        operation.responses[status] ??= problemResponse(description);
      operation.security ??= [];
      if (method === 'get') delete operation.requestBody;
    }
  return toOpenApi31(document) as OpenAPIObject;
}

/** Serves the document, and the page on which it can be read and tried. */
export function describeApi(app: NestFastifyApplication): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup(PAGE, app, () => (document ??= openApiDocument(app)), { jsonDocumentUrl: DOCUMENT });
}

/** `nullable` is OpenAPI 3.0's; in 3.1 a type can be `null` too. */
function toOpenApi31(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toOpenApi31);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, toOpenApi31(one)]),
  ) as Record<string, unknown>;
  return nullable === true && typeof rest.type === 'string' ? { ...rest, type: [rest.type, 'null'] } : rest;
}

const FINDING = {
  type: 'object',
  required: ['rule', 'outcome', 'detail'],
  properties: {
    rule: { type: 'string', description: 'the clause' },
    outcome: { type: 'string', enum: ['pass', 'refused', 'waived', 'breach', 'warning'] },
    detail: { type: 'string' },
    limit: { type: ['number', 'string'] },
    value: { type: ['number', 'string'] },
    unit: { type: 'string' },
    reference: { type: 'string', description: "the Panel's decision that the outcome rests on" },
    month: { type: 'string' },
  },
};

const SCHEMAS = {
  Finding: FINDING,
  CommandAnswer: {
    type: 'object',
    required: ['id', 'recorded', 'events', 'findings'],
    properties: {
      id: { type: 'string', description: 'id of the command' },
      recorded: { type: 'boolean', description: 'false for a dry run' },
      events: {
        type: 'array',
        items: {
          type: 'object',
          required: ['id', 'type', 'stream', 'revision', 'position'],
          properties: {
            id: { type: 'string', format: 'uuid' },
            type: { type: 'string' },
            stream: { type: 'string' },
            revision: { type: 'string', pattern: '^\\d+$' },
            position: { type: 'string', pattern: '^\\d+$' },
          },
        },
      },
      findings: { type: 'array', items: { $ref: '#/components/schemas/Finding' } },
    },
    additionalProperties: true,
  },
  Problem: {
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'code'],
    properties: {
      type: { type: 'string', format: 'uri' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      instance: { type: 'string', format: 'uri' },
      code: { type: 'string' },
      rule: { type: 'string', description: 'the clause that refuses; the first where several do' },
      findings: { type: 'array', items: { $ref: '#/components/schemas/Finding' } },
      errors: {
        type: 'array',
        items: {
          type: 'object',
          required: ['pointer', 'detail'],
          properties: { pointer: { type: 'string', description: 'JSON Pointer' }, detail: { type: 'string' } },
        },
      },
      suggestions: {
        type: 'array',
        items: {
          type: 'object',
          required: ['start', 'end'],
          properties: { start: { type: 'string', format: 'date-time' }, end: { type: 'string', format: 'date-time' } },
        },
      },
    },
  },
};
