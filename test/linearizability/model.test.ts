import type { Command } from './commands.js';
import { cancel, plan } from './history-builder.js';
import { step } from './model.js';
import { EMPTY, type Sent, type State } from './state.js';
import { viewOf } from './views.js';

const DIALECT = { oneOpenRequest: true };

/** The state after commands, each of which has to be accepted; and what becomes of one more. */
function after(...commands: readonly (Command | Sent)[]): {
  readonly state: State;
  then(command: Command | Sent): string;
} {
  const state = commands.reduce((before, command) => {
    const verdict = step(before, sent(command), DIALECT);
    if (verdict.is !== 'accepted') throw new Error(`${JSON.stringify(command)}: ${JSON.stringify(verdict)}`);
    return verdict.state;
  }, EMPTY);
  return {
    state,
    then: (command) => {
      const verdict = step(state, sent(command), DIALECT);
      return verdict.is === 'refused' ? `${verdict.status} ${verdict.rule ?? verdict.code}` : verdict.is;
    },
  };
}

const sent = (command: Command | Sent): Sent =>
  'command' in command ? command : { command, token: JSON.stringify(command), requestId: 'R' };

const publish: Command = { name: 'PublishMonthlySchedule', month: '2030-01' };
const request = (maintenanceId: string): Command => ({ name: 'RequestReschedule', maintenanceId });
const decline: Command = { name: 'DeclinePanelRequest', requestId: 'R' };
const move = (
  maintenanceId: string,
  day: string,
  month = '2030-01',
): Extract<Command, { name: 'RescheduleMaintenance' }> => ({
  name: 'RescheduleMaintenance',
  maintenanceId,
  start: `${month}-${day}T20:00:00Z`,
  end: `${month}-${day}T23:00:00Z`,
});
const atRequest = (day: string, month: string): Command => {
  const { start, end } = move('', day, month);
  return { name: 'RescheduleAtPanelRequest', requestId: 'R', start, end };
};
const grant = (more: Partial<Extract<Command, { name: 'GrantDerogation' }>> = {}): Command => ({
  name: 'GrantDerogation',
  derogationId: 'D',
  impact: 'High',
  limits: { highWindows: 3, highMinutes: 600 },
  from: '2030-01-01',
  to: '2030-01-31',
  ...more,
});
const revoke = (from: string): Command => ({ name: 'RevokeDerogation', derogationId: 'D', from });
const additional = (id: string, day: string, impact: 'High' | 'Low' = 'High'): Command => ({
  ...plan(id, day, { impact }),
  name: `Add${impact}ImpactWindow`,
});
const lows = ['01', '02', '03', '04', '05', '06'].map((day) => plan(`L${day}`, day, { impact: 'Low' }));
/** A window from 22:00 on the last of January, so long. */
const overTheEnd = (id: string, hours: number): Command => ({
  ...plan(id, '31'),
  start: '2030-01-31T22:00:00Z',
  end: `2030-02-01T0${hours - 2}:00:00Z`,
});
const february = { month: '2030-02' };

