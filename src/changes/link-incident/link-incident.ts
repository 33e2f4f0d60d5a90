import type { Act } from '../../commands/act.js';
import { accept, conflict } from '../../commands/decision.js';
import { IncidentLinked } from '../events.js';
import { existing, noSuchChange, notWithdrawn, type ChangeState } from '../existing-change.js';

/** An incident that a change was found to have caused. */
export interface LinkIncident {
  readonly changeId: string;
  readonly incidentId: string;
  /** 1 (most severe) to 5. */
  readonly category: number;
}

/**
 * Links an incident to the change that caused it, while the change is under way or after it is closed: the figures of
 * its month are restated from then on. An incident that is linked again with another category is recategorised.
 */
export const linkIncident: Act<LinkIncident, ChangeState> = {
  name: 'LinkIncident',
  ...existing,
  decide: ({ change }, { changeId, incidentId, category }) => {
    if (!change) return noSuchChange(changeId);
    const withdrawn = notWithdrawn(change);
    if (withdrawn) return withdrawn;
    const linked = change.incidents.find((incident) => incident.incidentId === incidentId);
    if (linked?.category === category)
      return conflict('already-linked', `${incidentId} is linked to ${changeId} with the category ${String(category)}`);
    return accept([{ stream: `change-${changeId}`, fact: IncidentLinked.of({ changeId, incidentId, category }) }], {
      changeId,
      incidentId,
      category,
      ...(linked ? { categoryBefore: linked.category } : {}),
    });
  },
};
