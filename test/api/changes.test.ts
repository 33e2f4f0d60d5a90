import { parse } from 'csv-parse/sync';
import { fileOf, rowOf } from '../support/forward-schedule.js';
import { lowWindow, TestApi, type Answer } from '../support/api.js';

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start();
});
afterEach(() => api.stop());

const SSI = [{ service: 'self-service-interface', effect: 'disrupted' }];
const body = (changeId: string, more: object = {}): Record<string, unknown> => ({
  changeId,
  title: 'Upgrade message broker',
  class: 'standard',
  serviceProvider: 'DSP',
  environment: 'production',
  services: [],
  plannedStart: '2026-12-14T10:00',
  plannedEnd: '2026-12-14T11:00',
  ...more,
});
const raise = (changeId: string, more: object = {}, as = 'scheduler'): Promise<Answer> =>
  api.command('RaiseChange', body(changeId, more), as);
const items = ({ body: { items: all } }: Answer): Record<string, unknown>[] => all as Record<string, unknown>[];
const ids = (answer: Answer): unknown[] => items(answer).map(({ changeId }) => changeId);

test('a change is followed from its raising to its lessons, with its window as it now stands', async () => {
  await api.command('ScheduleMaintenance', lowWindow('L1', '2026-12-05T20:00', '2026-12-05T22:00'));
  await raise('C1', { class: 'normal', services: SSI });
  expect((await api.get('/changes/C1')).body).toMatchObject({
    status: 'raised',
    plannedStart: '2026-12-14T10:00:00Z',
    plannedStartLocal: '2026-12-14T10:00',
    outcome: null,
    window: null,
    incidents: [],
  });
  expect((await api.command('AssessChange', { changeId: 'C1' }, 'change-manager')).body).toMatchObject({
    impact: 'Low',
    needsWindow: true,
    risk: { product: 0, additive: 2 },
  });
  await api.command('ApproveChange', { changeId: 'C1', reason: 'Rehearsed' }, 'change-manager');
  const placed = await api.command('PlaceChange', { changeId: 'C1', maintenanceId: 'L1' });
  expect(placed.body).toMatchObject({
    status: 'placed',
    start: '2026-12-05T20:00:00Z',
    findings: [{ rule: 'A.Classification' }],
  });
  const to = { start: '2027-01-06T20:00', end: '2027-01-06T22:00' };
  await api.command('RescheduleMaintenance', { maintenanceId: 'L1', ...to, reason: 'x' });
  expect((await api.get('/changes/C1')).body).toMatchObject({
    status: 'placed',
    plannedStart: '2027-01-06T20:00:00Z',
    window: { maintenanceId: 'L1', month: '2027-01', status: 'planned', impact: 'Low' },
    decision: { verdict: 'approved', reason: 'Rehearsed' },
  });
  expect(ids(await api.get('/changes?month=2027-01'))).toEqual(['C1']);
  expect(ids(await api.get('/changes?month=2026-12'))).toEqual([]);

  await api.moveClock('2027-01-07T09:00:00Z');
  const actual = { actualStart: '2027-01-06T20:00', actualEnd: '2027-01-06T23:00' };
  const outcome = { changeId: 'C1', outcome: 'backed-out', ...actual, ssiOutageMinutes: 20 };
  const recorded = await api.command('RecordChangeOutcome', outcome, 'service-provider:DSP');
  expect(recorded.body).toMatchObject({ status: 'implemented' });
  expect((await api.command('LinkIncident', { changeId: 'C1', incidentId: 'INC1', category: 2 })).status).toBe(201);
  const lessons = { changeId: 'C1', lessons: 'Order of steps', actions: ['Rehearse'] };
  expect((await api.command('RecordLessonsLearned', lessons, 'change-manager')).status).toBe(201);
  const { body: closed } = await api.get('/changes/C1');
  expect(closed).toMatchObject({
    status: 'closed',
    outcome: 'backed-out',
    ssiOutageMinutes: 20,
    incidents: [{ incidentId: 'INC1', category: 2 }],
    lessons: { lessons: 'Order of steps', actions: ['Rehearse'] },
  });
  expect((closed.history as { type: string }[]).map(({ type }) => type)).toEqual([
    'ChangeRaised',
    'ChangeAssessed',
    'ChangeApproved',
    'ChangePlaced',
    'ChangeOutcomeRecorded',
    'IncidentLinked',
    'LessonsLearnedRecorded',
    'ChangeClosed',
  ]);
  expect((await api.get('/changes/C1?asOf=2026-10-01T09:00:00Z')).body).toMatchObject({ outcome: null, incidents: [] });
});

