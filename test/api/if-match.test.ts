import { lowWindow, TestApi } from '../support/api.js';

/** Every command that acts on something with an entity tag: what must be there, where its tag is read, and a body. */
const ACTS: Readonly<Record<string, (api: TestApi) => Promise<{ read: string; body: object; role?: string }>>> = {
  ScheduleMaintenance: () => Promise.resolve({ read: '/months/2026-12', body: window('L9') }),
  AddLowImpactWindow: () => Promise.resolve({ read: '/months/2026-12', body: window('L9') }),
  AddHighImpactWindow: () => Promise.resolve({ read: '/months/2026-12', body: high('H9') }),
  PublishMonthlySchedule: () => Promise.resolve({ read: '/months/2026-12', body: { month: '2026-12' } }),
  AddActivity: async (api) => {
    await api.command('ScheduleMaintenance', window('L1'));
    return {
      read: '/months/2026-12',
      body: { maintenanceId: 'L1', activity: (window('x').activities as object[])[0] },
    };
  },
  ReclassifyMaintenance: async (api) => {
    await api.command('ScheduleMaintenance', window('L1'));
    const services = [{ service: 'reporting', effect: 'disrupted' }];
    return { read: '/months/2026-12', body: { maintenanceId: 'L1', services, rationale: 'x' } };
  },
  CancelMaintenance: async (api) => {
    await api.command('ScheduleMaintenance', window('L1'));
    return { read: '/months/2026-12', body: { maintenanceId: 'L1', reason: 'x' } };
  },
  RescheduleMaintenance: async (api) => {
    await api.command('ScheduleMaintenance', window('L1'));
    const to = { start: '2026-12-15T20:00', end: '2026-12-15T21:00' };
    return { read: '/months/2026-12', body: { maintenanceId: 'L1', ...to, reason: 'x' } };
  },
  StartMaintenance: async (api) => {
    await api.command('ScheduleMaintenance', window('L1'));
    return { read: '/months/2026-12', body: { maintenanceId: 'L1' } };
  },
  ReportProgress: async (api) => {
    await api.command('ScheduleMaintenance', window('L1'));
    await api.command('StartMaintenance', { maintenanceId: 'L1' });
    const told = { expectedEnd: '2026-12-09T20:00', expectedDisruption: 'x' };
    return { read: '/months/2026-12', body: { maintenanceId: 'L1', ...told } };
  },
  CompleteMaintenance: async (api) => {
    await api.command('ScheduleMaintenance', window('L1'));
    await api.command('StartMaintenance', { maintenanceId: 'L1' });
    await api.moveClock('2026-10-01T10:00:00Z');
    return { read: '/months/2026-12', body: { maintenanceId: 'L1', ssiOutageMinutes: 0, servicesDisrupted: [] } };
  },
  RequestReschedule: async (api) => {
    await requested(api);
    return { read: '/months/2026-12', body: { maintenanceId: 'L1', reasons: 'Again' }, role: 'panel' };
  },
  RescheduleAtPanelRequest: async (api) => ({
    read: '/months/2026-12',
    body: { requestId: await requested(api), start: '2026-12-15T20:00', end: '2026-12-15T21:00' },
  }),
  DeclinePanelRequest: async (api) => {
    const requestId = await requested(api);
    return { read: `/panel-requests/${requestId}`, body: { requestId, stepsTaken: 'x', reasons: 'x' } };
  },
  ExtendDerogation: async (api) => {
    await granted(api);
    return { read: '/derogations/D1', body: { derogationId: 'D1', to: null }, role: 'panel' };
  },
  RevokeDerogation: async (api) => {
    await granted(api);
    return { read: '/derogations/D1', body: { derogationId: 'D1', from: '2026-12-05', reason: 'x' }, role: 'panel' };
  },
  AssessChange: (api) => onChange(api, {}, 'change-manager'),
  ApproveChange: async (api) => {
    const act = await onChange(api, {}, 'change-manager');
    await api.command('AssessChange', { changeId: 'C1' }, 'change-manager');
    return act;
  },
  RejectChange: (api) => onChange(api, {}, 'change-manager'),
  PlaceChange: async (api) => {
    await api.command('ScheduleMaintenance', window('L1'));
    return onChange(api, { maintenanceId: 'L1' }, 'scheduler', 'standard');
  },
  WithdrawChange: (api) => onChange(api, { reason: 'x' }),
  RecordChangeOutcome: (api) => onChange(api, { outcome: 'successful', ...MADE }),
  LinkIncident: (api) => onChange(api, { incidentId: 'INC1', category: 3 }, 'change-manager'),
  RecordLessonsLearned: async (api) => {
    const act = await onChange(api, { lessons: 'x', actions: ['y'] }, 'change-manager');
    await api.command('RecordChangeOutcome', { changeId: 'C1', outcome: 'failed', ...MADE });
    return act;
  },
};

