// On the log of a data folder, in a process of its own: a bare scan with JSON.parse, the hashes alone, and all projections
// made again. Prints seconds and bytes as JSON.
import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { openPipeline } from '../../dist/server.js';
import { readConfiguration } from '../../dist/operations/configuration.js';
import { beFrugal } from '../../dist/operations/frugal.js';

// As the programs are.
beFrugal();

const seconds = (since) => (performance.now() - since) / 1000;

const db = new DatabaseSync(join(process.env.DATA_DIR, 'log.sqlite'), { readOnly: true });
const bodies = () => db.prepare('SELECT body FROM record ORDER BY position').iterate();
// Once unmeasured, so that both find the file in the operating system's memory.
for (const { body } of bodies()) if (body === null) throw new Error('a record is empty');
let began = performance.now();
let records = 0;
for (const { body } of bodies()) if (JSON.parse(body)) records += 1;
const scan = seconds(began);
began = performance.now();
for (const { body } of bodies()) createHash('sha256').update(body).digest();
const hashes = seconds(began);
db.close();

const opened = await openPipeline(readConfiguration(process.env));
const { projections } = opened.pipeline;
for (const name of projections.names()) projections.rebuild(name);
began = performance.now();
for (let turn = 1; turn % 50 > 0 || projections.status().some(({ state }) => state === 'building'); turn += 1) {
  projections.work();
  await setImmediate();
}
const rebuild = seconds(began);
await opened.close();
process.stdout.write(JSON.stringify({ records, scan, hashes, rebuild, memory: process.resourceUsage().maxRSS * 1024 }));
