import { Module } from '@nestjs/common';
import { capability } from '../commands/capability.js';
import { reportProgressEndpoint } from './report-progress.endpoint.js';

/** What is told while work is in flight, planned or not (H8.7): one command name for acts of two capabilities. */
@Module(capability([reportProgressEndpoint], []))
export class InFlightModule {}
