import { TestApi } from '../support/api.js';
import { commandLine } from '../support/command-line.js';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
  await api.command('RaiseChange', change, 'scheduler');
});
afterAll(() => api.stop());

const change = {
  changeId: 'CRQ000001',
  title: 'Upgrade the message broker',
  class: 'normal',
  serviceProvider: 'DSP',
  environment: 'production',
  services: [{ service: 'self-service-interface', effect: 'disrupted' }],
  plannedStart: '2026-12-05T20:00:00Z',
  plannedEnd: '2026-12-05T22:00:00Z',
  downtimeMinutes: 30,
};

const rebuild = (...args: string[]): ReturnType<typeof commandLine> =>
  commandLine(['rebuild', ...args], { DATA_DIR: api.folder, LOG_LEVEL: 'silent' });
const changes = async (): Promise<unknown> => (await api.get('/changes', 'reporting')).body.items;

test('a server that runs makes its projections again, and answers on', async () => {
  const before = await changes();
  expect(before).toMatchObject([{ changeId: 'CRQ000001' }]);
  const { projections } = api.server.pipeline;
  expect(await rebuild()).toEqual({
    code: 0,
    stdout: `${projections.names().join(', ')}: made again from the log\n`,
    stderr: '',
  });
  expect(await changes()).toEqual(before);
  expect(projections.status().map(({ state }) => state)).toEqual(projections.names().map(() => 'live'));
});

test('while no server runs it is done at once', async () => {
  const before = await changes();
  await api.server.close();
  expect(await rebuild('forward-schedule')).toEqual({
    code: 0,
    stdout: 'forward-schedule: made again from the log\n',
    stderr: '',
  });
  await api.restart('2026-10-01T09:00:00Z');
  expect(await changes()).toEqual(before);
});

test('a name that there is not is told, with those that there are', async () => {
  const { code, stderr } = await rebuild('changes');
  expect(code).toBe(1);
  expect(stderr).toContain('there is no projection changes: there are forward-schedule, ');
});
