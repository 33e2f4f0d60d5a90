import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KurrentDBClient, StreamDeletedError } from '@kurrent/kurrentdb-client';
import { makeAuditKey } from '../../src/audit/audit-key.js';
import { lowWindow, TestApi, type Answer } from '../support/api.js';
import { CalendarServers } from '../support/calendar-servers.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

let double: KurrentDbDouble;
let calendar: CalendarServers;
/** Another calendar, of the one test that needs it. */
let others: CalendarServers | undefined;
let one: TestApi;
let other: TestApi;
/** A caller whom both servers know. */
let scheduler: string;
beforeAll(async () => {
  double = await KurrentDbDouble.start();
  calendar = new CalendarServers(double);
  [one, other] = await Promise.all([calendar.start(), calendar.start()]);
  scheduler = `Bearer ${await one.keyOf('scheduler')}`;
});
afterEach(() => {
  double.liftFaults();
});
afterAll(async () => {
  await calendar.stop();
  await others?.stop();
  await double.stop();
  removeTemporaryFolders();
});

let made = 0;
/** A window that nothing stands in the way of. */
function newWindow(): Record<string, unknown> & { readonly maintenanceId: string } {
  made += 1;
  const month = `${String(2027 + Math.floor(made / 12))}-${String((made % 12) + 1).padStart(2, '0')}`;
  const maintenanceId = `W${String(made)}`;
  return { ...lowWindow(maintenanceId, `${month}-05T22:00`, `${month}-06T02:00`), maintenanceId };
}
/** A party with a name that nobody else has. */
function newParty(): Record<string, unknown> & { readonly name: string } {
  made += 1;
  const name = `Energy Ltd number ${String(made)}`;
  return { partyId: `party-${String(made)}`, name, category: 'rdp', emails: ['planning@energy.example'] };
}
/** The person of a party, as a server shows it. */
async function personOf(name: string, api: TestApi): Promise<string> {
  const { items } = (await api.get('/parties', 'admin')).body as { items: { name: string; person: string }[] };
  return items.find((party) => party.name === name)?.person ?? '';
}

/** Position of the last event of an answer. */
const positionOf = ({ body }: Answer): string => (body.events as { position: string }[]).at(-1)?.position ?? '';
const headOf = (api: TestApi): number => api.server.pipeline.store.head();
/** Everything that has been recorded is here. */
const come = (api: TestApi, from: TestApi): Promise<boolean> => api.server.pipeline.store.reaches(headOf(from), 30_000);

