import { setImmediate } from 'node:timers/promises';
import { lowWindow } from '../support/api.js';
import { CalendarServers } from '../support/calendar-servers.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';
import { ServerProcess } from '../support/server-process.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

const NOW = '2026-10-01T09:00:00Z';
/** Commands that each client sends, one after the other. */
const EACH = 40;
const CLIENTS = ['a', 'b', 'c', 'd'];

interface Scheduled {
  readonly data: { readonly maintenance: { readonly maintenanceId: string } };
}
const idOf = ({ data }: { readonly data: unknown }): string => (data as Scheduled).data.maintenance.maintenanceId;

let double: KurrentDbDouble;
const running: ServerProcess[] = [];
beforeAll(async () => {
  double = await KurrentDbDouble.start({ nodes: 3 });
});
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop('SIGKILL')));
  await double.stop();
  removeTemporaryFolders();
});

async function start(calendar: CalendarServers, folder: string): Promise<ServerProcess> {
  const server = await ServerProcess.start({
    ...calendar.settings,
    DATA_DIR: folder,
    TEST_CLOCK: NOW,
    LOG_LEVEL: 'info',
  });
  running.push(server);
  return server;
}

test('two servers lose and repeat nothing, while one is killed, and the connections to the cluster again and again', async () => {
  const calendar = new CalendarServers(double);
  const folders = [temporaryFolder(), temporaryFolder()];
  const servers = await Promise.all(folders.map((folder) => start(calendar, folder)));
  const issued = await servers[0]?.ask('POST', '/commands/IssueApiKey', undefined, {
    name: 'load',
    roles: ['scheduler', 'auditor'],
  });
  const { key } = JSON.parse(issued?.text ?? '') as { key: string };

  let acknowledged = 0;
  /** Sends until it is told what became of it, to whichever server is there, always under the same key. */
  async function record(maintenanceId: string, first: number): Promise<void> {
    for (let attempt = first; ; attempt += 1) {
      const response = await fetch(`${servers[attempt % 2]?.url ?? ''}/commands/ScheduleMaintenance`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': maintenanceId,
        },
        body: JSON.stringify(lowWindow(maintenanceId, ...placeOf(maintenanceId))),
      }).catch(() => undefined);
      if (response?.status === 201) {
        acknowledged += 1;
        return;
      }
      if (response) expect([409, 503]).toContain(response.status);
      if (response?.status === 409) expect(await response.text()).toContain('race-lost');
      await setImmediate();
    }
  }
  const load = CLIENTS.map(async (client, index) => {
    for (let count = 0; count < EACH; count += 1) await record(`${client}${String(count)}`, index + count);
  });
  const reached = async (share: number): Promise<void> => {
    while (acknowledged < CLIENTS.length * EACH * share) await setImmediate();
  };

  await reached(0.2);
  await servers[1]?.stop('SIGKILL');
  servers[1] = await start(calendar, folders[1] ?? '');
  for (const share of [0.5, 0.6, 0.7, 0.8]) {
    await reached(share);
    double.resetConnections();
  }
  await Promise.all(load);

  const recorded = double.stream(calendar.stream);
  const scheduled = recorded.filter(({ type }) => type === 'MaintenanceScheduled');
  const expected = CLIENTS.flatMap((client) => Array.from({ length: EACH }, (_, count) => `${client}${String(count)}`));
  expect(scheduled.map(idOf).sort()).toEqual(expected.sort());
  for (const server of servers) {
    const path = `/events?limit=1000&minPosition=${String(recorded.length)}`;
    while ((await server.ask('GET', '/health/ready')).status !== 200) await setImmediate();
    const seen = await server.ask('GET', path, key);
    expect(seen.status).toBe(200);
    const { items } = JSON.parse(seen.text) as { items: { id: string }[] };
    expect(items.map(({ id }) => id)).toEqual(recorded.map(({ id }) => id));
  }
});

/** When a window is that stands in nobody's way: of the six that fit into a month, five are used. */
function placeOf(maintenanceId: string): [start: string, end: string] {
  const client = CLIENTS.indexOf(maintenanceId[0] ?? '');
  const count = Number(maintenanceId.slice(1));
  const month = client * 8 + Math.floor(count / 5);
  const day = String((count % 5) * 5 + 1).padStart(2, '0');
  const at = `${String(2027 + Math.floor(month / 12))}-${String((month % 12) + 1).padStart(2, '0')}-${day}`;
  return [`${at}T22:00`, `${at}T23:00`];
}
