import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { PROJECTIONS } from '../../src/catalogue.js';
import { dataFolderFiles } from '../../src/event-store/sqlite/data-folder.js';
import { UnusableLog } from '../../src/event-store/sqlite/open-database.js';
import { TableStore } from '../../src/event-store/sqlite/table-store.js';
import { ProjectionBuilding } from '../../src/event-store/projection.js';
import { readConfiguration } from '../../src/operations/configuration.js';
import { openPipeline, type OpenedPipeline } from '../../src/server.js';
import { TestApi, type Answer } from '../support/api.js';
import { copyOf, filledFolder } from '../support/filled-folder.js';
import { CHANGE } from '../support/load.js';
import { removeTemporaryFolders } from '../support/temporary-folder.js';

const NOW = '2026-10-01T09:00:00Z';
/** How many bits are flipped, each in a copy of its own. */
const FLIPS = 24;

/** The folder of a server that took in four hundred rows, twelve hundred records. */
let filled: string;
beforeAll(async () => {
  filled = await filledFolder(400);
});
const started: TestApi[] = [];
afterEach(async () => {
  for (const api of started.splice(0)) await api.stop();
});
afterAll(removeTemporaryFolders);

const open = (folder: string): Promise<OpenedPipeline> => openPipeline(readConfiguration({ DATA_DIR: folder }));

/** Flips one bit of a file: at a place, or anywhere. */
function flip(file: string, at?: number): void {
  const bytes = readFileSync(file);
  const place = at ?? Math.floor(Math.random() * bytes.length);
  bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << Math.floor(Math.random() * 8)), place);
  writeFileSync(file, bytes);
}

/** Resolves once a condition holds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(20);
}

/** A copy of the folder that was filled, on which a server has run with which there are keys to ask and command. */
async function withKeys(): Promise<{ api: TestApi; rightly: Answer }> {
  const api = new TestApi(copyOf(filled));
  started.push(api);
  await api.restart(NOW);
  await api.keyOf('scheduler');
  const rightly = await api.get('/changes?limit=50');
  expect(rightly.status).toBe(200);
  await api.server.close();
  return { api, rightly };
}

const metric = ({ text }: Answer, name: string): string | undefined =>
  new RegExp(`^maintenance_calendar_${name} (\\S+)$`, 'm').exec(text)?.[1];

describe('a bit that has flipped in the log', () => {
  test('is found by the check in the background, which stops writing and names the record', async () => {
    const { api, rightly } = await withKeys();
    const { log } = dataFolderFiles(api.folder);
    const db = new DatabaseSync(log);
    const body = String(db.prepare('SELECT body FROM record WHERE position = 700').get()?.body);
    db.close();
    flip(log, readFileSync(log).indexOf(body) + body.indexOf('"recordedAt"'));

    await api.restart(NOW);
    await until(async () => (await api.request('GET', '/health/ready')).status === 503);
    const { body: ready } = await api.request('GET', '/health/ready');
    expect(ready.status).toBe('damaged');
    expect(ready.reason).toContain(`${log} is damaged: the record at position 700`);
    const refused = await api.command('RaiseChange', { ...CHANGE, changeId: 'LATE' });
    expect(refused.status).toBe(503);
    expect(refused.body.detail).toContain('the record at position 700');
    expect((await api.get('/changes?limit=50')).text).toBe(rightly.text);
    const metrics = await api.get('/metrics');
    expect(metric(metrics, 'log_halted')).toBe('1');
    expect(Number(metric(metrics, 'scrub_position'))).toBeLessThan(700);
    // Nothing is repaired in silence.
    expect(readFileSync(log).includes(body)).toBe(false);
  });

  test('anywhere is refused at the start, found by the check, or in nothing that is kept', async () => {
    const read = async (folder: string): Promise<string> => {
      const { pipeline, scrub, close } = await open(folder);
      try {
        await scrub.checkStructure();
        while (scrub.work());
        if (scrub.status.fault !== undefined) return `found: ${scrub.status.fault}`;
        return [...pipeline.store.readWritten({})].map(({ body, record: { hash } }) => body + hash).join();
      } finally {
        await close();
      }
    };
    const kept = await read(filled);
    for (let flips = 0; flips < FLIPS; flips += 1) {
      const folder = copyOf(filled);
      const { log } = dataFolderFiles(folder);
      flip(log);
      const found = await read(folder).catch((error: unknown) => error);
      if (found instanceof Error) {
        expect(found).toBeInstanceOf(UnusableLog);
        expect(found.message).toContain(log);
      } else if (String(found).startsWith('found: ')) expect(found).toContain(log);
      else expect(found === kept).toBe(true);
    }
  });
});

describe('a bit that has flipped in the projections', () => {
  /** Rows of what answers, by projection. */
  function rowsIn(folder: string): Map<string, unknown> {
    const tables = new TableStore(dataFolderFiles(folder).projections, false, true);
    const live = tables.generations().filter(({ status }) => status === 'live');
    const rows = live.map(({ id, name }): [string, unknown] => [
      name,
      [...tables.newest(id).read({ lower: '', upper: '\u{10ffff}' })],
    ]);
    void tables.close();
    return new Map(rows);
  }

  test('is never answered from: the projection is made again, and the others answer on', async () => {
    const { api, rightly } = await withKeys();
    const { projections: file } = dataFolderFiles(api.folder);
    const [first] = rightly.body.items as { changeId: string }[];
    const bytes = readFileSync(file);
    const key = `/${first?.changeId ?? ''}`;
    flip(file, bytes.indexOf('{"', bytes.indexOf(key)) + 9);

    await api.restart(NOW);
    await until(async () => {
      const { status, text, body } = await api.get('/changes?limit=50');
      if (status === 503) expect(body.detail).toContain(`${file} is damaged`);
      else expect({ status, text }).toEqual({ status: 200, text: rightly.text });
      return metric(await api.get('/metrics'), 'projection_damage') === '1' && status === 200;
    });
    await api.server.pipeline.projections.finish();
    expect((await api.request('GET', '/health/ready')).body.status).toBe('ok');
  });

  test('anywhere is found, and what answers afterwards is as it was', async () => {
    const rightly = rowsIn(filled);
    expect([...rightly.keys()].sort()).toEqual(PROJECTIONS.map(({ name }) => name).sort());
    let found = 0;
    for (let flips = 0; flips < FLIPS; flips += 1) {
      const folder = copyOf(filled);
      flip(dataFolderFiles(folder).projections);
      const { pipeline, close } = await open(folder);
      const { projections } = pipeline;
      const ignoringDamage = (error: unknown): boolean => {
        if (error instanceof ProjectionBuilding) return true;
        throw error;
      };
      await projections.checkStructure().catch(ignoringDamage);
      const check = (): boolean => {
        try {
          return projections.check();
        } catch (error) {
          return ignoringDamage(error);
        }
      };
      while (check());
      await projections.finish();
      if (projections.damage.length > 0) found += 1;
      await close();
      expect(rowsIn(folder)).toEqual(rightly);
    }
    expect(found).toBeGreaterThan(0);
  });
});
