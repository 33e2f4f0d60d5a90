import 'reflect-metadata';
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importForwardSchedule } from '../../../src/changes/import/import-forward-schedule.js';
import type { CommandPipeline } from '../../../src/commands/command-pipeline.js';
import { readConfiguration } from '../../../src/operations/configuration.js';
import { openPipeline } from '../../../src/server.js';
import { TestCalendar } from '../../support/calendar.js';
import { startChild } from '../../support/child-process.js';
import { SAMPLE, SAMPLE_FILE } from '../../support/forward-schedule.js';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder.js';

const NOW = '2020-11-24T09:00:00Z';
const FILE = fileURLToPath(SAMPLE_FILE);

afterEach(removeTemporaryFolders);

const importSample = (pipeline: CommandPipeline): ReturnType<typeof importForwardSchedule> =>
  importForwardSchedule(pipeline, createReadStream(FILE) as AsyncIterable<Uint8Array>, {
    by: { actor: { id: 'command-line', role: 'scheduler' }, requestId: 'request-2' },
    rejected: () => undefined,
  });

/** What stands in each change's stream, but for what is another each time: ids of persons, and their sealed names. */
const streamsOf = ({ store }: CommandPipeline): Map<string, string[]> => {
  const streams = new Map<string, string[]>();
  for (const { stream, type, occurredAt, data } of store.read({})) {
    const { raisedBy, approvedBy, importedRow, ...rest } = data;
    const persons = [raisedBy, approvedBy, importedRow].map((one) => one !== undefined);
    const facts = streams.get(stream) ?? [];
    streams.set(stream, [...facts, JSON.stringify([type, occurredAt, persons, rest])]);
  }
  return streams;
};

test('an import that is killed again and again loses and repeats nothing once it is done', async () => {
  const folder = temporaryFolder();
  for (const batches of [1, 3, 2]) {
    const child = startChild('importing-program.ts', folder, FILE, NOW);
    let seen = 0;
    for await (const rows of child.lines) {
      expect(Number(rows)).toBeLessThanOrEqual(SAMPLE.rows);
      seen += 1;
      if (seen === batches) break;
    }
    await child.kill();
  }
  const opened = await openPipeline(readConfiguration({ DATA_DIR: folder, TEST_CLOCK: NOW }));
  const before = opened.pipeline.store.streamsOf('change').length;
  expect(before).toBeGreaterThan(0);
  expect(await importSample(opened.pipeline)).toEqual({
    rows: SAMPLE.rows,
    accepted: SAMPLE.rows - before,
    alreadyRecorded: before,
    rejected: 0,
  });
  const { pipeline: undisturbed } = new TestCalendar(NOW);
  await importSample(undisturbed);
  expect(streamsOf(opened.pipeline)).toEqual(streamsOf(undisturbed));
  await opened.close();
});
