import { Module } from '@nestjs/common';
import { capability } from '../commands/capability.js';
import { declareUnplannedMaintenanceEndpoint } from './declare-unplanned-maintenance/declare-unplanned-maintenance.endpoint.js';
import { endUnplannedMaintenanceEndpoint } from './end-unplanned-maintenance/end-unplanned-maintenance.endpoint.js';
import { unplannedEndpoint, unplannedListEndpoint } from './reads.js';

/** Unplanned Maintenance: told as soon as reasonably practicable, never against the limits (H8.6, H8.7). */
@Module(
  capability(
    [declareUnplannedMaintenanceEndpoint, endUnplannedMaintenanceEndpoint],
    [unplannedListEndpoint, unplannedEndpoint],
  ),
)
export class UnplannedModule {}