test('an environment is known in upper and lower case, raised here or imported', async () => {
  await raise('C1', { environment: 'Production', services: SSI });
  expect((await api.get('/changes/C1')).body).toMatchObject({ environment: 'production' });
  await raise('C2', { environment: 'UIT', services: SSI });
  expect((await api.command('AssessChange', { changeId: 'C2' }, 'change-manager')).body).toMatchObject({
    needsWindow: false,
  });
  const wrong = await raise('C3', { environment: 'Pre Production' });
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ pointer: '/environment' }] } });
  const raw = fileOf(
    rowOf({ changeId: 'C4', environment: 'SIT' }),
    rowOf({ changeId: 'C5', environment: 'PRODUCTION' }),
  );
  await api.request('POST', '/imports/forward-schedule', { as: 'scheduler', raw, type: 'text/csv' });
  expect(items(await api.get('/changes')).map(({ environment }) => environment)).toEqual([
    'production',
    'uit',
    'sit',
    'production',
  ]);
});

test('a change whose window was cancelled says so, in the list too, and can be placed anew', async () => {
  for (const [id, day] of [
    ['L1', '05'],
    ['L2', '06'],
  ] as const)
    await api.command('ScheduleMaintenance', lowWindow(id, `2026-12-${day}T20:00`, `2026-12-${day}T22:00`));
  await raise('C1');
  const cancelled = async (): Promise<unknown[]> => [
    (await api.get('/changes/C1')).body.windowCancelled,
    items(await api.get('/changes'))[0]?.windowCancelled,
  ];
  expect(await cancelled()).toEqual([null, null]);
  await api.command('PlaceChange', { changeId: 'C1', maintenanceId: 'L1' });
  expect(await cancelled()).toEqual([false, false]);
  await api.command('CancelMaintenance', { maintenanceId: 'L1', reason: 'x' });
  expect(await cancelled()).toEqual([true, true]);
  await api.command('PlaceChange', { changeId: 'C1', maintenanceId: 'L2' });
  expect(await cancelled()).toEqual([false, false]);
});

test('whoever raised a change is refused its approval, with the rule', async () => {
  await raise('C1', { class: 'emergency' }, 'scheduler+change-manager');
  const own = await api.command('ApproveChange', { changeId: 'C1' }, 'scheduler+change-manager');
  expect(own).toMatchObject({ status: 422, body: { rule: 'MP92-DT7', findings: [{ outcome: 'refused' }] } });
  expect((await api.command('ApproveChange', { changeId: 'C1' }, 'change-manager')).status).toBe(201);
});

test('If-Match: the change as read is acted on; one that moved on, or whose window did, is not', async () => {
  await api.command('ScheduleMaintenance', lowWindow('L1', '2026-12-05T20:00', '2026-12-05T22:00'));
  await raise('C1');
  const etag = async (): Promise<Record<string, string>> => ({
    'if-match': (await api.get('/changes/C1')).headers.get('etag') ?? '',
  });
  const raised = await etag();
  const place = { changeId: 'C1', maintenanceId: 'L1' };
  expect((await api.command('PlaceChange', place, 'scheduler', raised)).status).toBe(201);
  const withdraw = { changeId: 'C1', reason: 'x' };
  const stale = await api.command('WithdrawChange', withdraw, 'scheduler', raised);
  expect(stale).toMatchObject({ status: 412, body: { code: 'changed-meanwhile' } });
  const placed = await etag();
  await api.command('CancelMaintenance', { maintenanceId: 'L1', reason: 'x' });
  expect((await api.command('WithdrawChange', withdraw, 'scheduler', placed)).status).toBe(412);
  expect((await api.command('WithdrawChange', withdraw, 'scheduler', await etag())).status).toBe(201);
  const none = { changeId: 'NONE', reason: 'x' };
  expect((await api.command('WithdrawChange', none, 'scheduler', { 'if-match': '*' })).status).toBe(412);
});

