import { Module } from '@nestjs/common';
import { capability } from '../commands/capability.js';
import { declinePanelRequestEndpoint } from './decline-panel-request/decline-panel-request.endpoint.js';
import { extendDerogationEndpoint } from './extend-derogation/extend-derogation.endpoint.js';
import { grantDerogationEndpoint } from './grant-derogation/grant-derogation.endpoint.js';
import { derogationEndpoint, derogationsEndpoint, panelRequestEndpoint, panelRequestsEndpoint } from './reads.js';
import { requestRescheduleEndpoint } from './request-reschedule/request-reschedule.endpoint.js';
import { revokeDerogationEndpoint } from './revoke-derogation/revoke-derogation.endpoint.js';

/** The Panel's derogations and requests. */
@Module(
  capability(
    [
      requestRescheduleEndpoint,
      declinePanelRequestEndpoint,
      grantDerogationEndpoint,
      extendDerogationEndpoint,
      revokeDerogationEndpoint,
    ],
    [panelRequestsEndpoint, panelRequestEndpoint, derogationsEndpoint, derogationEndpoint],
  ),
)
export class PanelModule {}
