import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Open } from '../access/access.js';
import { CommandPipeline } from '../commands/command-pipeline.js';
import { instant, TimeField } from '../http/fields.js';
import { Problem, problemResponse } from '../http/problem.js';
import { validated } from '../http/validation.js';
import { StandingClock } from './clock.js';

class TestClockBody {
  @TimeField({ description: 'the instant at which the clock stands from now on' })
  now!: string;
}

/** Moves the standing clock. This route exists only where `TEST_CLOCK` is set. */
@ApiTags('Operations')
@Controller('test/clock')
export class TestClockController {
  constructor(
    @Inject(StandingClock) private readonly clock: StandingClock,
    private readonly pipeline: CommandPipeline,
  ) {}

  /** @throws Problem 409 for an instant before the newest record's: time never goes back along the log */
  @Post()
  @HttpCode(200)
  @Open()
  @ApiOperation({ operationId: 'TestClock', summary: 'Move the standing clock (only with TEST_CLOCK)' })
  @ApiBody({ type: TestClockBody })
  @ApiResponse({ status: 200, description: 'where the clock stands now' })
  @ApiResponse({ status: 400, ...problemResponse('not an instant') })
  @ApiResponse({ status: 409, ...problemResponse("an instant before the newest record's (`clock-behind-log`)") })
  move(@Body() body: unknown): object {
    const now = instant(validated(TestClockBody, body).now);
    const newest = this.pipeline.store.newestRecordedAt();
    if (newest !== null && Temporal.Instant.compare(now, newest) < 0)
      throw new Problem(
        409,
        'clock-behind-log',
        `the newest record is of ${newest}: time never goes back along the log`,
      );
    this.clock.moveTo(now);
    return { now: this.clock.now() };
  }
}
