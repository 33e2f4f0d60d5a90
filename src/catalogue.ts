import { auditFacts } from './audit/events.js';
import { merkleTree } from './audit/merkle-tree.js';
import { calendarFacts } from './calendar/events.js';
import { changeFacts } from './changes/events.js';
import { forwardSchedule } from './changes/forward-schedule.js';
import { commandFacts } from './commands/events.js';
import { FactCatalogue } from './event-store/facts.js';
import type { Projection } from './event-store/projection.js';
import { panelFacts } from './panel/events.js';
import { registerFacts } from './register/events.js';
import { reportProjections } from './reports/projections.js';
import { slotFacts } from './slots/events.js';
import { unplannedFacts } from './unplanned/events.js';
import { unplannedByMonth } from './unplanned/unplanned-by-month.js';

/** Every event type that the program knows. */
export const catalogue = (): FactCatalogue =>
  new FactCatalogue([
    ...calendarFacts,
    ...panelFacts,
    ...changeFacts,
    ...slotFacts,
    ...unplannedFacts,
    ...registerFacts,
    ...commandFacts,
    ...auditFacts,
  ]);

/** Every kind of stream: `<kind>-<id>`. */
export const STREAM_KINDS: readonly string[] = [
  'month',
  'panel-request',
  'derogation',
  'change',
  'challenge',
  'slot-pattern',
  'unplanned',
  'bank-holidays',
  'party',
  'api-key',
  'person',
  'command',
  'audit',
  'refusal',
];

/** Every projection; each keeps its own tables. */
export const PROJECTIONS: readonly Projection[] = [forwardSchedule, unplannedByMonth, ...reportProjections, merkleTree];
