import Schema from 'typebox/schema';
import { lowWindow, TestApi } from '../support/api.js';
import { fileOf, OPEN, rowOf } from '../support/forward-schedule.js';
import { REPORTS } from '../support/report-facts.js';

/** Every read is asked for in a calendar in which a little of everything has happened, and held to the reference. */

let api: TestApi;
let schemas: Record<string, object>;
const ids: Record<string, string> = {};

beforeAll(async () => {
  api = await TestApi.start('2026-10-01T09:00:00Z');
  await plan();
  await api.moveClock('2026-12-05T22:00:00Z');
  await carryOut();
  schemas = await answersInTheReference();
});
afterAll(() => api.stop());

const window = (id: string, day: string, service = 'self-service-interface'): object => ({
  ...lowWindow(id, `${day}T22:00`, `${day}T23:30`),
  activities: [
    {
      description: 'Deploy',
      serviceProvider: 'DSP',
      services: [{ service, effect: 'disrupted' }],
      ssiOutageMinutes: 10,
    },
  ],
});
const CORE = 'end-to-end-communications';

/** What each command has answered. */
const told = new Map<string, object[]>();

async function done(name: string, body: object, as = 'scheduler'): Promise<Record<string, unknown>> {
  const answer = await api.command(name, body, as);
  if (answer.status !== 201) throw new Error(`${name}: ${answer.text}`);
  told.set(name, [...(told.get(name) ?? []), answer.body]);
  return answer.body;
}

async function plan(): Promise<void> {
  await done('ScheduleMaintenance', window('L1', '2026-12-05'));
  await done('ScheduleMaintenance', window('L2', '2026-12-07'));
  await done('ScheduleMaintenance', window('H1', '2026-12-10', CORE));
  await done('PublishMonthlySchedule', { month: '2026-12' });
  await done('AddLowImpactWindow', window('L3', '2026-12-15'));
  const moved = { start: '2026-12-11T22:00', end: '2026-12-11T23:30' };
  const preferred = { preferredFrom: '2026-12-11T20:00', preferredTo: '2026-12-12T08:00' };
  const first = await done('RequestReschedule', { maintenanceId: 'H1', reasons: 'Cold', ...preferred }, 'panel');
  ids.requestId = String(first.requestId);
  await done('RescheduleAtPanelRequest', { requestId: first.requestId, ...moved });
  const second = await done('RequestReschedule', { maintenanceId: 'L3', reasons: 'Again' }, 'panel');
  await done('DeclinePanelRequest', { requestId: second.requestId, stepsTaken: 'Asked', reasons: 'No room' });
  await done('RequestReschedule', { maintenanceId: 'L2', reasons: 'Open' }, 'panel');
  await done('RescheduleMaintenance', {
    maintenanceId: 'L3',
    start: '2027-01-15T22:00',
    end: '2027-01-15T23:00',
    reason: 'x',
  });
  await done('ReclassifyMaintenance', {
    maintenanceId: 'L2',
    services: [{ service: 'reporting', effect: 'disrupted' }],
    rationale: 'x',
  });
  const derogation = { clauses: ['H8.3(c)'], from: '2026-12-01', to: null, reference: 'R1', reason: 'x' };
  await done('GrantDerogation', { derogationId: 'D1', ...derogation }, 'panel');
  await done('GrantDerogation', { derogationId: 'D2', ...derogation, limits: { highWindows: 3 } }, 'panel');
  await done('GrantDerogation', { derogationId: 'D3', ...derogation, to: '2026-12-31' }, 'panel');
  await done('RevokeDerogation', { derogationId: 'D2', from: '2026-12-02', reason: 'x' }, 'panel');
  const party = { category: 'rdp', emails: ['a@acme.example'], webhookUrl: 'https://acme.example/hook' };
  await done('RegisterParty', { partyId: 'p1', name: 'Acme', ...party }, 'admin');
  await done('RecordBankHoliday', { date: '2026-12-07', name: 'Extra', announcedOn: '2026-09-30' }, 'admin');
  const pattern = { impact: 'Low', startTime: '22:00', durationMinutes: 120, from: '2026-12-01' };
  await done('DefineSlotPattern', { patternId: 'S1', ...pattern, rrule: 'FREQ=WEEKLY;BYDAY=SA' });
  await done('DefineSlotPattern', { patternId: 'S2', ...pattern, startTime: '01:30', rrule: 'FREQ=WEEKLY;BYDAY=SU' });
  await done('WithdrawSlot', { patternId: 'S1', date: '2026-12-12', reason: 'x' });
  await done('WithdrawSlot', { patternId: 'S1', date: '2026-12-19', reason: 'x' });
  await done('OfferReplacementSlot', {
    patternId: 'S1',
    date: '2026-12-12',
    start: '2026-12-13T22:00',
    end: '2026-12-14T00:00',
  });
  await planChanges();
}

