import { Readable } from 'node:stream';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow } from '../../access/access.js';
import { HISTORY_READERS } from '../../access/roles.js';
import { CommandPipeline } from '../../commands/command-pipeline.js';
import type { FieldError } from '../../commands/decision.js';
import { AskedTimeField, instant, PatternField } from '../../http/fields.js';
import { badFields } from '../../http/problem.js';
import { validated } from '../../http/validation.js';
import { exportBytes, type ExportPart } from './export-lines.js';

const POSITION = /^\d{1,15}$/;

class ExportQuery {
  @AskedTimeField({
    description: 'as it was by then',
    example: '2026-11-20T09:00:00Z',
    optional: true,
  })
  asOf?: string;

  @PatternField({
    description: 'how many records the export has, as its first line says; all there are where it is left out',
    pattern: POSITION,
    what: 'a whole number',
    optional: true,
  })
  upTo?: string;

  @PatternField({
    description:
      'goes on with an interrupted export: position of the last whole line that you have, 0 for only the first line; needs `upTo`',
    pattern: POSITION,
    what: 'a position',
    optional: true,
  })
  after?: string;
}

/** GET /events/export: the history in one file that can be checked without this server. */
@ApiTags('Audit')
@ApiBearerAuth()
@Controller()
export class ExportController {
  constructor(private readonly pipeline: CommandPipeline) {}

  @Get('events/export')
  @Allow(HISTORY_READERS)
  @ApiOperation({
    operationId: 'Export',
    summary: 'The history as one file (NDJSON) that `maintenance-calendar verify` checks without this server',
    description: `Roles: ${HISTORY_READERS.join(', ')}.`,
  })
  @ApiQuery({ type: ExportQuery })
  @ApiResponse({ status: 200, description: 'the file', content: { 'application/x-ndjson': {} } })
  async export(@Query() query: Record<string, unknown>, @Res() reply: FastifyReply): Promise<void> {
    const part = this.#part(validated(ExportQuery, { ...query }));
    await reply
      .header('content-type', 'application/x-ndjson; charset=utf-8')
      .header('content-disposition', `attachment; filename="maintenance-calendar-${String(part.records)}.ndjson"`)
      .header('cache-control', 'private, no-store')
      .send(Readable.from(exportBytes(this.pipeline.store, part), { objectMode: false }));
  }

  /** The head is fixed here: what is recorded while the file is sent is not in it. @throws Problem 400 */
  #part({ asOf, upTo, after }: ExportQuery): ExportPart {
    const { store } = this.pipeline;
    const errors: FieldError[] = [];
    if (asOf !== undefined && upTo !== undefined) errors.push({ pointer: '/upTo', detail: 'goes without asOf' });
    if (after !== undefined && upTo === undefined)
      errors.push({ pointer: '/upTo', detail: 'is missing: it is `records` in the first line of what you have' });
    const records = asOf === undefined ? Number(upTo ?? store.head()) : store.positionAt(instant(asOf));
    if (records > store.head())
      errors.push({ pointer: '/upTo', detail: `is more than the ${String(store.head())} records that there are` });
    if (Number(after ?? 0) > records) errors.push({ pointer: '/after', detail: 'is beyond the end of the export' });
    if (errors.length > 0) throw badFields(errors);
    return { records, after: after === undefined ? undefined : Number(after) };
  }
}
