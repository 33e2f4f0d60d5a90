import { Readable } from 'node:stream';
import { Controller, HttpCode, Post, Query, Req, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Allow, type AuthenticatedRequest } from '../../access/access.js';
import { CommandPipeline } from '../../commands/command-pipeline.js';
import { LogUnavailable, OutcomeUnknown } from '../../event-store/event-store.js';
import { CSV_TYPE } from '../../http/csv.js';
import { bytesOf } from '../../http/csv-body.js';
import { answerOrThrow } from '../../http/outcome.js';
import { badFields, Problem, problemResponse } from '../../http/problem.js';
import { importForwardSchedule, ImportStopped, UnusableFile, type RejectedRow } from './import-forward-schedule.js';
import { COLUMNS } from './schedule-row.js';

/** Largest file over HTTP, in bytes, and most rows; the command line knows no such limits. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_ROWS = 200_000;

/** POST /imports/forward-schedule: takes in a forward schedule row by row, and tells which rows were not taken. */
@ApiTags('Changes')
@ApiBearerAuth()
@Controller('imports')
class ImportForwardScheduleEndpoint {
  constructor(private readonly pipeline: CommandPipeline) {}

  @Post('forward-schedule')
  @HttpCode(200)
  @Allow(['scheduler'])
  @ApiOperation({
    operationId: 'ImportForwardSchedule',
    summary: 'Take in a forward schedule of change as CSV; a second import of the same file records nothing',
    description: 'Roles: scheduler.',
  })
  @ApiConsumes(CSV_TYPE)
  @ApiBody({
    schema: { type: 'string' },
    description: `UTF-8, with a header of these columns in any order: ${COLUMNS.join(', ')}`,
  })
  @ApiResponse({
    status: 200,
    description: 'what became of the rows; those that were good are recorded',
    schema: {
      type: 'object',
      required: ['rows', 'accepted', 'alreadyRecorded', 'rejected'],
      properties: {
        rows: { type: 'integer' },
        accepted: { type: 'integer' },
        alreadyRecorded: { type: 'integer' },
        rejected: {
          type: 'array',
          items: {
            type: 'object',
            required: ['row', 'changeId', 'errors'],
            properties: {
              row: { type: 'integer', description: 'from 1, the header apart' },
              changeId: { type: 'string', nullable: true },
              errors: { type: 'array', items: { type: 'string' } },
            },
          },
        },
      },
    },
  })
  @ApiResponse({ status: 400, ...problemResponse('not a forward schedule, or a parameter: there are none') })
  @ApiResponse({ status: 409, ...problemResponse('lost a race after retries: import the file again to go on') })
  @ApiResponse({ status: 413, ...problemResponse('larger than 64 MiB, or more than 200,000 rows: split the file') })
  @ApiResponse({ status: 415, ...problemResponse('the body is not text/csv') })
  @ApiResponse({ status: 503, ...problemResponse('the log cannot be written now: import the file again to go on') })
  async import(@Query() query: Record<string, unknown>, @Req() request: AuthenticatedRequest): Promise<object> {
    const { caller, role, body, id } = request;
    if (!caller || !role) throw new Problem(401, 'not-authenticated', 'send an API key');
    const unknown = Object.keys(query).map((name) => ({
      pointer: `/${name}`,
      detail: 'is not a parameter of this request',
    }));
    if (unknown.length > 0) throw badFields(unknown);
    if (!(body instanceof Readable))
      throw new Problem(415, 'unsupported-media-type', 'send the forward schedule as text/csv');
    const rejected: RejectedRow[] = [];
    try {
      const tally = await importForwardSchedule(this.pipeline, bytesOf(body, MOST_BYTES), {
        by: { actor: { id: caller.id, role }, requestId: id },
        rejected: (row) => rejected.push(row),
        mostRows: MOST_ROWS,
      });
      return { ...tally, rejected };
    } catch (error) {
      throw problemOf(error);
    }
  }
}

/** What stopped an import, as it is told over HTTP; anything else as it is. */
function problemOf(error: unknown): unknown {
  if (error instanceof UnusableFile) {
    if (error.tooLarge) return new Problem(413, 'too-large', error.message);
    return new Problem(400, 'invalid', error.message, {
      errors: error.errors.map((detail) => ({ pointer: '', detail })),
    });
  }
  if (error instanceof ImportStopped) answerOrThrow(error.outcome);
  if (error instanceof LogUnavailable || error instanceof OutcomeUnknown)
    return new Problem(
      503,
      error instanceof LogUnavailable ? 'log-unavailable' : 'outcome-unknown',
      `${error.message}; what was recorded before stays so: import the file again to go on`,
      {},
      { 'retry-after': '5' },
    );
  return error;
}

/** The endpoint of the import, to be named in the module. */
export const importForwardScheduleEndpoint: Type = ImportForwardScheduleEndpoint;