async function planChanges(): Promise<void> {
  const change = {
    title: 'Patch',
    class: 'normal',
    serviceProvider: 'DSP',
    environment: 'production',
    services: [{ service: 'self-service-interface', effect: 'disrupted' }],
    plannedStart: '2026-12-05T22:00',
    plannedEnd: '2026-12-05T23:00',
  };
  for (const changeId of ['C1', 'C2', 'C3']) await done('RaiseChange', { changeId, ...change });
  await done('AssessChange', { changeId: 'C1', notes: 'x' }, 'change-manager');
  await done('ApproveChange', { changeId: 'C1' }, 'change-manager');
  await done('PlaceChange', { changeId: 'C1', maintenanceId: 'L1' });
  await done('WithdrawChange', { changeId: 'C2', reason: 'x' });
  await done('RejectChange', { changeId: 'C3', reason: 'x' }, 'change-manager');
  for (const [subject, upheld] of [
    [{ maintenanceId: 'L1' }, true],
    [{ changeId: 'C1' }, false],
  ] as const) {
    const { challengeId } = await done('ChallengeClassification', { ...subject, argument: 'x' }, 'party');
    await done('AnswerChallenge', { challengeId, rationale: 'x', upheld });
  }
  await done('ChallengeClassification', { maintenanceId: 'L2', argument: 'x' }, 'party');
  const raw = fileOf(rowOf(), rowOf({ ...OPEN, changeId: 'CRQ000002' }));
  await api.request('POST', '/imports/forward-schedule', { as: 'scheduler', raw, type: 'text/csv' });
}

async function carryOut(): Promise<void> {
  await done('StartMaintenance', { maintenanceId: 'L1' });
  const told = { expectedEnd: '2026-12-06T01:00', expectedDisruption: 'Longer' };
  const work = { activities: (window('x', '2026-12-05') as { activities: object[] }).activities, riskToReturn: 'None' };
  const event = {
    awareAt: '2026-12-05T21:00',
    start: '2026-12-05T21:00',
    expectedEnd: '2026-12-05T23:00',
    emergency: true,
  };
  for (const unplannedId of ['U1', 'U2']) await done('DeclareUnplannedMaintenance', { unplannedId, ...event, ...work });
  await done('ReportProgress', { unplannedId: 'U2', ...told });
  await api.moveClock('2026-12-06T02:00:00Z');
  await done('ReportProgress', { maintenanceId: 'L1', expectedEnd: '2026-12-06T03:00', expectedDisruption: 'Longer' });
  await api.moveClock('2026-12-06T02:30:00Z');
  const outage = { ssiOutageMinutes: 20, servicesDisrupted: [CORE] };
  await done('CompleteMaintenance', { maintenanceId: 'L1', ...outage });
  await done('EndUnplannedMaintenance', { unplannedId: 'U1', end: '2026-12-05T22:00', ...outage });
  const made = {
    outcome: 'failed',
    actualStart: '2026-12-05T22:00',
    actualEnd: '2026-12-05T23:00',
    ssiOutageMinutes: 5,
  };
  await done('RecordChangeOutcome', { changeId: 'C1', ...made });
  await done('LinkIncident', { changeId: 'C1', incidentId: 'INC1', category: 2 });
  await done('RecordLessonsLearned', { changeId: 'C1', lessons: 'x', actions: ['y'] }, 'change-manager');
  await done('StartMaintenance', { maintenanceId: 'L2', at: '2026-12-06T02:10:00Z' });
  await done('ReportProgress', { maintenanceId: 'L2', ...told, expectedEnd: '2026-12-06T05:00' });
  await done('CancelMaintenance', { maintenanceId: 'H1', reason: 'x' });
  await done('SignTreeHead', {}, 'admin');
  await changeTheRest();
}

/** Commands that the story above did without. */
async function changeTheRest(): Promise<void> {
  await done('AddHighImpactWindow', window('H2', '2027-03-10', CORE));
  const { activities } = window('L5', '2027-03-12') as { activities: object[] };
  await done('ScheduleMaintenance', window('L5', '2027-03-12'));
  await done('AddActivity', { maintenanceId: 'L5', activity: activities[0] });
  await done('ExtendDerogation', { derogationId: 'D3', to: null }, 'panel');
  const holiday = { date: '2026-12-28', name: 'x', announcedOn: '2026-09-30' };
  await done('RemoveBankHoliday', holiday, 'admin');
  await done('RegisterParty', { partyId: 'p2', name: 'Beta', category: 'rdp', emails: ['b@beta.example'] }, 'admin');
  await done('RemoveParty', { partyId: 'p2' }, 'admin');
  const { keyId } = await done('IssueApiKey', { name: 'Gamma', roles: ['reporting'] }, 'admin');
  await done('RevokeApiKey', { keyId }, 'admin');
  const { items } = (await api.get('/persons?name=Gamma', 'admin')).body as { items: { person: string }[] };
  await done('ErasePerson', { person: items[0]?.person }, 'admin');
}

/** The answer that the reference describes of each read, by path; every field that there is must be in it. */
async function answersInTheReference(): Promise<Record<string, object>> {
  const { paths } = (await api.request('GET', '/openapi.json')).body as {
    paths: Record<string, { get?: { responses: Record<string, { content?: Record<string, { schema: object }> }> } }>;
  };
  return Object.fromEntries(
    Object.entries(paths).flatMap(([path, { get }]) => {
      const schema = get?.responses['200']?.content?.['application/json']?.schema;
      return schema === undefined ? [] : [[path, closed(schema)]];
    }),
  );
}