test('a provider acts for itself alone', async () => {
  expect((await raise('C1', {}, 'service-provider:DSP')).status).toBe(201);
  expect((await raise('C2', {}, 'service-provider:CSP-North')).status).toBe(403);
  for (const [name, command] of [
    ['WithdrawChange', { changeId: 'C1', reason: 'x' }],
    [
      'RecordChangeOutcome',
      { changeId: 'C1', outcome: 'failed', actualStart: '2026-09-01T10:00', actualEnd: '2026-09-01T11:00' },
    ],
  ] as const)
    expect((await api.command(name, command, 'service-provider:CSP-North')).status).toBe(403);
});

test('the list is paged by a cursor, with a Link to the next page; filters hold together', async () => {
  const all: string[] = [];
  for (let index = 1; index <= 25; index += 1) {
    const changeId = `C${index}`;
    all.push(changeId);
    await raise(changeId, {
      class: index % 2 === 0 ? 'standard' : 'no-impact',
      serviceProvider: index % 3 === 0 ? 'DCO' : 'DSP',
      plannedStart: index % 5 === 0 ? '2026-11-30T23:59' : '2026-12-01T00:00',
    });
  }
  const visit = async (first: string): Promise<string[]> => {
    const seen: string[] = [];
    let path: string | undefined = first;
    while (path !== undefined) {
      const answer: Answer = await api.get(path);
      seen.push(...(ids(answer) as string[]));
      const next = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
      expect(next === undefined).toBe(answer.body.next === null);
      path = next;
    }
    return seen;
  };
  expect(await visit('/changes?limit=4')).toEqual([...all].sort());
  const some = all.filter((changeId) => Number(changeId.slice(1)) % 2 === 0 && Number(changeId.slice(1)) % 3 !== 0);
  const filter = 'class=standard&serviceProvider=DSP&status=raised';
  for (const limit of [1, 2, 100]) expect(await visit(`/changes?${filter}&limit=${limit}`)).toEqual([...some].sort());
  expect(await visit('/changes?month=2026-11&limit=2')).toEqual(['C10', 'C15', 'C20', 'C25', 'C5']);
  expect(await visit('/changes?status=closed')).toEqual([]);
  expect(ids(await api.get('/changes?asOf=2026-09-30T00:00:00Z'))).toEqual([]);
});

test.each([
  '/changes?month=2026-13',
  '/changes?status=open',
  '/changes?class=big',
  '/changes?limit=0',
  '/changes?limit=1001',
  '/changes?cursor=***',
  `/changes?cursor=${Buffer.from('../x').toString('base64url')}`,
  '/changes?format=xml',
  '/changes?colour=red',
  '/changes/..%2Fx',
])('GET %s is a 400', async (path) => {
  expect((await api.get(path)).status).toBe(400);
});

test('an unknown change is 404, and a title that a spreadsheet would calculate stays text', async () => {
  expect((await api.get('/changes/NONE')).status).toBe(404);
  await raise('C1', { title: '=HYPERLINK("http://evil.example","x")', services: SSI });
  await raise('C2', { title: 'Two\nlines, and "quotes"' });
  for (const [path, accept] of [
    ['/changes?format=csv&limit=1', '*/*'],
    ['/changes', 'text/csv'],
  ] as const) {
    const csv = await api.get(path, 'party', { accept });
    expect(csv.headers.get('content-type')).toMatch('text/csv');
    const [first, second] = parse(csv.text, { columns: true });
    expect(first).toMatchObject({
      changeId: 'C1',
      title: '\'=HYPERLINK("http://evil.example","x")',
      services: 'self-service-interface:disrupted',
      plannedStart: '2026-12-14T10:00:00Z',
    });
    expect(second).toMatchObject({ changeId: 'C2', title: 'Two\nlines, and "quotes"' });
  }
  const filtered = await api.get('/changes?format=csv&status=closed');
  expect(filtered.text.split('\r\n')).toHaveLength(2);
});

