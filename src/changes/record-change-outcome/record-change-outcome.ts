import { findMaintenance } from '../../calendar/calendar.js';
import type { Maintenance } from '../../calendar/month.js';
import { reckoning } from '../../rulebook/reckoning.js';
import type { Act } from '../../commands/act.js';
import { accept, conflict, invalid, type Write } from '../../commands/decision.js';
import { weighMade } from '../../rulebook/changes.js';
import { isBefore, type Interval } from '../../rulebook/local-time.js';
import { changeFold, madeOf } from '../change.js';
import { ChangeClosed, ChangeOutcomeRecorded, type ChangeOutcome } from '../events.js';
import { existing, noSuchChange, notOwnProvider, notWithdrawn, type ChangeState } from '../existing-change.js';

/** A change has been made. */
export interface RecordChangeOutcome {
  readonly changeId: string;
  readonly outcome: ChangeOutcome;
  /** UTC; its end is not in the future. */
  readonly actual: Interval;
  /** Elapsed minutes for which the SSI was in fact out. */
  readonly ssiOutageMinutes: number;
}

/** What recording an outcome reads besides the change: the window in which it was placed. */
export interface OutcomeState extends ChangeState {
  readonly window: Maintenance | undefined;
}

/**
 * Records that a change was made, and how it ended: a fact, recorded whatever should have come before it. What was not
 * approved, or not made in its window, is recorded as a breach. A successful change closes with it; another waits for
 * its lessons learned.
 */
export const recordChangeOutcome: Act<RecordChangeOutcome, OutcomeState> = {
  name: 'RecordChangeOutcome',
  ...existing,
  load: (command, reading) => {
    const placement = reading.state(changeFold, command.changeId)?.placement;
    return {
      ...existing.load(command, reading),
      window: placement ? findMaintenance(reading, placement.maintenanceId)?.maintenance : undefined,
    };
  },
  decide: ({ change, window }, { changeId, outcome, actual, ssiOutageMinutes }, context) => {
    if (!change) return noSuchChange(changeId);
    const foreign = notOwnProvider(context, change.serviceProvider);
    if (foreign) return foreign;
    const withdrawn = notWithdrawn(change);
    if (withdrawn) return withdrawn;
    const before = madeOf(change);
    if (before)
      return conflict(
        change.stage.status === 'closed' ? 'already-closed' : 'already-implemented',
        `the outcome of ${changeId} was recorded: ${before.outcome}, ended at ${before.actualEnd}`,
      );
    if (isBefore(context.now, actual.end))
      return invalid('/actualEnd', 'in the future: what has not happened cannot be recorded');
    if (!isBefore(actual.start, actual.end)) return invalid('/actualEnd', 'must be after actualStart');

    const findings = weighMade({
      changeClass: change.class,
      environment: change.environment,
      services: change.services,
      verdict: change.decided,
      ...actual,
      ssiOutageMinutes,
      window: window ? { ...window, cancelled: window.stage.status === 'cancelled' } : null,
    });
    const stream = `change-${changeId}`;
    const writes: Write[] = [
      {
        stream,
        occurredAt: actual.end,
        fact: ChangeOutcomeRecorded.of({
          changeId,
          outcome,
          actualStart: actual.start,
          actualEnd: actual.end,
          ssiOutageMinutes,
          reckoning: reckoning(actual.start, findings),
        }),
      },
    ];
    if (outcome === 'successful') writes.push({ stream, fact: ChangeClosed.of({ changeId }) });
    return accept(writes, { changeId, outcome, status: outcome === 'successful' ? 'closed' : 'implemented' }, findings);
  },
};
