import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue, STREAM_KINDS } from '../../src/catalogue.js';
import { InvalidEvent, UnknownEvent } from '../../src/event-store/facts.js';
import { inMemoryEventStore } from '../../src/event-store/in-memory/in-memory-event-store.js';
import { record } from '../support/invented-facts.js';
import { missingSamples, optionalFieldsWithoutSample, storedSamples } from '../support/stored-samples.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

const folder = join(import.meta.dirname, 'samples');
const samples = storedSamples(folder);
const known = catalogue();

afterAll(removeTemporaryFolders);

describe('the stored samples of the events that the calendar records', () => {
  test('hold every version of every type', () => {
    expect(missingSamples(known, folder)).toEqual([]);
  });

  test('have every optional field once', () => {
    expect(optionalFieldsWithoutSample(known, samples)).toEqual([]);
  });

  test.each(samples)('$type version $version can still be read', ({ type, version, data, current }) => {
    known.check(type, version, data);
    const stored = { ...record('month-2026-12', { type, version, data }), ...PLACE };
    expect(known.current(stored).data).toEqual(current);
  });

  test.each(samples)(
    '$type version $version is refused without a field that it must have',
    ({ type, version, data }) => {
      const definition = known.definitions().find((one) => one.type === type);
      for (const name of (definition?.schema as { required?: string[] }).required ?? []) {
        const rest = Object.fromEntries(Object.entries(data).filter(([field]) => field !== name));
        expect(() => known.check(type, version, rest)).toThrow(InvalidEvent);
        expect(() => known.check(type, version, rest)).toThrow(`${type} version ${version}: /${name} is missing`);
      }
    },
  );

  test('miss what is taken away: a sample, an optional field', () => {
    const fewer = join(temporaryFolder(), 'samples');
    mkdirSync(fewer);
    writeFileSync(join(fewer, 'PartyRemoved.1.json'), '{ "data": { "partyId": "p" } }');
    expect(missingSamples(known, fewer)).toContain('PartyRegistered.1.json');
    expect(missingSamples(known, fewer)).not.toContain('PartyRemoved.1.json');
    const without = samples.filter(({ type }) => type !== 'PartyRegistered' && type !== 'DerogationGranted');
    expect(optionalFieldsWithoutSample(known, without)).toEqual([
      'DerogationGranted/limits',
      'DerogationGranted/limits/highWindows',
      'DerogationGranted/limits/highMinutes',
      'DerogationGranted/limits/lowWindows',
      'DerogationGranted/limits/lowMinutesEach',
      'DerogationGranted/limits/earliest',
      'DerogationGranted/limits/latest',
      'PartyRegistered/webhookUrl',
    ]);
  });
});

describe('a type or a version that the calendar does not know', () => {
  const append = (type: string, version: number): Promise<unknown> =>
    inMemoryEventStore(known, STREAM_KINDS).append({
      records: [record('month-2026-12', { type, version, data: { month: '2026-12' } })],
      checks: [],
      now: '2026-12-01T12:00:00.000Z',
    });

  test('is an error that names it, on the way in and on the way out', async () => {
    await expect(append('RocketLaunched', 1)).rejects.toThrow(UnknownEvent);
    await expect(append('RocketLaunched', 1)).rejects.toThrow('RocketLaunched');
    await expect(append('MaintenanceCancelled', 7)).rejects.toThrow(UnknownEvent);
    await expect(append('MaintenanceCancelled', 7)).rejects.toThrow(
      'unknown version 7 of the event type MaintenanceCancelled',
    );
    const stored = { ...record('month-2026-12', { type: 'RocketLaunched', version: 1 }), ...PLACE };
    expect(() => known.current(stored)).toThrow('unknown event type RocketLaunched');
    expect(() => known.current({ ...stored, type: 'MaintenanceCancelled', version: 7 })).toThrow('version 7');
  });
});

const PLACE = { position: 1, revision: 0, recordedAt: '2026-12-01T12:00:00.000Z', previousHash: null, hash: '' };
