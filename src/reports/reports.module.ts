import { Module } from '@nestjs/common';
import { capability } from '../commands/capability.js';
import { changePerformanceEndpoint } from './change-performance/change-performance.endpoint.js';
import { highImpactMinutesEndpoint } from './high-impact-minutes/high-impact-minutes.endpoint.js';
import { maintenancePerformanceEndpoint } from './maintenance-performance/maintenance-performance.endpoint.js';
import { noticeEndpoint } from './notice/notice.endpoint.js';
import { ssiOutageEndpoint } from './ssi-outage/ssi-outage.endpoint.js';
import { throughputEndpoint } from './throughput/throughput.endpoint.js';
import { unexpectedCoreDisruptionEndpoint } from './unexpected-core-disruption/unexpected-core-disruption.endpoint.js';

/** Figures that span capabilities, each answered from projections of the log. */
@Module(
  capability(
    [],
    [
      ssiOutageEndpoint,
      changePerformanceEndpoint,
      throughputEndpoint,
      maintenancePerformanceEndpoint,
      highImpactMinutesEndpoint,
      unexpectedCoreDisruptionEndpoint,
      noticeEndpoint,
    ],
  ),
)
export class ReportsModule {}
