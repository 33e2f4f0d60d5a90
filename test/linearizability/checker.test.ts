import { check, type Violation } from './check.js';
import { cancel, HistoryBuilder, plan } from './history-builder.js';
import { shrink } from './shrink.js';
import { tableOf } from './table.js';

const DIALECT = { oneOpenRequest: true };
const JANUARY = '2030-01';

/** A history in which three High Impact windows are asked for and two recorded. */
function full(): HistoryBuilder {
  const told = new HistoryBuilder();
  told.accepted([0, 10], plan('A', '04'));
  told.accepted([11, 20], plan('B', '11'));
  return told;
}

const found = (told: HistoryBuilder): Violation[] => check(told.history, DIALECT);
/** Kind and subject of each violation. */
const briefly = (told: HistoryBuilder): unknown[] => found(told).map(({ kind, subject }) => [kind, subject]);

describe('a history that a sequential calendar can have made', () => {
  test('of commands, refusals, reads and dry runs passes', () => {
    const told = full();
    told.refused([21, 30], plan('C', '18'), 422, 'H8.3(c)');
    told.accepted([31, 40], cancel('A'));
    told.dryRun([41, 50], plan('C', '18'));
    told.read([41, 50], JANUARY, 3);
    told.accepted([51, 60], plan('C', '18'));
    expect(found(told)).toEqual([]);
  });

  test('may answer in another order than it records, as long as both were under way', () => {
    const told = new HistoryBuilder();
    told.accepted([0, 50], plan('A', '04'));
    told.accepted([0, 10], plan('B', '11'));
    told.refused([5, 20], plan('C', '18'), 422, 'H8.3(c)');
    expect(found(told)).toEqual([]);
  });

  test('may explain a refusal by what is recorded before its answer', () => {
    const told = full();
    told.accepted([21, 60], cancel('A'));
    told.refused([30, 40], plan('C', '18'), 422, 'H8.3(c)');
    told.refused([30, 50], cancel('A'), 409, 'already-closed');
    expect(found(told)).toEqual([]);
  });

  test('may hold what was never answered, or not', () => {
    const told = full();
    told.unanswered([21, 25], cancel('A'), { isRecorded: true });
    told.unanswered([21, 25], cancel('B'), { isRecorded: false });
    told.accepted([30, 40], plan('C', '18'));
    expect(found(told)).toEqual([]);
  });

  test('may answer one key several times, refuse it for another body, and be away', () => {
    const told = new HistoryBuilder();
    const same = { key: 'K', token: 'T' };
    told.accepted([0, 10], plan('A', '04'), same);
    told.repeated([0, 12], plan('A', '04'), same);
    told.refused([20, 30], plan('A', '04'), 422, 'idempotency-mismatch', { key: 'K' });
    told.unavailable([20, 30], plan('B', '11'), { isRecorded: false });
    expect(found(told)).toEqual([]);
  });

  test('may show an old month, on a server that has answered nothing newer', () => {
    const told = full();
    told.read([30, 40, 1], JANUARY, 1);
    told.read([41, 50, 1], JANUARY, 2, 2);
    told.read([51, 60, 0], JANUARY, 2);
    expect(found(told)).toEqual([]);
  });

  test('may refuse a tag that was read before a change, and accept one after it', () => {
    const told = full();
    const read = told.read([21, 22], JANUARY, 2);
    const ifMatch = { etag: '"1"', read, month: JANUARY, view: told.viewOf(JANUARY) };
    told.accepted([23, 30], cancel('A'), { ifMatch });
    told.refused([31, 40], cancel('B'), 412, 'changed-meanwhile', { ifMatch });
    expect(found(told)).toEqual([]);
  });
});