test('a User disputes a class, and reads the answer; who it was is not told', async () => {
  await api.command('ScheduleMaintenance', lowWindow('L1', '2026-12-05T20:00', '2026-12-05T22:00'));
  const challenge = { maintenanceId: 'L1', argument: 'Our customers cannot top up meanwhile' };
  const made = await api.command('ChallengeClassification', challenge, 'party');
  expect((await api.get('/challenges', 'party')).body).toMatchObject({ items: [{ status: 'open', answer: null }] });
  const { challengeId } = made.body;
  const answer = { challengeId, rationale: 'Only the SSI is affected', upheld: false };
  expect((await api.command('AnswerChallenge', answer, 'change-manager')).body).toMatchObject({
    consequence: 'the class stands',
  });
  const { body: list } = await api.get('/challenges', 'party');
  expect(list).toEqual({
    items: [
      {
        challengeId,
        subject: { maintenanceId: 'L1' },
        argument: challenge.argument,
        challengedAt: '2026-10-01T09:00:00Z',
        status: 'rejected',
        answer: { upheld: false, rationale: 'Only the SSI is affected', answeredAt: '2026-10-01T09:00:00Z' },
      },
    ],
  });
  for (const subject of [{}, { maintenanceId: 'L1', changeId: 'C1' }])
    expect(await api.command('ChallengeClassification', { ...subject, argument: 'x' }, 'party')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/maintenanceId' }] },
    });
  expect((await api.get('/challenges', 'service-provider:DSP')).status).toBe(403);
});

const WRONG: readonly (readonly [string, string, object, string])[] = [
  ['an unknown class', 'RaiseChange', body('X', { class: 'big' }), '/class'],
  ['an end before the start', 'RaiseChange', body('X', { plannedEnd: '2026-12-14T10:00' }), '/plannedEnd'],
  [
    'an unknown effect',
    'RaiseChange',
    body('X', { services: [{ service: 'x', effect: 'none' }] }),
    '/services/0/effect',
  ],
  ['services left out', 'RaiseChange', body('X', { services: undefined }), '/services'],
  ['a time to come', 'RaiseChange', body('X', { occurredAt: '2027-01-01T00:00:00Z' }), '/occurredAt'],
  ['a risk of one’s own', 'AssessChange', { changeId: 'X', impact: 'Low' }, '/impact'],
  ['category 6', 'LinkIncident', { changeId: 'X', incidentId: 'I', category: 6 }, '/category'],
  ['half a category', 'LinkIncident', { changeId: 'X', incidentId: 'I', category: 1.5 }, '/category'],
  ['no action', 'RecordLessonsLearned', { changeId: 'X', lessons: 'x', actions: [] }, '/actions'],
  ['a blank action', 'RecordLessonsLearned', { changeId: 'X', lessons: 'x', actions: [' '] }, '/actions'],
  [
    'an unknown outcome',
    'RecordChangeOutcome',
    { changeId: 'X', outcome: 'fine', actualStart: '2026-09-01T10:00', actualEnd: '2026-09-01T11:00' },
    '/outcome',
  ],
  [
    'an end at the start',
    'RecordChangeOutcome',
    { changeId: 'X', outcome: 'failed', actualStart: '2026-09-01T10:00', actualEnd: '2026-09-01T10:00' },
    '/actualEnd',
  ],
];
test.each(WRONG)('%s in %s is a 400 that names it', async (_, command, wrong, pointer) => {
  const answer = await api.command(command, wrong, 'scheduler+change-manager');
  expect(answer.status).toBe(400);
  expect((answer.body.errors as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer);
});
