import type { Act } from '../../commands/act.js';
import { accept, conflict, invalid, missing } from '../../commands/decision.js';
import { elapsedMinutes, isBefore } from '../../rulebook/local-time.js';
import { reckoning } from '../../rulebook/reckoning.js';
import { weighSsiOutage } from '../../rulebook/ssi-outage.js';
import { weighToldEnd } from '../../rulebook/told-end.js';
import { UnplannedMaintenanceEnded } from '../events.js';
import { toldEnd, unplannedFold, type Unplanned } from '../unplanned.js';

/** Unplanned Maintenance is over. */
export interface EndUnplannedMaintenance {
  readonly unplannedId: string;
  /** UTC instant, after its start and not in the future. */
  readonly end: string;
  /** Elapsed minutes for which the SSI was in fact out. */
  readonly ssiOutageMinutes: number;
  /** The services that were in fact disrupted. */
  readonly servicesDisrupted: readonly string[];
}

/** Records how Unplanned Maintenance went, once. An end later than was told is a warning (H8.7), never refused. */
export const endUnplannedMaintenance: Act<EndUnplannedMaintenance, Unplanned | null> = {
  name: 'EndUnplannedMaintenance',
  load: ({ unplannedId }, reading) => reading.state(unplannedFold, unplannedId),
  decide: (unplanned, { unplannedId, end, ssiOutageMinutes, servicesDisrupted }, { now }) => {
    if (!unplanned) return missing(`there is no Unplanned Maintenance ${unplannedId}`);
    const { start, stage, month } = unplanned;
    if (stage.status === 'ended') return conflict('already-closed', `${unplannedId} ended at ${stage.endedAt}`);
    if (isBefore(now, end)) return invalid('/end', 'in the future: what has not happened cannot be recorded');
    if (!isBefore(start, end)) return invalid('/end', `not after the start, ${start}`);

    const minutes = elapsedMinutes({ start, end });
    const findings = [
      weighToldEnd(end, toldEnd(unplanned), 'came'),
      ...weighSsiOutage(ssiOutageMinutes, { start, end }),
    ];
    return accept(
      [
        {
          stream: `unplanned-${unplannedId}`,
          occurredAt: end,
          fact: UnplannedMaintenanceEnded.of({
            unplannedId,
            start,
            end,
            minutes,
            ssiOutageMinutes,
            servicesDisrupted: [...servicesDisrupted],
            reckoning: reckoning(start, findings),
          }),
        },
      ],
      { unplannedId, month, minutes },
      findings,
    );
  },
};
