import { idFrom, type Act } from '../../commands/act.js';
import { accept, conflict, type FieldError } from '../../commands/decision.js';
import type { Activity } from '../../rulebook/classification.js';
import { elapsedMinutes, isBefore, monthOf } from '../../rulebook/local-time.js';
import { reckoning } from '../../rulebook/reckoning.js';
import { weighSsiOutage } from '../../rulebook/ssi-outage.js';
import { declaredBeforeMonth, weighDeclaration } from '../../rulebook/unplanned.js';
import { UnplannedMaintenanceDeclared } from '../events.js';
import { unplannedFold } from '../unplanned.js';

/** Unplanned Maintenance, with what H8.4 (a) to (d) ask to be stated. Instants in UTC; any of them may be long past. */
export interface DeclareUnplannedMaintenance {
  readonly unplannedId?: string | undefined;
  /** When the DCC became aware of it; not in the future. */
  readonly awareAt: string;
  readonly start: string;
  readonly expectedEnd: string;
  readonly emergency: boolean;
  readonly activities: readonly Activity[];
  readonly riskToReturn: string;
}

/** Whether the id is taken. */
export interface DeclareUnplannedMaintenanceState {
  readonly taken: boolean;
}

/**
 * Declares Unplanned Maintenance, before, during or after the event (H8.6). To declare it is to tell of it. A fact: no
 * limit or notice refuses it, and it counts against none.
 */
export const declareUnplannedMaintenance: Act<DeclareUnplannedMaintenance, DeclareUnplannedMaintenanceState> = {
  name: 'DeclareUnplannedMaintenance',
  load: (command, reading, context) => ({
    taken: reading.exists(unplannedFold, command.unplannedId ?? idFrom('U', context)),
  }),
  decide: ({ taken }, command, context) => {
    const unplannedId = command.unplannedId ?? idFrom('U', context);
    if (taken) return conflict('id-taken', `the unplannedId ${unplannedId} is taken`);
    const { now: notifiedAt } = context;
    const { awareAt, start, expectedEnd, emergency, riskToReturn } = command;
    const activities = [...command.activities];
    const errors = contradictions(command, notifiedAt);
    if (errors.length > 0) return { kind: 'invalid', errors };

    const month = monthOf(start);
    const plannedBeforeMonth = declaredBeforeMonth({ start, notifiedAt });
    const ssiOutageMinutes = Math.max(...activities.map((activity) => activity.ssiOutageMinutes));
    const findings = [
      ...weighDeclaration({ awareAt, notifiedAt, start, emergency }),
      ...weighSsiOutage(ssiOutageMinutes, { start, end: expectedEnd }),
    ];
    return accept(
      [
        {
          stream: `unplanned-${unplannedId}`,
          // What has not begun yet has not occurred: then the declaration is what happened.
          occurredAt: isBefore(notifiedAt, start) ? notifiedAt : start,
          fact: UnplannedMaintenanceDeclared.of({
            unplannedId,
            awareAt,
            notifiedAt,
            start,
            expectedEnd,
            emergency,
            activities,
            riskToReturn,
            month,
            plannedBeforeMonth,
            reckoning: reckoning(start, findings),
          }),
        },
      ],
      {
        unplannedId,
        month,
        notifiedAt,
        minutesToNotice: elapsedMinutes({ start: awareAt, end: notifiedAt }),
        plannedBeforeMonth,
      },
      findings,
    );
  },
};

function contradictions(
  { awareAt, start, expectedEnd, activities }: DeclareUnplannedMaintenance,
  now: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (isBefore(now, awareAt))
    errors.push({ pointer: '/awareAt', detail: 'is in the future: nobody is aware of it yet' });
  if (!isBefore(start, expectedEnd)) errors.push({ pointer: '/expectedEnd', detail: 'must be after start' });
  for (const [index, { services }] of activities.entries()) {
    if (services.length === 0)
      errors.push({
        pointer: `/activities/${String(index)}/services`,
        detail: 'must name the services disrupted or at Material Risk (H8.4(b))',
      });
  }
  return errors;
}
