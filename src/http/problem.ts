import type { FieldError } from '../commands/decision.js';
import type { Finding, Rule } from '../rulebook/finding.js';

/** An error as it is told over HTTP: RFC 9457 `application/problem+json`. */
export interface ProblemBody {
  /** URN of the kind of problem, one for each `code`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** URN of the request, as in the server's log. */
  readonly instance?: string | undefined;
  readonly code: string;
  /** The clause that refuses; the first in the Code's order where several do. */
  readonly rule?: Rule | undefined;
  readonly findings?: readonly Finding[] | undefined;
  readonly errors?: readonly FieldError[] | undefined;
  readonly suggestions?: readonly { readonly start: string; readonly end: string }[] | undefined;
}

/** Details of a problem beyond its status, code and sentence. */
export type ProblemDetails = Pick<ProblemBody, 'rule' | 'findings' | 'errors' | 'suggestions'>;

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request timeout',
  409: 'Conflict',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Refused by a rule',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Not available',
};

/** An error that is an answer: its HTTP status, a stable code, and a sentence for a person. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly details: ProblemDetails = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }

  /** The body that is sent. */
  body(requestId: string | undefined): ProblemBody {
    return {
      type: `urn:maintenance-calendar:problem:${this.code}`,
      title: TITLES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      ...(requestId === undefined ? {} : { instance: `urn:maintenance-calendar:request:${requestId}` }),
      code: this.code,
      ...this.details,
    };
  }
}

/** An answer that is a problem, as the reference describes it. */
export const problemResponse = (description: string): { description: string; content: Record<string, object> } => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** The caller's fields are wrong; each is named. */
export const badFields = (errors: readonly FieldError[]): Problem =>
  new Problem(
    400,
    'invalid',
    errors.map(({ pointer, detail }) => `${pointer === '' ? 'the body' : pointer} ${detail}`).join('; '),
    {
      errors,
    },
  );

/** There is no such thing. */
export const notFound = (detail: string): Problem => new Problem(404, 'not-found', detail);
