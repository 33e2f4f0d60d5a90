import { on, projection } from '../../event-store/projection.js';
import type { TablesReader } from '../../event-store/tables.js';
import { outageByMonth } from '../../rulebook/ssi-outage.js';
import { UnplannedMaintenanceEnded } from '../../unplanned/events.js';
import { rowKey } from '../months.js';
import { restate, sumTable } from '../sums.js';

/** SSI outage in Unplanned Maintenance, minutes; rows by month, split at the month's end. */
const ssiOutage = sumTable('ssi-outage', { minutes: 0 });

/** How long the SSI was out in Unplanned Maintenance: known once it is over. */
export const unplannedFigures = projection(
  'report-unplanned',
  1,
  on(UnplannedMaintenanceEnded, (tables, { data: { start, ssiOutageMinutes } }) => {
    const shares = outageByMonth(start, ssiOutageMinutes).map(({ month, minutes }) => ({
      key: rowKey(month),
      figures: { minutes },
    }));
    restate(tables, ssiOutage, [], shares);
  }),
);

/** SSI outage in the Unplanned Maintenance of a month, minutes. */
export const ssiOutageInUnplanned = (tables: TablesReader, month: string): number =>
  tables.get(ssiOutage, rowKey(month))?.minutes ?? 0;
