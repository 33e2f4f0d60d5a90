import type { LogRecord } from '../../event-store/event-store.js';
import { auditSentences } from './audit.js';
import { calendarSentences } from './calendar.js';
import { changeSentences } from './changes.js';
import { panelSentences } from './panel.js';
import { registerSentences } from './register.js';
import { slotSentences } from './slots.js';
import { unplannedSentences } from './unplanned.js';
import type { Sentence } from './words.js';

/** What is told of every type of fact; a test sees that none is without. */
export const SENTENCES: Readonly<Record<string, Sentence>> = {
  ...calendarSentences,
  ...panelSentences,
  ...changeSentences,
  ...slotSentences,
  ...unplannedSentences,
  ...registerSentences,
  ...auditSentences,
} as unknown as Readonly<Record<string, Sentence>>;

/** What a record tells, to follow the name of its actor. */
export const told = (record: LogRecord): string => SENTENCES[record.type]?.(record) ?? `recorded ${record.type}`;