describe('servers that share a calendar', () => {
  test('each see what the other records, and answer the same', async () => {
    const scheduled = await one.command('ScheduleMaintenance', newWindow(), scheduler);
    expect(scheduled.status).toBe(201);
    expect(await come(other, one)).toBe(true);
    const path = `/months/${String(scheduled.body.month)}`;
    const [here, there] = [await one.get(path), await other.get(path)];
    expect(there.text).toBe(here.text);
    expect(there.headers.get('etag')).toBe(here.headers.get('etag'));
    expect(here.body.maintenance).toHaveLength(1);
  });

  test('see at once, each for itself, what they have answered', async () => {
    for (const api of [one, other, one, other]) {
      const window = newWindow();
      await api.command('ScheduleMaintenance', window, scheduler);
      expect((await api.get(`/maintenance/${window.maintenanceId}`, scheduler)).status).toBe(200);
    }
  });

  test('record the same key once, and give its first answer, whichever is asked', async () => {
    const window = newWindow();
    const key = { 'idempotency-key': window.maintenanceId };
    const answers = await Promise.all(
      [one, other, other, one].map((api) => api.command('ScheduleMaintenance', window, scheduler, key)),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
    await come(one, other);
    expect(
      JSON.stringify((await one.get('/events?type=MaintenanceScheduled', 'auditor')).body).split(window.maintenanceId),
    ).toHaveLength(2);
    const changed = await other.command('ScheduleMaintenance', { ...window, riskToReturn: 'another' }, scheduler, key);
    expect(changed.body.code).toBe('idempotency-mismatch');
  });

  describe('refuse nothing that the other has made possible, however far behind they are:', () => {
    const window = newWindow();
    const { maintenanceId } = window;
    const key = { 'idempotency-key': maintenanceId };
    let first: Answer;

    test('neither a repeated command', async () => {
      await come(other, one);
      calendar.lag(1_000);
      first = await one.command('ScheduleMaintenance', window, scheduler, key);
      expect(headOf(other)).toBeLessThan(Number(positionOf(first)));
      const repeated = await other.command('ScheduleMaintenance', window, scheduler, key);
      expect(repeated.status).toBe(201);
      expect(repeated.body).toEqual(first.body);
    });

    test('nor one with a new entity tag', async () => {
      await come(other, one);
      calendar.lag(400);
      const activity = (lowWindow('', '', '').activities as object[])[0];
      await one.command('AddActivity', { maintenanceId, activity }, scheduler);
      const etag = (await one.get(`/months/${String(first.body.month)}`, scheduler)).headers.get('etag') ?? '';
      const added = await other.command('AddActivity', { maintenanceId, activity }, scheduler, { 'if-match': etag });
      expect(added.status).toBe(201);
    });

    test('nor one about what is new', async () => {
      await come(one, other);
      calendar.lag(400);
      const added = newWindow();
      await one.command('ScheduleMaintenance', added, scheduler);
      const cancellation = { maintenanceId: added.maintenanceId, reason: 'No longer needed' };
      expect((await other.command('CancelMaintenance', cancellation, scheduler)).status).toBe(201);
    });
  });

  test('tell a refusal once there is a leader to ask again', async () => {
    const fault = double.fault({ on: 'read', how: 'not-ready', times: 4, stream: calendar.stream });
    const refused = await one.command('CancelMaintenance', { maintenanceId: 'nobody', reason: 'x' }, scheduler);
    expect([refused.status, fault.met]).toEqual([404, 4]);
  });

  test('let a key in that the other has just issued', async () => {
    calendar.lag(400);
    const key = `Bearer ${await one.keyOf('panel')}`;
    const before = headOf(other);
    expect((await other.get('/months/2026-12', key)).status).toBe(200);
    expect(headOf(other)).toBeGreaterThan(before);
  });
});

test('servers that have one audit key sign heads over what the other has just recorded', async () => {
  const file = join(temporaryFolder(), 'audit-key.pem');
  makeAuditKey(file);
  others = new CalendarServers(double);
  const settings = { AUDIT_KEY_FILE: file };
  const [signing, recording] = await Promise.all([
    others.start(undefined, settings),
    others.start(undefined, settings),
  ]);
  await recording.command('RegisterParty', newParty(), 'admin');
  await come(signing, recording);
  expect((await signing.command('SignTreeHead', {}, 'admin')).status).toBe(201);
  await come(recording, signing);
  others.lag(1_000);
  const position = positionOf(await recording.command('RegisterParty', newParty(), 'admin'));
  expect(headOf(signing)).toBeLessThan(Number(position));
  expect((await signing.command('SignTreeHead', {}, 'admin')).body.size).toBe(Number(position));
});

describe('a read that waits for a position', () => {
  test('sees what the other server has answered', async () => {
    await come(other, one);
    calendar.lag(1_000);
    const window = newWindow();
    const path = `/maintenance/${window.maintenanceId}`;
    const position = positionOf(await one.command('ScheduleMaintenance', window, scheduler));
    expect((await other.get(path, scheduler)).status).toBe(404);
    const waited = await other.get(`${path}?minPosition=${position}`, scheduler);
    expect(waited.status).toBe(200);
    expect((await one.get(`${path}?minPosition=${position}`, scheduler)).text).toBe(waited.text);
  });

  test('is told to come again where the position does not come', async () => {
    const late = await other.get('/months/2026-12?minPosition=999999', scheduler);
    expect([late.status, late.body.code, late.headers.get('retry-after')]).toEqual([503, 'position-not-reached', '1']);
  });

  test('is refused what is no position', async () => {
    expect((await other.get('/months/2026-12?minPosition=-1', scheduler)).body.errors).toEqual([
      { pointer: '/minPosition', detail: expect.stringContaining('a position') as string },
    ]);
  });
});

describe('the keys of persons', () => {
  test('are known to every server, and fetched again where its file of them is gone', async () => {
    const party = newParty();
    const position = positionOf(await one.command('RegisterParty', party, 'admin'));
    expect((await other.get(`/parties?minPosition=${position}`, 'admin')).text).toContain(party.name);
    await other.server.close();
    rmSync(join(other.folder, 'persons.sqlite'));
    expect((await (await calendar.start(other)).get('/parties', 'admin')).text).toContain(party.name);
  });

  test('go with the person who is erased: from every server, a new and an older one too, and from the cluster', async () => {
    const party = newParty();
    await one.command('RegisterParty', party, 'admin');
    await come(other, one);
    const person = await personOf(party.name, other);
    expect(double.stream(`${calendar.stream}-${person}`)).toHaveLength(1);
    const older = new TestApi();
    await other.server.close();
    cpSync(other.folder, older.folder, { recursive: true });
    await calendar.start(other);
    expect((await other.command('ErasePerson', { person }, 'admin')).status).toBe(201);
    const client = KurrentDBClient.connectionString(double.url);
    const reading = client.readStream(`${calendar.stream}-${person}`);
    await expect(reading[Symbol.asyncIterator]().next()).rejects.toThrow(StreamDeletedError);
    await client.dispose();
    for (const api of [one, other, await calendar.start(), await calendar.start(older)]) {
      await come(api, other);
      const parties = (await api.get('/parties', 'admin')).text;
      expect(parties).toContain(String(party.partyId));
      expect(parties).not.toContain(party.name);
      expect(api.server.pipeline.keys.has(person)).toBe(false);
    }
  });

  test('of whom the other server has just registered can be erased', async () => {
    await come(other, one);
    calendar.lag(400);
    const party = newParty();
    await one.command('RegisterParty', party, 'admin');
    const person = await personOf(party.name, one);
    expect(other.server.pipeline.keys.has(person)).toBe(false);
    expect((await other.command('ErasePerson', { person }, 'admin')).status).toBe(201);
  });

  test('lead from one name to one person, until that one is erased', async () => {
    const [first, second] = [one.server.pipeline.keys, other.server.pipeline.keys];
    const people = await Promise.all([first.personFor('Aurelia Quill'), second.personFor('Aurelia Quill ')]);
    expect(people[0]).toBe(people[1]);
    expect(second.open(first.seal(people[0], 'text'))).toBe('text');
    const [person] = people;
    expect((await one.command('ErasePerson', { person }, 'admin')).status).toBe(201);
    await come(other, one);
    expect([first.named('Aurelia Quill'), second.named('Aurelia Quill')]).toEqual([undefined, undefined]);
    const anew = await second.personFor('Aurelia Quill');
    expect(anew).not.toBe(person);
    expect(await first.personFor('Aurelia Quill')).toBe(anew);
  });
});

test('heads are signed by the server whose key was the first, where each has a key of its own', async () => {
  expect((await one.command('SignTreeHead', {}, 'admin')).status).toBe(201);
  await one.command('ScheduleMaintenance', newWindow(), scheduler);
  await come(other, one);
  expect((await other.command('SignTreeHead', {}, 'admin')).body.code).toBe('signed-elsewhere');
  expect((await one.command('SignTreeHead', {}, 'admin')).status).toBe(201);
});

describe('a replica', () => {
  test('that is older than its projections is brought forward, and they are made anew', async () => {
    const window = newWindow();
    await one.command('ScheduleMaintenance', window, scheduler);
    await come(other, one);
    await other.server.close();
    const older = readFileSync(join(other.folder, 'log.sqlite'));
    await calendar.start(other);
    await one.command(
      'CancelMaintenance',
      { maintenanceId: window.maintenanceId, reason: 'No longer needed' },
      scheduler,
    );
    await come(other, one);
    await other.server.pipeline.projections.finish();
    await other.server.close();
    writeFileSync(join(other.folder, 'log.sqlite'), older);
    await calendar.start(other);
    await come(other, one);
    const path = `/maintenance/${window.maintenanceId}`;
    const [here, there] = [await one.get(path, scheduler), await other.get(path, scheduler)];
    expect([here.status, here.body.status]).toEqual([200, 'cancelled']);
    expect(there.text).toBe(here.text);
  });
});
