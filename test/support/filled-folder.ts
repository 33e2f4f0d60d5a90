import { cpSync, readFileSync } from 'node:fs';
import { TestApi } from './api.js';
import { SAMPLE_FILE } from './forward-schedule.js';
import { temporaryFolder } from './temporary-folder.js';

/** The first rows of the trial's forward schedule, as a file. */
export const sampleRows = (rows: number): string =>
  readFileSync(SAMPLE_FILE, 'utf8')
    .split('\n')
    .slice(0, rows + 1)
    .join('\n');

/**
 * A data folder of a server that took in so many rows of the trial's forward schedule, saved its projections, and was
 * stopped; about three records a row.
 */
export async function filledFolder(rows: number): Promise<string> {
  const api = new TestApi(temporaryFolder());
  await api.restart('2026-10-01T09:00:00Z');
  const imported = await api.request('POST', '/imports/forward-schedule', {
    as: 'scheduler',
    raw: sampleRows(rows),
    type: 'text/csv',
  });
  if (imported.body.accepted !== rows) throw new Error(`the sample was not taken in: ${imported.text}`);
  await api.server.pipeline.projections.finish();
  await api.server.close();
  return api.folder;
}

/** A copy of a data folder as it is now: of a server that runs, what one that was killed now would leave. */
export function copyOf(folder: string): string {
  const copy = temporaryFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}