test.each<[what: string, before: readonly (Command | Sent)[], command: Command | Sent, verdict: string]>([
  ['two High Impact windows of 6 hours pass', [plan('A', '04')], plan('B', '11'), 'accepted'],
  ['a third does not', [plan('A', '04', { hours: 1 }), plan('B', '11', { hours: 1 })], plan('C', '18'), '422 H8.3(c)'],
  ['nor more than 6 hours', [plan('A', '04')], overTheEnd('B', 4), '422 H8.3(c)'],
  ['a cancelled one frees its place', [plan('A', '04'), plan('B', '11'), cancel('A')], plan('C', '18'), 'accepted'],
  ['six Low Impact windows pass', lows.slice(1), lows[0] as Command, 'accepted'],
  ['a seventh does not', lows, plan('L7', '20', { impact: 'Low' }), '422 H8.3(d)'],
  ['the classes do not count for each other', lows, plan('A', '20'), 'accepted'],
  [
    'a window past midnight counts in the next month',
    [overTheEnd('A', 3), plan('B', '04', february)],
    plan('C', '11', { ...february, hours: 1 }),
    '422 H8.3(c)',
  ],
  [
    'and is not planned if the next month is full',
    [plan('B', '04', february), plan('C', '11', february)],
    overTheEnd('A', 3),
    '422 H8.3(c)',
  ],
  [
    'its minutes after midnight too',
    [overTheEnd('A', 6), plan('B', '04', { ...february, hours: 2 })],
    cancel('A'),
    'accepted',
  ],
  [
    'a window that ends at midnight is not carried over',
    [overTheEnd('A', 2), plan('B', '04', february)],
    plan('C', '11', february),
    'accepted',
  ],
  ['windows of one class do not meet', [plan('A', '04')], plan('B', '04', { hours: 1 }), '409 overlap'],
  ['windows of two classes do', [plan('A', '04')], plan('B', '04', { impact: 'Low' }), 'accepted'],
  ['an id is taken', [plan('A', '04')], plan('A', '11'), '409 id-taken'],
  ['and stays so', [plan('A', '04'), cancel('A')], plan('A', '11'), '409 id-taken'],
  ['a window is cancelled once', [plan('A', '04'), cancel('A')], cancel('A'), '409 already-closed'],
  ['if there is one', [], cancel('A'), '404 not-found'],
  ['a schedule is published once', [publish], publish, '409 already-published'],
  ['then a window is an additional one', [publish], plan('A', '04'), '409 schedule-published'],
  ['and is added', [publish], additional('A', '04'), 'accepted'],
  ['before publication too', [], additional('A', '04', 'Low'), 'accepted'],
  [
    'the limits hold for it',
    [publish, additional('A', '04'), additional('B', '11')],
    additional('C', '18'),
    '422 H8.3(c)',
  ],
  ['a window moves', [plan('A', '04')], move('A', '11'), 'accepted'],
  ['not to where it is', [plan('A', '04')], move('A', '04'), '409 not-moved'],
  ['nor onto another', [plan('A', '04'), plan('B', '11')], move('A', '11'), '409 overlap'],
  [
    'nor into a full month',
    [plan('A', '04'), plan('B', '11'), plan('C', '04', february)],
    move('C', '18'),
    '422 H8.3(c)',
  ],
  [
    'it frees the month that it leaves',
    [plan('A', '04'), plan('B', '11'), move('A', '04', '2030-02')],
    plan('C', '18'),
    'accepted',
  ],
  ['the Panel asks about a published window', [plan('A', '04'), publish], request('A'), 'accepted'],
  ['not about another', [plan('A', '04')], request('A'), '422 H8.5'],
  ['nor about none', [], request('A'), '404 not-found'],
  ['nor about a cancelled one', [plan('A', '04'), publish, cancel('A')], request('A'), '409 already-closed'],
  ['once at a time', [plan('A', '04'), publish, request('A')], request('A'), '409 request-open'],
  ['and again after the answer', [plan('A', '04'), publish, request('A'), decline], request('A'), 'accepted'],
  [
    'a request is answered once',
    [plan('A', '04'), publish, request('A'), decline],
    atRequest('18', '2030-02'),
    '409 already-answered',
  ],
  ['by a move to another month', [plan('A', '04'), publish, request('A')], atRequest('18', '2030-02'), 'accepted'],
  ['if there is one', [], decline, '404 not-found'],
  ['a derogation allows more', [plan('A', '04'), plan('B', '11'), grant()], plan('C', '18'), 'accepted'],
  ['on its dates', [plan('A', '04'), plan('B', '11'), grant({ to: '2030-01-17' })], plan('C', '18'), '422 H8.3(c)'],
  ['to its class', [...lows, grant()], plan('L7', '20', { impact: 'Low' }), '422 H8.3(d)'],
  [
    'only what it names',
    [plan('A', '04'), plan('B', '11'), grant({ limits: { highWindows: 3 } })],
    plan('C', '18'),
    '422 H8.3(c)',
  ],
  [
    'a waiver allows all',
    [plan('A', '04'), plan('B', '11'), grant({ limits: undefined })],
    plan('C', '18'),
    'accepted',
  ],
  [
    'until it is revoked',
    [plan('A', '04'), plan('B', '11'), grant(), revoke('2030-01-18')],
    plan('C', '18'),
    '422 H8.3(c)',
  ],
  ['from that date on', [plan('A', '04'), plan('B', '11'), grant(), revoke('2030-01-19')], plan('C', '18'), 'accepted'],
  ['once', [grant(), revoke('2030-01-19')], revoke('2030-01-19'), '409 already-closed'],
  ['not after its end', [grant()], revoke('2030-02-01'), '400 invalid'],
  ['if there is one', [], revoke('2030-01-19'), '404 not-found'],
  ['its id is taken', [grant()], grant(), '409 id-taken'],
  [
    'a key is used once',
    [{ command: plan('A', '04'), token: 'T', key: 'K' }],
    { command: plan('A', '04'), token: 'T', key: 'K' },
    'repeated',
  ],
  [
    'for one body',
    [{ command: plan('A', '04'), token: 'T', key: 'K' }],
    { command: plan('A', '04'), token: 'U', key: 'K' },
    '422 idempotency-mismatch',
  ],
  [
    'a month is as its tag says',
    [],
    { command: plan('A', '04'), token: 'T', ifMatch: viewOf(EMPTY, '2030-01') },
    'accepted',
  ],
  [
    'or has moved on',
    [plan('B', '11')],
    { command: plan('A', '04'), token: 'T', ifMatch: viewOf(EMPTY, '2030-01') },
    '412 changed-meanwhile',
  ],
])('%s', (_, before, command, verdict) => {
  expect(after(...before).then(command)).toBe(verdict);
});

