import 'reflect-metadata';
import { createReadStream, writeSync } from 'node:fs';
import { importForwardSchedule } from '../../src/changes/import/import-forward-schedule.js';
import { readConfiguration } from '../../src/operations/configuration.js';
import { openPipeline } from '../../src/server.js';

/** Imports a forward schedule into a data folder; whenever rows have been recorded it says how many were met so far. */
const [folder = '', file = '', now = ''] = process.argv.slice(2);
const { pipeline } = await openPipeline(readConfiguration({ DATA_DIR: folder, TEST_CLOCK: now }));
await importForwardSchedule(pipeline, createReadStream(file) as AsyncIterable<Uint8Array>, {
  by: { actor: { id: 'command-line', role: 'scheduler' }, requestId: 'request-1' },
  rejected: () => undefined,
  progress: ({ rows }) => writeSync(1, `${rows}\n`),
});