/** A schema that allows no field which it does not name. */
const closed = (schema: object): object =>
  JSON.parse(JSON.stringify(schema), (_, value: unknown) =>
    isObjectSchema(value) ? { ...value, additionalProperties: false } : value,
  ) as object;

const isObjectSchema = (value: unknown): value is { type: 'object'; properties: object } =>
  typeof value === 'object' && value !== null && 'properties' in value && 'type' in value && value.type === 'object';

const ASKED: readonly (readonly [path: string, ...asked: readonly string[]])[] = [
  ['/months/{month}', '/months/2026-12', '/months/2027-01', '/months/2019-03', '/months/2020-03'],
  ['/months/{month}/versions', '/months/2026-12/versions', '/months/2027-01/versions'],
  ['/months/{month}/versions/{version}', '/months/2026-12/versions/2'],
  [
    '/months/{month}/diff',
    ...['1&to=2', '1&to=5', '4&to=6', '1&to=6'].map((from) => `/months/2026-12/diff?from=${from}`),
  ],
  ['/maintenance/{maintenanceId}', ...['L1', 'L2', 'L3', 'H1'].map((id) => `/maintenance/${id}`)],
  ['/notice-deadline', '/notice-deadline?event=2026-12-01&days=20'],
  ['/risk-calculator', '/risk-calculator?core=true&consumer=true&downtimeMinutes=11&complexity=high'],
  ['/panel-requests', '/panel-requests'],
  ['/panel-requests/{requestId}', '/panel-requests/{requestId}'],
  ['/derogations', '/derogations'],
  ['/derogations/{derogationId}', '/derogations/D1', '/derogations/D2'],
  ['/changes', '/changes', '/changes?limit=1'],
  ['/changes/{changeId}', ...['C1', 'C2', 'C3', 'CRQ000001', 'CRQ000002'].map((id) => `/changes/${id}`)],
  ['/challenges', '/challenges'],
  ['/slots', '/slots'],
  ['/unplanned', '/unplanned'],
  ['/unplanned/{unplannedId}', '/unplanned/U1', '/unplanned/U2'],
  ['/parties', '/parties'],
  ['/bank-holidays', '/bank-holidays'],
  ['/api-keys', '/api-keys'],
  ['/persons', '/persons?name=acme', '/persons?name=change.analyst.01'],
  ...REPORTS.map(
    (name) => [`/reports/${name}`, `/reports/${name}`, `/reports/${name}?from=2019-02&to=2020-04`] as const,
  ),
  ['/events', '/events', '/events?limit=1'],
  ['/events/{id}', '/events/{id}'],
  ['/months/{month}/history', '/months/2026-12/history'],
  ['/streams/{stream}/history', '/streams/change-C1/history'],
  ['/audit/head', '/audit/head'],
  ['/audit/keys', '/audit/keys'],
  ['/audit/inclusion', '/audit/inclusion?position=3'],
  ['/audit/consistency', '/audit/consistency?from=3'],
];

test.each(ASKED)('%s answers what the reference says, and nothing else', async (path, ...asked) => {
  const { items } = (await api.get('/events?type=MaintenanceCompleted', 'auditor')).body as { items: { id: string }[] };
  ids.id = items[0]?.id ?? '';
  for (const one of asked) {
    const answer = await api.get(
      one.replace(/\{(\w+)\}/, (_, name: string) => ids[name] ?? ''),
      'auditor',
    );
    const [, errors] = Schema.Errors(schemas[path] ?? false, answer.body);
    expect({ one, status: answer.status, errors }).toEqual({ one, status: 200, errors: [] });
  }
});

test('every command answers what the reference says, and nothing else', async () => {
  const { paths, components } = (await api.request('GET', '/openapi.json')).body as {
    paths: Record<string, { post?: { responses: Record<string, { content?: Record<string, { schema: AllOf }> }> } }>;
    components: { schemas: { CommandAnswer: { properties: object } } };
  };
  const commands = Object.keys(paths).flatMap((path) => /^\/commands\/(\w+)$/.exec(path)?.[1] ?? []);
  expect([...told.keys()].sort()).toEqual(commands.sort());
  for (const [name, answers] of told) {
    const [, adds] =
      paths[`/commands/${name}`]?.post?.responses['201']?.content?.['application/json']?.schema.allOf ?? [];
    const schema = closed({
      ...adds,
      properties: { ...components.schemas.CommandAnswer.properties, ...adds?.properties },
    });
    const document = { ...schema, components };
    for (const answer of answers)
      expect({ name, errors: Schema.Errors(document, answer)[1] }).toEqual({ name, errors: [] });
  }
});

/** An answer to a command: what every one has, and what this one adds. */
interface AllOf {
  readonly allOf: readonly { readonly properties?: object }[];
}

test('that is every read that the reference knows', () => {
  expect(Object.keys(schemas).sort()).toEqual(ASKED.map(([path]) => path).sort());
});