test('a month shows its windows, what they use, and its version', () => {
  const { state } = after(
    overTheEnd('A', 3),
    plan('B', '11', { impact: 'Low' }),
    cancel('B'),
    publish,
    move('A', '18'),
  );
  expect(viewOf(state, '2030-01')).toBe(
    '2030-01 v2 used 1/180/0: A High planned 2030-01-18T20:00:00Z 2030-01-18T23:00:00Z, ' +
      'B Low cancelled 2030-01-11T20:00:00Z 2030-01-11T23:00:00Z',
  );
  expect(viewOf(after(overTheEnd('A', 3)).state, '2030-02')).toBe('2030-02 v0 used 1/60/0: ');
});

test('a window of a summer month counts from local midnight', () => {
  const window = plan('A', '30', { month: '2030-06' });
  expect(viewOf(after({ ...window, end: '2030-06-30T23:30:00Z' }).state, '2030-07')).toContain('used 1/30/0');
});

test.each<[what: string, command: Command, facts: readonly string[]]>([
  [
    'in a draft',
    plan('C', '18'),
    ['month-2030-01 MaintenanceScheduled C High 2030-01-18T20:00:00Z 2030-01-18T23:00:00Z'],
  ],
  [
    'that moves to a published month',
    move('B', '18', '2030-02'),
    [
      'month-2030-02 MaintenanceMovedIn B High 2030-02-18T20:00:00Z 2030-02-18T23:00:00Z',
      'month-2030-01 MaintenanceRescheduled B 2030-02-18T20:00:00Z 2030-02-18T23:00:00Z',
      'month-2030-02 ScheduleReissued 2',
    ],
  ],
])('the facts of a window %s', (_, command, facts) => {
  const { state } = after(plan('B', '11'), { ...publish, month: '2030-02' });
  expect(step(state, sent(command), DIALECT)).toMatchObject({ is: 'accepted', facts });
});
