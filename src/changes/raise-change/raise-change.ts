import { idFrom, type Act } from '../../commands/act.js';
import { accept, conflict, invalid } from '../../commands/decision.js';
import type { AffectedService } from '../../rulebook/classification.js';
import { isBefore, type Interval } from '../../rulebook/local-time.js';
import { changeFold } from '../change.js';
import { ChangeRaised, type ChangeClass } from '../events.js';
import { notOwnProvider } from '../existing-change.js';

/** A change to be put on the forward schedule; instants in UTC. */
export interface RaiseChange {
  readonly changeId?: string | undefined;
  readonly title: string;
  readonly class: ChangeClass;
  readonly serviceProvider: string;
  readonly environment: string;
  readonly services: readonly AffectedService[];
  readonly consumerAffecting: boolean;
  readonly complexity: 'high' | 'low';
  /** Expected; minutes. */
  readonly downtimeMinutes: number;
  readonly planned: Interval;
  /** When it was raised, not in the future; now where it is left out. */
  readonly occurredAt?: string | undefined;
}

/** What raising a change reads: whether its id is taken. */
interface RaisingState {
  isTaken(changeId: string): boolean;
}

/**
 * Puts a change on the forward schedule. Every change is visible there, Planned Maintenance or not, whatever its times:
 * one that was raised late, or after the fact, is a fact all the same.
 */
export const raiseChange: Act<RaiseChange, RaisingState> = {
  name: 'RaiseChange',
  load: (_command, reading) => ({ isTaken: (changeId) => reading.exists(changeFold, changeId) }),
  decide: (state, command, context) => {
    const { changeId = idFrom('C', context), planned, occurredAt = context.now, ...data } = command;
    const foreign = notOwnProvider(context, data.serviceProvider);
    if (foreign) return foreign;
    if (isBefore(context.now, occurredAt))
      return invalid('/occurredAt', 'in the future: what has not happened cannot be recorded');
    if (!isBefore(planned.start, planned.end)) return invalid('/plannedEnd', 'must be after plannedStart');
    if (state.isTaken(changeId)) return conflict('id-taken', `the changeId ${changeId} is taken`);
    return accept(
      [
        {
          stream: `change-${changeId}`,
          occurredAt,
          fact: ChangeRaised.of({
            changeId,
            title: data.title,
            class: data.class,
            serviceProvider: data.serviceProvider,
            environment: data.environment,
            services: [...data.services],
            consumerAffecting: data.consumerAffecting,
            complexity: data.complexity,
            downtimeMinutes: data.downtimeMinutes,
            plannedStart: planned.start,
            plannedEnd: planned.end,
            raisedBy: { id: context.actor.id },
          }),
        },
      ],
      { changeId, status: 'raised' },
    );
  },
};
