import type { Fold } from '../event-store/state.js';
import type { AffectedService, Impact } from '../rulebook/classification.js';
import type { ChangeClass, ChangeEvent, ChangeOutcome, ResponsiblePerson } from './events.js';

/** Where a change is in its life, as clients see it. */
export const CHANGE_STATUSES = [
  'raised',
  'assessed',
  'approved',
  'rejected',
  'placed',
  'implemented',
  'closed',
  'withdrawn',
] as const;
export type ChangeStatus = (typeof CHANGE_STATUSES)[number];

/** Longest downtime or outage of one change, in minutes, that is not taken for a slip of the pen. */
export const MOST_MINUTES = 100_000;

/** How a change went, once it has been made. */
export interface Made {
  readonly outcome: ChangeOutcome;
  readonly actualStart: string;
  readonly actualEnd: string;
  /** Minutes for which the Self-Service Interface was in fact out. */
  readonly ssiOutageMinutes: number;
}

/** Where a change is in its life; how it went exists only once it has been made. */
export type ChangeStage =
  | { readonly status: 'raised' | 'assessed' | 'approved' | 'rejected' | 'placed' }
  | { readonly status: 'implemented'; readonly made: Made }
  | { readonly status: 'closed'; readonly made: Made; readonly closedAt: string }
  | { readonly status: 'withdrawn'; readonly reason: string; readonly withdrawnAt: string };

/** What was worked out about a change. */
export interface AssessedAs {
  readonly impact: Impact | null;
  readonly needsWindow: boolean;
  readonly risk: { readonly product: number; readonly additive: number };
  readonly notes?: string | undefined;
  readonly at: string;
}

/** Who agreed to a change, or did not, and when. An emergency or latent change can be approved after it was made. */
export interface Decided {
  readonly verdict: 'approved' | 'rejected';
  readonly by: ResponsiblePerson;
  readonly at: string;
  readonly reason?: string | undefined;
}

/** The window in which a change was placed last, and its times then. */
export interface Placement {
  readonly maintenanceId: string;
  readonly start: string;
  readonly end: string;
}

/** An incident that a change caused; category 1 is the most severe. */
export interface CausedIncident {
  readonly incidentId: string;
  readonly category: number;
}

/** What was learned from a change that did not succeed, and what is done about it. */
export interface Lessons {
  readonly lessons: string;
  readonly actions: readonly string[];
  readonly at: string;
}

/** A change on the forward schedule of change. Plain data, so that it can stand in a projection's row as well. */
export interface Change {
  readonly changeId: string;
  readonly title: string;
  readonly class: ChangeClass;
  readonly serviceProvider: string;
  readonly environment: string;
  readonly services: readonly AffectedService[];
  readonly consumerAffecting: boolean;
  readonly complexity: 'high' | 'low';
  readonly downtimeMinutes: number;
  /** As it was raised; a change that is placed takes the times of its window. */
  readonly plannedStart: string;
  readonly plannedEnd: string;
  readonly raisedBy: ResponsiblePerson;
  readonly raisedAt: string;
  /** Digest of the row that it was imported from; null where it was raised here. */
  readonly importedRow: string | null;
  readonly assessment: AssessedAs | null;
  readonly decided: Decided | null;
  readonly placement: Placement | null;
  readonly incidents: readonly CausedIncident[];
  readonly lessons: Lessons | null;
  readonly stage: ChangeStage;
}

/** The stage after something that only a change that has not been made goes through; what was made stays so. */
function onwards(
  stage: ChangeStage,
  from: readonly ChangeStatus[],
  to: 'assessed' | 'approved' | 'rejected' | 'placed',
): ChangeStage {
  return from.includes(stage.status) ? { status: to } : stage;
}

/** One change, from its stream `change-<id>`; null before it is raised. */
export const changeFold: Fold<Change | null, ChangeEvent> = {
  kind: 'change',
  initial: () => null,
  evolve: (state, event) => {
    if (event.type === 'ChangeRaised') {
      const { importedRow = null, ...data } = event.data;
      return {
        ...data,
        raisedAt: event.occurredAt,
        importedRow,
        assessment: null,
        decided: null,
        placement: null,
        incidents: [],
        lessons: null,
        stage: { status: 'raised' },
      };
    }
    if (!state) return state;
    const { stage } = state;
    switch (event.type) {
      case 'ChangeAssessed': {
        const { impact, needsWindow, risk, notes } = event.data;
        return {
          ...state,
          assessment: { impact, needsWindow, risk, notes, at: event.occurredAt },
          stage: onwards(stage, ['raised'], 'assessed'),
        };
      }
      case 'ChangeApproved': {
        const { approvedBy, reason } = event.data;
        return {
          ...state,
          decided: { verdict: 'approved', by: approvedBy, at: event.occurredAt, reason },
          stage: onwards(stage, ['raised', 'assessed'], 'approved'),
        };
      }
      case 'ChangeRejected': {
        const { rejectedBy, reason } = event.data;
        return {
          ...state,
          decided: { verdict: 'rejected', by: rejectedBy, at: event.occurredAt, reason },
          stage: onwards(stage, ['raised', 'assessed'], 'rejected'),
        };
      }
      case 'ChangePlaced': {
        const { maintenanceId, start, end } = event.data;
        return {
          ...state,
          placement: { maintenanceId, start, end },
          stage: onwards(stage, ['raised', 'assessed', 'approved'], 'placed'),
        };
      }
      case 'ChangeWithdrawn':
        return {
          ...state,
          stage: { status: 'withdrawn', reason: event.data.reason, withdrawnAt: event.occurredAt },
        };
      case 'ChangeOutcomeRecorded': {
        const { outcome, actualStart, actualEnd, ssiOutageMinutes } = event.data;
        return {
          ...state,
          stage: { status: 'implemented', made: { outcome, actualStart, actualEnd, ssiOutageMinutes } },
        };
      }
      case 'IncidentLinked': {
        const { incidentId, category } = event.data;
        const known = state.incidents.some((incident) => incident.incidentId === incidentId);
        const incidents = known
          ? state.incidents.map((incident) =>
              incident.incidentId === incidentId ? { incidentId, category } : incident,
            )
          : [...state.incidents, { incidentId, category }];
        return { ...state, incidents };
      }
      case 'LessonsLearnedRecorded': {
        const { lessons, actions } = event.data;
        return { ...state, lessons: { lessons, actions, at: event.occurredAt } };
      }
      case 'ChangeClosed':
        return stage.status === 'implemented'
          ? { ...state, stage: { status: 'closed', made: stage.made, closedAt: event.occurredAt } }
          : state;
    }
  },
};

/** How a change went; null until it has been made. */
export const madeOf = ({ stage }: Change): Made | null =>
  stage.status === 'implemented' || stage.status === 'closed' ? stage.made : null;