const MADE = { actualStart: '2026-10-01T06:00', actualEnd: '2026-10-01T07:00' };

/** A change that was raised, and a command on it. */
async function onChange(
  api: TestApi,
  body: object,
  role = 'scheduler',
  kind = 'normal',
): Promise<{ read: string; body: object; role: string }> {
  await api.command('RaiseChange', {
    changeId: 'C1',
    title: 'Upgrade',
    class: kind,
    serviceProvider: 'DSP',
    environment: 'production',
    services: [{ service: 'self-service-interface', effect: 'disrupted' }],
    plannedStart: '2026-12-08T20:00',
    plannedEnd: '2026-12-08T21:00',
  });
  return { read: '/changes/C1', body: { changeId: 'C1', ...body }, role };
}

const window = (id: string): Record<string, unknown> => lowWindow(id, '2026-12-08T20:00', '2026-12-08T21:00');
const high = (id: string): Record<string, unknown> => ({
  ...window(id),
  activities: [
    {
      description: 'Deploy a release',
      serviceProvider: 'DSP',
      services: [{ service: 'install-and-commission', effect: 'disrupted' }],
    },
  ],
});
const granted = (api: TestApi): ReturnType<TestApi['command']> =>
  api.command(
    'GrantDerogation',
    { derogationId: 'D1', clauses: ['H8.3(c)'], from: '2026-12-01', to: '2026-12-10', reference: 'R', reason: 'r' },
    'panel',
  );
/** A published window, and a request of the Panel's to move it. */
async function requested(api: TestApi): Promise<string> {
  await api.command('ScheduleMaintenance', window('L1'));
  await api.command('PublishMonthlySchedule', { month: '2026-12' });
  const { body } = await api.command('RequestReschedule', { maintenanceId: 'L1', reasons: 'Clash' }, 'panel');
  return String(body.requestId);
}

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start();
});
afterEach(() => api.stop());

test.each(Object.entries(ACTS))('%s is done on what was read, and not on what has moved on', async (name, prepare) => {
  const { read, body, role = 'scheduler' } = await prepare(api);
  const etag = (await api.get(read)).headers.get('etag') ?? '';
  const stale = await api.command(name, body, role, { 'if-match': '"another"' });
  expect(stale).toMatchObject({ status: 412, body: { code: 'changed-meanwhile' } });
  const done = await api.command(`${name}?dryRun=true`, body, role, { 'if-match': `"another", ${etag}` });
  expect({ status: done.status, said: done.status === 200 ? '' : done.text }).toEqual({ status: 200, said: '' });
  expect((await api.command(name, body, role, { 'if-match': etag })).status).toBe(201);
});

test('a command that acts on nothing with an entity tag says so, and the reference does', async () => {
  const { paths } = (await api.request('GET', '/openapi.json')).body as {
    paths: Record<string, { post?: { parameters: { name: string; description: string }[] } }>;
  };
  const without = Object.entries(paths)
    .filter(([, { post }]) =>
      post?.parameters.some(({ name, description }) => name === 'If-Match' && description.startsWith('not for this')),
    )
    .map(([path]) => path.slice('/commands/'.length));
  const commands = Object.keys(paths).filter((path) => path.startsWith('/commands/'));
  expect(without.sort()).toEqual(
    commands
      .map((path) => path.slice('/commands/'.length))
      .filter((name) => !(name in ACTS))
      .sort(),
  );
  for (const name of without)
    for (const role of ['admin', 'panel']) {
      const answer = await api.command(name, {}, role, { 'if-match': '*' });
      if (answer.status !== 403)
        expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining('If-Match') as string } });
    }
});
