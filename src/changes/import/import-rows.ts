import { reckoning } from '../../rulebook/reckoning.js';
import type { Act, Context } from '../../commands/act.js';
import { accept, type Write } from '../../commands/decision.js';
import { weighMade } from '../../rulebook/changes.js';
import { isBefore } from '../../rulebook/local-time.js';
import { changeFold, type Change } from '../change.js';
import {
  ChangeApproved,
  ChangeClosed,
  ChangeOutcomeRecorded,
  ChangeRaised,
  ChangeWithdrawn,
  IncidentLinked,
  LessonsLearnedRecorded,
  type ResponsiblePerson,
} from '../events.js';
import type { ScheduleRow } from './schedule-row.js';

/** A row that can be taken in: what it says, its persons with their names sealed, and its keyed digest. */
export interface ImportableRow {
  readonly row: number;
  readonly says: ScheduleRow;
  readonly raisedBy: ResponsiblePerson;
  readonly approvedBy: ResponsiblePerson | null;
  readonly digest: string;
}

/** Some rows of a forward schedule, each of a change of its own. */
export interface ImportRows {
  readonly rows: readonly ImportableRow[];
}

/** What taking in a row comes to; `taken`: its id stands for something else. */
export type Standing = 'new' | 'already-recorded' | 'taken';

/** Where a row stands against the change that has its id. The same row is known again by its digest. */
export const standingOf = (change: Change | null, digest: string): Standing =>
  change === null ? 'new' : change.importedRow === digest ? 'already-recorded' : 'taken';

/** What an import reads: the changes that have its rows' ids. */
interface ImportState {
  readonly changes: ReadonlyMap<string, Change | null>;
}

/**
 * Takes in rows of a forward schedule as the ordinary facts, each at its own time. All facts of a row are recorded with
 * it or none; a row that stands on the log already is left alone, so that an import that broke off can be repeated.
 */
export const importRows: Act<ImportRows, ImportState> = {
  name: 'ImportForwardSchedule',
  load: ({ rows }, reading) => ({
    changes: new Map(rows.map(({ says: { changeId } }) => [changeId, reading.state(changeFold, changeId)])),
  }),
  decide: ({ changes }, { rows }, context) => {
    const standings = rows.map((row) => ({
      row,
      standing: standingOf(changes.get(row.says.changeId) ?? null, row.digest),
    }));
    return accept(
      standings.flatMap(({ row, standing }) => (standing === 'new' ? factsOf(row, context) : [])),
      { standings: standings.map(({ standing }) => standing) },
    );
  },
};

/**
 * The facts that a row tells of. Readings: an approval stands at the time of raising, for the row does not say when it
 * was given; incidents, lessons and closing stand at the end of the work; a cancelled change was withdrawn by its planned
 * start. An assessment is worked out and never read from a file: AssessChange makes it, also afterwards.
 */
function factsOf({ says, raisedBy, approvedBy, digest }: ImportableRow, { now }: Context): Write[] {
  const { changeId, planned, raisedAt, fate } = says;
  const at = (occurredAt: string, fact: Write['fact']): Write => ({ stream: `change-${changeId}`, occurredAt, fact });
  const facts = [
    at(
      raisedAt,
      ChangeRaised.of({
        changeId,
        title: says.title,
        class: says.class,
        serviceProvider: says.serviceProvider,
        environment: says.environment,
        services: [...says.services],
        consumerAffecting: says.consumerAffecting,
        complexity: says.complexity,
        downtimeMinutes: says.downtimeMinutes,
        plannedStart: planned.start,
        plannedEnd: planned.end,
        raisedBy,
        importedRow: digest,
      }),
    ),
  ];
  if (approvedBy) facts.push(at(raisedAt, ChangeApproved.of({ changeId, approvedBy })));
  if (fate.fate === 'open') return facts;
  if (fate.fate === 'cancelled') {
    const given = isBefore(planned.start, now) ? planned.start : now;
    const reason = 'cancelled, as the imported schedule says';
    return [...facts, at(isBefore(given, raisedAt) ? raisedAt : given, ChangeWithdrawn.of({ changeId, reason }))];
  }
  const { outcome, actualStart, actualEnd, ssiOutageMinutes, incidents, lessons } = fate;
  const findings = weighMade({
    changeClass: says.class,
    environment: says.environment,
    services: says.services,
    verdict: approvedBy ? { verdict: 'approved', at: raisedAt } : null,
    start: actualStart,
    end: actualEnd,
    ssiOutageMinutes,
    window: null,
  });
  const made = { changeId, outcome, actualStart, actualEnd, ssiOutageMinutes };
  facts.push(at(actualEnd, ChangeOutcomeRecorded.of({ ...made, reckoning: reckoning(actualStart, findings) })));
  for (const incident of incidents) facts.push(at(actualEnd, IncidentLinked.of({ changeId, ...incident })));
  if (lessons)
    facts.push(at(actualEnd, LessonsLearnedRecorded.of({ changeId, ...lessons, actions: [...lessons.actions] })));
  if (outcome === 'successful' || lessons) facts.push(at(actualEnd, ChangeClosed.of({ changeId })));
  return facts;
}
