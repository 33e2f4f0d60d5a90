import type { LogRecord } from '../event-store/event-store.js';

/** A record as the history of one thing shows it: what happened, when it was true and when it was learned, and by whom. */
export const historyEntry = ({ position, type, recordedAt, occurredAt, actor, data }: LogRecord): object => ({
  position: String(position),
  type,
  recordedAt,
  occurredAt,
  actor: { id: actor.id, role: actor.role },
  data,
});
