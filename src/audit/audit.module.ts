import { Module } from '@nestjs/common';
import { capability } from '../commands/capability.js';
import { eventsEndpoint } from './events-read.js';

/** The history itself: reads the log, never a projection. */
@Module(capability([], [eventsEndpoint]))
export class AuditModule {}