describe('the checker finds', () => {
  test('an acknowledged command that is lost', () => {
    const told = full();
    const lost = told.lost([21, 30], cancel('A'));
    expect(briefly(told)).toEqual([['lost', lost]]);
  });

  test('a third High Impact window', () => {
    const told = full();
    const third = told.accepted([12, 30], plan('C', '18'));
    expect(found(told)).toMatchObject([
      { kind: 'not-lawful-there', subject: third, detail: expect.stringContaining('422 H8.3(c)') as string },
    ]);
  });

  test('a cancellation before the window that it cancels', () => {
    const told = new HistoryBuilder();
    const early = told.accepted([0, 20], cancel('A'));
    told.accepted([0, 10], plan('A', '04'));
    expect(found(told)).toMatchObject([
      { kind: 'not-lawful-there', subject: early, detail: expect.stringContaining('404 not-found') as string },
    ]);
  });

  test('a refusal that nothing explains: not yet so, no longer so, never so', () => {
    const told = full();
    const early = told.refused([2, 10.5], plan('C', '18'), 422, 'H8.3(c)');
    told.accepted([21, 30], cancel('A'));
    const late = told.refused([31, 40], plan('C', '18'), 422, 'H8.3(c)');
    const never = told.refused([31, 40], plan('C', '18'), 409, 'overlap');
    expect(briefly(told)).toEqual([
      ['unexplained', early],
      ['unexplained', late],
      ['unexplained', never],
    ]);
  });

  test('refusals that go back in time: each could be, the later not after the earlier', () => {
    const told = full();
    told.accepted([21, 60], cancel('A'));
    told.refused([30, 35], cancel('A'), 409, 'already-closed');
    const back = told.refused([40, 45], plan('C', '18'), 422, 'H8.3(c)');
    expect(briefly(told)).toEqual([['unexplained', back]]);
  });

  test('a read that is older than it was asked to be', () => {
    const told = full();
    const stale = told.read([21, 30, 1], JANUARY, 1, 2);
    expect(briefly(told)).toEqual([['unexplained-read', stale]]);
  });

  test('a read that is older than what the same server answered', () => {
    const told = full();
    const stale = told.read([21, 30, 0], JANUARY, 1);
    expect(briefly(told)).toEqual([['unexplained-read', stale]]);
  });

  test('a read of half a command', () => {
    const told = full();
    told.accepted([21, 30], { name: 'PublishMonthlySchedule', month: JANUARY });
    told.accepted([31, 40], cancel('A'));
    const half = told.read([41, 50, 1], JANUARY, 4);
    const { invocations, groups } = told.history;
    const halved = invocations.map((one) =>
      one.id === half && one.answer.is === 'read'
        ? { ...one, answer: { ...one.answer, view: one.answer.view.replace('v2', 'v1') } }
        : one,
    );
    const detail = expect.stringContaining('a part of the command at position 4, 5') as string;
    expect(check({ invocations: halved, groups }, DIALECT)).toMatchObject([
      { kind: 'unexplained-read', subject: half, detail },
    ]);
  });

  test('what was recorded before something that was answered before it was sent', () => {
    const told = new HistoryBuilder();
    const late = told.accepted([20, 30], plan('A', '04'));
    told.accepted([0, 10], plan('B', '11'));
    expect(briefly(told)).toEqual([['real-time', late]]);
  });

  test('what was recorded though the log was said to be away, or though it was refused', () => {
    const told = full();
    const away = told.unavailable([21, 30], cancel('A'), { isRecorded: true });
    expect(briefly(told)).toEqual([['recorded-though-refused', away]]);
    const refused = told.refused([31, 40], cancel('B'), 409, 'already-closed', { token: 'T' });
    told.accepted([50, 60], cancel('B'), { token: 'T' });
    const { invocations, groups } = told.history;
    expect(check({ invocations: invocations.slice(0, -1), groups }, DIALECT)).toContainEqual(
      expect.objectContaining({ kind: 'recorded-though-refused', subject: refused }),
    );
  });

  test('what was recorded twice, and what nobody sent', () => {
    const told = full();
    const first = told.accepted([21, 30], cancel('A'), { token: 'T' });
    told.accepted([21, 30], cancel('B'), { token: 'T' });
    told.foreign();
    expect(briefly(told)).toContainEqual(['recorded-twice', first]);
    expect(briefly(told)).toContainEqual(['foreign-record', undefined]);
  });

  test('one key recorded for two bodies', () => {
    const told = new HistoryBuilder();
    told.accepted([0, 10], plan('A', '04'), { key: 'K' });
    const second = told.accepted([0, 10], plan('B', '11'), { key: 'K' });
    expect(found(told)).toMatchObject([
      { kind: 'not-lawful-there', subject: second, detail: expect.stringContaining('idempotency-mismatch') as string },
    ]);
  });

  test('a tag that was accepted though the month had changed', () => {
    const told = full();
    const read = told.read([21, 22], JANUARY, 2);
    const ifMatch = { etag: '"1"', read, month: JANUARY, view: told.viewOf(JANUARY) };
    told.accepted([23, 30], cancel('A'), { ifMatch });
    const second = told.accepted([23, 30], cancel('B'), { ifMatch });
    expect(briefly(told)).toEqual([['not-lawful-there', second]]);
  });

  test('a tag that was refused though nothing had changed', () => {
    const told = full();
    const read = told.read([21, 22], JANUARY, 2);
    const ifMatch = { etag: '"1"', read, month: JANUARY, view: told.viewOf(JANUARY) };
    const refused = told.refused([23, 30], cancel('A'), 412, 'changed-meanwhile', { ifMatch });
    expect(briefly(told)).toEqual([['unexplained', refused]]);
  });
});

describe('of a history that fails', () => {
  test('only what shows it is told', () => {
    const told = new HistoryBuilder();
    told.accepted([0, 1], plan('other', '04', { month: '2031-07' }));
    told.accepted([2, 3], plan('gone', '04'));
    told.accepted([4, 5], cancel('gone'));
    told.accepted([6, 7], plan('low', '05', { impact: 'Low' }));
    told.accepted([8, 9], plan('A', '11'));
    told.accepted([10, 20], plan('B', '18'));
    told.refused([12, 20], plan('D', '26'), 422, 'H8.3(c)');
    const third = told.accepted([11, 20], plan('C', '25'));
    const [violation] = found(told);
    if (!violation) throw new Error('not found');
    const { invocations } = shrink(told.history, violation, DIALECT);
    expect(invocations.map(({ id }) => id)).toEqual([5, 6, third]);
    expect(tableOf({ ...told.history, invocations }, violation).split('\n')).toEqual([
      'not-lawful-there: ScheduleMaintenance recorded at position 7, where it has to be 422 H8.3(c)',
      '     8.0 to 9.0    client 0  server 0  ScheduleMaintenance A High 2030-01-11T20:00 to 23:00Z (of record 5)  201 at 5  recorded at 5',
      '     10.0 to 20.0  client 0  server 0  ScheduleMaintenance B High 2030-01-18T20:00 to 23:00Z (of record 6)  201 at 6  recorded at 6',
      '  >  11.0 to 20.0  client 0  server 0  ScheduleMaintenance C High 2030-01-25T20:00 to 23:00Z (of record 7)  201 at 7  recorded at 7',
    ]);
  });

  test('a refusal is told with all that touches its months, and with what bounds it', () => {
    const told = full();
    told.accepted([21, 30], plan('other', '04', { month: '2031-07' }));
    const refused = told.refused([31, 40], plan('C', '18'), 409, 'overlap');
    const [violation] = found(told);
    if (!violation) throw new Error('not found');
    const { invocations } = shrink(told.history, violation, DIALECT);
    expect(invocations.map(({ id }) => id)).toEqual([1, 2, 3, refused]);
  });
});
