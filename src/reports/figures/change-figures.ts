import { MaintenanceCancelled } from '../../calendar/events.js';
import {
  ChangeOutcomeRecorded,
  ChangePlaced,
  ChangeRaised,
  ChangeRejected,
  ChangeWithdrawn,
  IncidentLinked,
  type ChangeClass,
  type ChangeOutcome,
} from '../../changes/events.js';
import { on, projection } from '../../event-store/projection.js';
import { table, type Tables, type TablesReader } from '../../event-store/tables.js';
import { isAdverse } from '../../rulebook/change-targets.js';
import { monthOf } from '../../rulebook/local-time.js';
import { outageByMonth } from '../../rulebook/ssi-outage.js';
import { inMonths, keyParts, rowKey, type MonthRange } from '../months.js';
import { added, restate, sumTable, type Share } from '../sums.js';

/** What the reports remember of a change. */
interface ReportedChange {
  readonly changeId: string;
  readonly class: ChangeClass;
  readonly serviceProvider: string;
  readonly production: boolean;
  /** Local month in which it was put on the forward schedule. */
  readonly raisedIn: string;
  /** The window that it stands in; null where it is in none, or its window was cancelled. */
  readonly placedIn: string | null;
  /** How many of its incidents are adverse. */
  readonly adverse: number;
  readonly made: {
    readonly outcome: ChangeOutcome;
    readonly start: string;
    readonly end: string;
    readonly ssiOutageMinutes: number;
  } | null;
}

/** Every change, by its id. */
const changes = table<ReportedChange>('change');
/** The changes that stand in a window, by the window's id and their own. */
const placed = table<true>('placed');
/** The category that an incident of a change was given last, by the change's id and its own. */
const incidents = table<number>('incident');

/** Figures of changes; rows by month and service provider. */
const figures = sumTable('changes', {
  /** Put on the forward schedule in the month, whatever became of them. */
  raised: 0,
  /** Production changes with an outcome, by the month in which they ended; all down to `noImpact` are among them. */
  implemented: 0,
  successful: 0,
  failed: 0,
  adverseImpact: 0,
  failedWithMinimalImpact: 0,
  standard: 0,
  normal: 0,
  emergency: 0,
  latent: 0,
  noImpact: 0,
  /** SSI outage of production changes that were made outside any window, split at the month's end. Minutes. */
  ssiOutageMinutes: 0,
});
export type ChangeFigures = typeof figures.zero;

const FIGURE_OF_CLASS = {
  standard: 'standard',
  normal: 'normal',
  emergency: 'emergency',
  latent: 'latent',
  'no-impact': 'noImpact',
} as const satisfies Record<ChangeClass, keyof ChangeFigures>;

/** What the reports about changes are answered from: sums by month and provider, kept as the facts come. */
export const changeFigures = projection(
  'report-changes',
  1,
  on(ChangeRaised, (tables, { data, occurredAt }) =>
    put(tables, {
      changeId: data.changeId,
      class: data.class,
      serviceProvider: data.serviceProvider,
      production: data.environment === 'production',
      raisedIn: monthOf(occurredAt),
      placedIn: null,
      adverse: 0,
      made: null,
    }),
  ),
  on(ChangePlaced, (tables, { data }) => place(tables, data.changeId, data.maintenanceId)),
  on(ChangeRejected, (tables, { data }) => place(tables, data.changeId, null)),
  on(ChangeWithdrawn, (tables, { data }) => place(tables, data.changeId, null)),
  on(MaintenanceCancelled, (tables, { data }) => {
    const inWindow = [...tables.rows(placed, { prefix: `${rowKey(data.maintenanceId)}/` })];
    for (const [key] of inWindow) place(tables, keyParts(key)[1] ?? '', null);
  }),
  on(ChangeOutcomeRecorded, (tables, { data }) => {
    const { outcome, actualStart, actualEnd, ssiOutageMinutes } = data;
    change(tables, data.changeId, (one) => ({
      ...one,
      made: { outcome, start: actualStart, end: actualEnd, ssiOutageMinutes },
    }));
  }),
  on(IncidentLinked, (tables, { data }) => {
    const key = rowKey(data.changeId, data.incidentId);
    const before = tables.get(incidents, key);
    tables.put(incidents, key, data.category);
    const more = Number(isAdverse(data.category)) - Number(before !== undefined && isAdverse(before));
    change(tables, data.changeId, (one) => ({ ...one, adverse: one.adverse + more }));
  }),
);

/** A change stands in that window from now on, and in no other. */
function place(tables: Tables, changeId: string, maintenanceId: string | null): void {
  change(tables, changeId, (one) => {
    if (one.placedIn !== null) tables.delete(placed, rowKey(one.placedIn, changeId));
    if (maintenanceId !== null) tables.put(placed, rowKey(maintenanceId, changeId), true);
    return { ...one, placedIn: maintenanceId };
  });
}

function change(tables: Tables, changeId: string, next: (change: ReportedChange) => ReportedChange): void {
  const one = tables.get(changes, rowKey(changeId));
  if (one) put(tables, next(one));
}

/** Keeps a change as it now stands, and restates every sum that it is part of. */
function put(tables: Tables, now: ReportedChange): void {
  const key = rowKey(now.changeId);
  const before = tables.get(changes, key);
  tables.put(changes, key, now);
  restate(tables, figures, before ? sharesOf(before) : [], sharesOf(now));
}

function sharesOf({
  serviceProvider,
  production,
  raisedIn,
  placedIn,
  made,
  ...change
}: ReportedChange): Share<ChangeFigures>[] {
  const inMonth = (month: string, more: Partial<ChangeFigures>): Share<ChangeFigures> => ({
    key: rowKey(month, serviceProvider),
    figures: more,
  });
  const shares = [inMonth(raisedIn, { raised: 1 })];
  if (!made || !production) return shares;
  const failed = made.outcome !== 'successful';
  const adverse = change.adverse > 0;
  shares.push(
    inMonth(monthOf(made.end), {
      implemented: 1,
      successful: Number(!failed),
      failed: Number(failed),
      adverseImpact: Number(adverse),
      failedWithMinimalImpact: Number(failed && !adverse),
      [FIGURE_OF_CLASS[change.class]]: 1,
    }),
  );
  if (placedIn === null)
    for (const { month, minutes } of outageByMonth(made.start, made.ssiOutageMinutes))
      shares.push(inMonth(month, { ssiOutageMinutes: minutes }));
  return shares;
}

/** Figures added up; none are zero. */
export const addedChanges = (all: Iterable<ChangeFigures>): ChangeFigures => added(figures, all);

/** The figures of a range of months, by month and provider, in that order; one provider's only, where it is named. */
export function* changesByMonth(
  tables: TablesReader,
  range: MonthRange,
  serviceProvider?: string,
): Generator<{ readonly month: string; readonly serviceProvider: string; readonly figures: ChangeFigures }> {
  for (const [key, row] of tables.rows(figures, inMonths(range))) {
    const [month = '', provider = ''] = keyParts(key);
    if (serviceProvider === undefined || provider === serviceProvider)
      yield { month, serviceProvider: provider, figures: row };
  }
}

/** How many changes were ever put on the forward schedule, by the end of a month where one is named. */
export function changesRaised(
  tables: TablesReader,
  { by, serviceProvider }: { readonly by?: string; readonly serviceProvider?: string | undefined } = {},
): number {
  let raised = 0;
  for (const one of changesByMonth(tables, { from: '', to: by ?? '~' }, serviceProvider)) raised += one.figures.raised;
  return raised;
}
