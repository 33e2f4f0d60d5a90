import type { Act } from '../../commands/act.js';
import { accept, conflict, invalid, missing } from '../../commands/decision.js';
import { isBefore } from '../../rulebook/local-time.js';
import { reckoning } from '../../rulebook/reckoning.js';
import { weighToldEnd } from '../../rulebook/told-end.js';
import { UnplannedProgressReported } from '../events.js';
import { toldEnd, unplannedFold, type Unplanned } from '../unplanned.js';

/** What differs from what was told: the end now expected, and the disruption. */
export interface ReportUnplannedProgress {
  readonly unplannedId: string;
  readonly expectedEnd: string;
  readonly expectedDisruption: string;
}

/**
 * Tells, while Unplanned Maintenance is under way, that duration or disruption differ from what was told (H8.7). The
 * command is `ReportProgress`, which serves planned work too.
 */
export const reportUnplannedProgress: Act<ReportUnplannedProgress, Unplanned | null> = {
  name: 'ReportProgress',
  load: ({ unplannedId }, reading) => reading.state(unplannedFold, unplannedId),
  decide: (unplanned, { unplannedId, expectedEnd, expectedDisruption }, { now }) => {
    if (!unplanned) return missing(`there is no Unplanned Maintenance ${unplannedId}`);
    const { start, stage, month } = unplanned;
    if (stage.status === 'ended') return conflict('already-closed', `${unplannedId} ended at ${stage.endedAt}`);
    if (isBefore(now, start)) return conflict('not-started', `${unplannedId} begins at ${start}`);
    if (!isBefore(start, expectedEnd)) return invalid('/expectedEnd', `not after the start, ${start}`);
    const findings = [weighToldEnd(expectedEnd, toldEnd(unplanned), 'is expected')];
    return accept(
      [
        {
          stream: `unplanned-${unplannedId}`,
          fact: UnplannedProgressReported.of({
            unplannedId,
            expectedEnd,
            expectedDisruption,
            reckoning: reckoning(start, findings),
          }),
        },
      ],
      { unplannedId, month },
      findings,
    );
  },
};
