import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { ChangeClass, ChangeOutcome } from '../../src/changes/events.js';
import { incident, outcome, raised, withdrawn } from './change-facts.js';
import { ToldLog, type Told } from './told-log.js';

/** A row of the trial's forward schedule. */
type Row = Readonly<
  Record<
    | 'changeId'
    | 'class'
    | 'serviceProvider'
    | 'environment'
    | 'raisedAt'
    | 'actualStart'
    | 'actualEnd'
    | 'outcome'
    | 'ssiOutageMinutes'
    | 'incidents',
    string
  >
>;

const file = new URL('../../src/demo/forward-schedule-2019-2020.csv', import.meta.url);

/** The trial's forward schedule, on a log, as facts that were all recorded at one instant. */
export async function sampleHistory(): Promise<ToldLog> {
  const log = new ToldLog();
  const rows: Row[] = parse(readFileSync(file), { columns: true, bom: true });
  await log.tell('2020-11-24T09:00:00Z', ...rows.flatMap(factsOf));
  log.catchUp();
  return log;
}

/** What one row tells; a change that was cancelled was withdrawn before it was made. */
function factsOf(row: Row): Told[] {
  const { changeId, serviceProvider, environment, raisedAt, actualStart, actualEnd } = row;
  const facts = [raised(changeId, { class: row.class as ChangeClass, serviceProvider, environment, raisedAt })];
  if (row.outcome === 'cancelled') facts.push(withdrawn(changeId));
  else if (row.outcome !== '')
    facts.push(
      outcome(changeId, actualEnd, {
        start: actualStart,
        outcome: row.outcome as ChangeOutcome,
        ssi: Number(row.ssiOutageMinutes),
      }),
    );
  for (const linked of row.incidents === '' ? [] : row.incidents.split(';')) {
    const [incidentId = '', category] = linked.split(':');
    facts.push(incident(changeId, incidentId, Number(category)));
  }
  return facts;
}
