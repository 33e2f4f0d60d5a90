import * as changes from '../../src/changes/events.js';
import type { WindowFact } from './report-facts.js';
import { londonMonth, type Told } from './told-log.js';

const ofChange = (changeId: string, fact: Told['fact'], occurredAt?: string): Told => ({
  stream: `change-${changeId}`,
  fact,
  occurredAt,
});

/** What a change is in a test; a standard one of DSP in production, unless said otherwise. */
export interface ChangeFact {
  readonly class?: changes.ChangeClass;
  readonly serviceProvider?: string;
  readonly environment?: string;
  readonly raisedAt?: string;
}

/** A change is raised. */
export const raised = (changeId: string, more: ChangeFact = {}): Told =>
  ofChange(
    changeId,
    changes.ChangeRaised.of({
      changeId,
      title: 'Upgrade message broker',
      class: more.class ?? 'standard',
      serviceProvider: more.serviceProvider ?? 'DSP',
      environment: more.environment ?? 'production',
      services: [],
      consumerAffecting: false,
      complexity: 'low',
      downtimeMinutes: 0,
      plannedStart: '2027-01-01T10:00:00Z',
      plannedEnd: '2027-01-01T11:00:00Z',
      raisedBy: { id: 'key-1' },
    }),
    more.raisedAt,
  );

/** A change is placed in a window. */
export const placed = (changeId: string, window: WindowFact): Told =>
  ofChange(
    changeId,
    changes.ChangePlaced.of({
      changeId,
      maintenanceId: window.maintenanceId,
      month: londonMonth(window.start),
      start: window.start,
      end: window.end,
      reckoning: { rulebook: 'MP092', findings: [] },
    }),
  );

/** A change is given up. */
export const withdrawn = (changeId: string): Told =>
  ofChange(changeId, changes.ChangeWithdrawn.of({ changeId, reason: 'Not needed' }));

/** A change is not agreed to. */
export const rejected = (changeId: string): Told =>
  ofChange(changeId, changes.ChangeRejected.of({ changeId, rejectedBy: { id: 'key-2' } }));

/** A change was made. */
export const outcome = (
  changeId: string,
  end: string,
  more: { outcome?: changes.ChangeOutcome; start?: string; ssi?: number } = {},
): Told =>
  ofChange(
    changeId,
    changes.ChangeOutcomeRecorded.of({
      changeId,
      outcome: more.outcome ?? 'successful',
      actualStart: more.start ?? Temporal.Instant.from(end).subtract({ minutes: 30 }).toString(),
      actualEnd: end,
      ssiOutageMinutes: more.ssi ?? 0,
      reckoning: { rulebook: 'MP092', findings: [] },
    }),
    end,
  );

/** An incident is found to be caused by a change. */
export const incident = (changeId: string, incidentId: string, category: number): Told =>
  ofChange(changeId, changes.IncidentLinked.of({ changeId, incidentId, category }));

/** Nothing is left to be done for a change. */
export const closed = (changeId: string): Told => ofChange(changeId, changes.ChangeClosed.of({ changeId }));
