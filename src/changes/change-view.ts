import { findMaintenance } from '../calendar/calendar.js';
import type { Maintenance } from '../calendar/month.js';
import { etagOf } from '../commands/etag.js';
import { historyEntry } from '../commands/history-entry.js';
import type { Reading } from '../commands/reading.js';
import type { Json, LogRecord } from '../event-store/event-store.js';
import { localTime, type Interval } from '../rulebook/local-time.js';
import { changeFold, madeOf, type Change } from './change.js';

/** When a change is planned: in the window in which it was placed, where that now stands; otherwise as it was raised. */
export const plannedInterval = (change: Change, window: Interval | undefined): Interval =>
  window ?? change.placement ?? { start: change.plannedStart, end: change.plannedEnd };

/** The window in which a change was placed last, as far as the change is concerned. */
export interface WindowOfChange extends Interval {
  readonly cancelled: boolean;
}

/**
 * A change as the list and the single read show it. Persons are opaque ids, and instants are UTC with local times beside
 * them. `window`: where it now stands, for a change that is placed.
 */
export function changeView(change: Change, window: WindowOfChange | undefined): Record<string, unknown> {
  const planned = plannedInterval(change, window);
  const { assessment, decided, lessons, placement, stage } = change;
  const made = madeOf(change);
  return {
    changeId: change.changeId,
    title: change.title,
    class: change.class,
    serviceProvider: change.serviceProvider,
    environment: change.environment,
    services: change.services,
    consumerAffecting: change.consumerAffecting,
    complexity: change.complexity,
    downtimeMinutes: change.downtimeMinutes,
    status: stage.status,
    plannedStart: planned.start,
    plannedEnd: planned.end,
    plannedStartLocal: localTime(planned.start),
    plannedEndLocal: localTime(planned.end),
    raisedAt: change.raisedAt,
    raisedBy: change.raisedBy.id,
    imported: change.importedRow !== null,
    impact: assessment?.impact ?? null,
    needsWindow: assessment?.needsWindow ?? null,
    risk: assessment?.risk ?? null,
    assessedAt: assessment?.at ?? null,
    notes: assessment?.notes ?? null,
    decision: decided && {
      verdict: decided.verdict,
      by: decided.by.id,
      at: decided.at,
      reason: decided.reason ?? null,
    },
    maintenanceId: placement?.maintenanceId ?? null,
    windowCancelled: window ? window.cancelled : null,
    outcome: made?.outcome ?? null,
    actualStart: made?.actualStart ?? null,
    actualEnd: made?.actualEnd ?? null,
    actualStartLocal: made && localTime(made.actualStart),
    actualEndLocal: made && localTime(made.actualEnd),
    ssiOutageMinutes: made?.ssiOutageMinutes ?? null,
    incidents: change.incidents,
    lessons,
    closedAt: stage.status === 'closed' ? stage.closedAt : null,
    withdrawn: stage.status === 'withdrawn' ? { reason: stage.reason, at: stage.withdrawnAt } : null,
  };
}

/** The window in which a change was placed, as it now stands. */
const windowView = ({ maintenanceId, month, impact, stage, start, end }: Maintenance): Record<string, unknown> => ({
  maintenanceId,
  month,
  impact,
  status: stage.status,
  start,
  end,
  startLocal: localTime(start),
  endLocal: localTime(end),
});

/** One change with its window and its history, as `GET /changes/{id}` answers; undefined for an unknown id. */
export function changeAnswer(reading: Reading, changeId: string): Record<string, unknown> | undefined {
  const change = reading.state(changeFold, changeId);
  if (!change) return undefined;
  const window = change.placement ? findMaintenance(reading, change.placement.maintenanceId)?.maintenance : undefined;
  return {
    ...changeView(change, window && { ...window, cancelled: window.stage.status === 'cancelled' }),
    window: window ? windowView(window) : null,
    history: reading.history(`change-${changeId}`).map((record) => historyEntry(withoutNames(record))),
  };
}

/** The entity tag of a change, for `ETag` and `If-Match`. */
export const changeEtag = (reading: Reading, changeId: string): string | undefined => {
  const answer = changeAnswer(reading, changeId);
  return answer && etagOf(answer);
};

/** A record without the sealed names in it. */
const withoutNames = (record: LogRecord): LogRecord => ({
  ...record,
  data: Object.fromEntries(
    Object.entries(record.data).map(([name, value]) => [name, PERSONS.has(name) ? idOf(value) : value]),
  ),
});

/** Fields that name a person, whose sealed name is for nobody to read here. */
const PERSONS = new Set(['raisedBy', 'approvedBy', 'rejectedBy']);
const idOf = (person: Json | undefined): Json => ({ id: (person as { readonly id: string }).id });
