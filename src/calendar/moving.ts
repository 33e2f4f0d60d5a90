import { accept, conflict, type Decision, type Write } from '../commands/decision.js';
import type { Finding } from '../rulebook/finding.js';
import { monthOf, type Interval } from '../rulebook/local-time.js';
import type { Calendar } from './calendar.js';
import { MaintenanceMovedIn, MaintenanceRescheduled } from './events.js';
import { asPlanned, notPlanned, type Found } from './existing-maintenance.js';
import { objection, outageBeyondWindow, reissue, weighPlan, type NoticePhase } from './planning.js';
import { reckoning } from '../rulebook/reckoning.js';

/** A move of a window: to when, why, at whose request, and which notice gates it. */
export interface Move {
  readonly to: Interval;
  readonly reason: string;
  readonly phase: NoticePhase;
  readonly panelRequestId?: string | undefined;
  /** Findings that the move's own clause adds. */
  readonly findings?: readonly Finding[] | undefined;
}

/**
 * Moves a window, within its month or to another, as one act: never in both, never in neither. The limits of H8.3 hold
 * in every month touched, and each published one is reissued. The answer tells the month and the new versions.
 */
export function moveWindow(calendar: Calendar, found: Found, move: Move, now: string): Decision {
  const { maintenance, month } = found;
  const closed = notPlanned(maintenance);
  if (closed) return closed;
  const { to } = move;
  if (to.start === maintenance.start && to.end === maintenance.end)
    return conflict('not-moved', `${maintenance.maintenanceId} stands at that time already`);
  const contradiction = outageBeyondWindow(to, maintenance.activities, () => '/end');
  if (contradiction) return contradiction;

  const moved = { ...asPlanned(maintenance), ...to };
  const weighed = weighPlan(calendar, moved, move.phase, now);
  const objected = objection(weighed, move.findings);
  if (objected) return objected;
  const findings = [...(move.findings ?? []), ...weighed.findings];

  const target = calendar.month(monthOf(to.start));
  const crossing = target.month !== month.month;
  const writes: Write[] = [
    {
      stream: `month-${month.month}`,
      fact: MaintenanceRescheduled.of({
        maintenanceId: maintenance.maintenanceId,
        fromMonth: month.month,
        toMonth: target.month,
        from: { start: maintenance.start, end: maintenance.end },
        to,
        reason: move.reason,
        ...(move.panelRequestId === undefined ? {} : { panelRequestId: move.panelRequestId }),
        reckoning: reckoning(to.start, findings),
      }),
    },
  ];
  if (crossing)
    writes.push({
      stream: `month-${target.month}`,
      fact: MaintenanceMovedIn.of({
        month: target.month,
        fromMonth: month.month,
        maintenance: moved,
        ...(maintenance.additional ? { additional: true } : {}),
      }),
    });
  const versions: Record<string, number> = {};
  for (const touched of crossing ? [month, target] : [month]) {
    const reissued = reissue(calendar, touched, 'MaintenanceRescheduled', moved, now);
    writes.push(...reissued.writes);
    if (reissued.version > 0) versions[touched.month] = reissued.version;
  }
  return accept(writes, { maintenanceId: maintenance.maintenanceId, month: target.month, versions }, findings);
}
