import { Controller, Get, Header, HttpCode } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Open } from '../access/access.js';
import { CommandPipeline } from '../commands/command-pipeline.js';
import { frontPage } from './front-page.js';

/** Health checks and the front page: open to everybody, and telling nothing of the calendar. */
@ApiTags('Operations')
@Controller()
export class OperationsController {
  constructor(private readonly pipeline: CommandPipeline) {}

  /** The process answers. */
  @Get('health/live')
  @Open()
  @HttpCode(200)
  @ApiOperation({ operationId: 'Live', summary: 'The process answers' })
  live(): object {
    return { status: 'ok' };
  }

  /** The log can be read, and commands are taken. */
  @Get('health/ready')
  @Open()
  @ApiOperation({ operationId: 'Ready', summary: 'The log is open, and commands are taken' })
  ready(): object {
    return { status: 'ok', head: String(this.pipeline.store.head()) };
  }

  /** What this is and where to go. */
  @Get()
  @Open()
  @Header('content-type', 'text/html; charset=utf-8')
  @ApiOperation({ operationId: 'FrontPage', summary: 'What this is and where to go' })
  front(): string {
    return frontPage;
  }
}
