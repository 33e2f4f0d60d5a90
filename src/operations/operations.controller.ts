import { Controller, Get, Header, HttpCode, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, Open } from '../access/access.js';
import { METRICS_READERS } from '../access/roles.js';
import { CommandPipeline } from '../commands/command-pipeline.js';
import { frontPage } from './front-page.js';
import { Metrics } from './metrics.js';
import { readiness } from './readiness.js';
import { ReplicaStanding } from './replica-standing.js';
import { hearSignals } from './stop.js';

/** Health checks and the front page: open to everybody, and telling nothing of the calendar. Metrics want a key. */
@ApiTags('Operations')
@Controller()
export class OperationsController {
  constructor(
    private readonly pipeline: CommandPipeline,
    private readonly measured: Metrics,
    private readonly standing: ReplicaStanding,
  ) {}

  /** The process answers. */
  @Get('health/live')
  @Open()
  @HttpCode(200)
  @ApiOperation({ operationId: 'Live', summary: 'The process answers' })
  @ApiResponse({ status: 200, description: 'it does' })
  live(): object {
    return { status: 'ok' };
  }

  /** The log can be read and is not too old here, every projection answers, and the server is not stopping. */
  @Get('health/ready')
  @Open()
  @ApiOperation({
    operationId: 'Ready',
    summary:
      'The log is open, what is read here is not too old, every projection answers, and the server is not stopping; otherwise 503. Says how far each is, and on a cluster how this server stands to it',
  })
  @ApiResponse({ status: 200, description: 'ready' })
  @ApiResponse({ status: 503, description: 'not ready; the body says why' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    // Who is told "ready" sends more.
    await hearSignals();
    const isStopping = !reply.server.server.listening;
    const { ready, body } = readiness(this.pipeline, this.standing, isStopping);
    if (!ready) reply.status(503);
    return body;
  }

  /** What Prometheus reads. */
  @Get('metrics')
  @Allow(METRICS_READERS)
  @ApiBearerAuth()
  @ApiOperation({
    operationId: 'Metrics',
    summary: 'Metrics in the text format of Prometheus',
    description: `Roles: ${METRICS_READERS.join(', ')}.`,
  })
  @ApiResponse({ status: 200, description: 'the metrics', content: { 'text/plain': { schema: { type: 'string' } } } })
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const { registry } = this.measured;
    await reply.header('content-type', registry.contentType).send(await registry.metrics());
  }

  /** What this is and where to go. */
  @Get()
  @Open()
  @Header('content-type', 'text/html; charset=utf-8')
  @ApiOperation({ operationId: 'FrontPage', summary: 'What this is and where to go' })
  @ApiResponse({ status: 200, description: 'the page', content: { 'text/html': { schema: { type: 'string' } } } })
  front(): string {
    return frontPage;
  }
}
