import { Module } from '@nestjs/common';
import { capability } from '../commands/capability.js';
import { defineSlotPatternEndpoint } from './define-slot-pattern/define-slot-pattern.endpoint.js';
import { offerReplacementSlotEndpoint } from './offer-replacement-slot/offer-replacement-slot.endpoint.js';
import { slotsEndpoint } from './reads.js';
import { withdrawSlotEndpoint } from './withdraw-slot/withdraw-slot.endpoint.js';

/** Recurrence rules and the forward view of slots. */
@Module(capability([defineSlotPatternEndpoint, withdrawSlotEndpoint, offerReplacementSlotEndpoint], [slotsEndpoint]))
export class SlotsModule {}
