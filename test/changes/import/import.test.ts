import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { placeChange } from '../../../src/changes/place-change/place-change.js';
import { raiseChange } from '../../../src/changes/raise-change/raise-change.js';
import { changeAnswer } from '../../../src/changes/change-view.js';
import { importRows } from '../../../src/changes/import/import-rows.js';
import { readRow, type Column } from '../../../src/changes/import/schedule-row.js';
import { CommandPipeline } from '../../../src/commands/command-pipeline.js';
import { projectionsOf, TestCalendar, window } from '../../support/calendar.js';
import { change } from '../../support/changes.js';
import { PersonKeys } from '../../../src/event-store/personal-data.js';
import { CELLS, fileOf, HEADER, OPEN, rowOf, SAMPLE, SAMPLE_FILE } from '../../support/forward-schedule.js';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder.js';
import { IMPORTED_ON, imported } from '../../support/import.js';

const NOW = IMPORTED_ON;

afterEach(removeTemporaryFolders);

describe('a good row is recorded as the ordinary facts, each at its own time', () => {
  const recorded = async (more: Partial<Record<Column, string>>): Promise<string[]> => {
    const calendar = new TestCalendar(NOW);
    expect(await imported(calendar, fileOf(rowOf(more)))).toMatchObject({ accepted: 1, problems: [] });
    return calendar.store
      .readStream('change-CRQ000001')
      .map(({ type, occurredAt }) => `${type} ${occurredAt.slice(0, 16)}`);
  };

  test('successful: raised, approved, made, closed', async () => {
    expect(await recorded({})).toEqual([
      'ChangeRaised 2020-03-02T10:00',
      'ChangeApproved 2020-03-02T10:00',
      'ChangeOutcomeRecorded 2020-03-14T22:50',
      'ChangeClosed 2020-03-14T22:50',
    ]);
  });

  test('failed with lessons and incidents: those too, and closed', async () => {
    const more = { outcome: 'failed', incidents: 'INC000001:5; INC000002:1', lessons: 'Order corrected; rehearsal' };
    expect(await recorded(more)).toEqual([
      'ChangeRaised 2020-03-02T10:00',
      'ChangeApproved 2020-03-02T10:00',
      'ChangeOutcomeRecorded 2020-03-14T22:50',
      'IncidentLinked 2020-03-14T22:50',
      'IncidentLinked 2020-03-14T22:50',
      'LessonsLearnedRecorded 2020-03-14T22:50',
      'ChangeClosed 2020-03-14T22:50',
    ]);
  });

  test('backed out without lessons: still open for them', async () => {
    expect((await recorded({ outcome: 'backed-out' })).at(-1)).toBe('ChangeOutcomeRecorded 2020-03-14T22:50');
  });

  test('cancelled: withdrawn by its planned start, or by now where that is still ahead', async () => {
    const cancelled = { ...OPEN, outcome: 'cancelled', ssiOutageMinutes: '0', approvedBy: '' };
    expect(await recorded(cancelled)).toEqual(['ChangeRaised 2020-03-02T10:00', 'ChangeWithdrawn 2020-03-14T22:00']);
    const ahead = { plannedStart: '2021-03-14T22:00:00Z', plannedEnd: '2021-03-14T23:00:00Z' };
    expect((await recorded({ ...cancelled, ...ahead })).at(-1)).toBe('ChangeWithdrawn 2020-11-24T09:00');
  });

  test('neither made nor cancelled: open', async () => {
    expect(await recorded(OPEN)).toEqual(['ChangeRaised 2020-03-02T10:00', 'ChangeApproved 2020-03-02T10:00']);
  });

  test('what was made without an approval is recorded with the breach', async () => {
    const calendar = new TestCalendar(NOW);
    await imported(calendar, fileOf(rowOf({ approvedBy: '' })));
    const made = calendar.store.readStream('change-CRQ000001').find(({ type }) => type === 'ChangeOutcomeRecorded');
    expect(made?.data.reckoning).toMatchObject({
      rulebook: 'trial',
      findings: [
        { rule: 'MP92-DT7', outcome: 'breach' },
        { rule: 'A.PlannedMaintenance', outcome: 'warning' },
      ],
    });
  });

  test('what is open goes on by commands, and the same file is still known', async () => {
    const calendar = new TestCalendar(NOW);
    await calendar.plan(window('L1', '2021-03-10T20:00:00Z', '2021-03-10T22:00:00Z'));
    const ahead = { ...OPEN, plannedStart: '2021-03-14T22:00:00Z', plannedEnd: '2021-03-14T23:00:00Z' };
    await imported(calendar, fileOf(rowOf(ahead)));
    await calendar.given(placeChange, { changeId: 'CRQ000001', maintenanceId: 'L1' });
    expect(await imported(calendar, fileOf(rowOf(ahead)))).toMatchObject({ accepted: 0, alreadyRecorded: 1 });
  });
});

describe('persons', () => {
  test('stand on the log as the same opaque id each time, their names sealed', async () => {
    const calendar = new TestCalendar(NOW);
    const other = rowOf({ changeId: 'CRQ000002', raisedBy: 'change.manager.01', approvedBy: 'change.analyst.01' });
    await imported(calendar, fileOf(rowOf(), other));
    const log = [...calendar.store.read({})];
    expect(JSON.stringify(log)).not.toMatch(/analyst|manager\.0/);
    const persons = log.flatMap(
      ({ data }) => (data.raisedBy ?? data.approvedBy ?? []) as { id: string; name: never }[],
    );
    const [analyst, manager] = persons;
    expect(persons.map(({ id }) => id)).toEqual([analyst?.id, manager?.id, manager?.id, analyst?.id]);
    expect(persons.map(({ name }) => calendar.pipeline.keys.open(name))).toEqual([
      'change.analyst.01',
      'change.manager.01',
      'change.manager.01',
      'change.analyst.01',
    ]);
    expect(JSON.stringify(changeAnswer(calendar.pipeline.reading(), 'CRQ000001'))).not.toContain('sealed');
  });

  test('who were erased are not made anew by a file that is known already', async () => {
    const file = join(temporaryFolder(), 'persons.sqlite');
    const keys = new PersonKeys(file);
    const { store, clock } = new TestCalendar(NOW);
    const calendar = { pipeline: new CommandPipeline(store, projectionsOf(store), keys, clock, 'england-and-wales') };
    await imported(calendar, fileOf(rowOf()));
    const { raisedBy } = store.readStream('change-CRQ000001')[0]?.data as { raisedBy: { id: string } };
    keys.erase(raisedBy.id, { position: 1, hash: 'aa' });
    expect(await imported(calendar, fileOf(rowOf()))).toMatchObject({ alreadyRecorded: 1, rejected: 0 });
    keys.close();
    const persons = new DatabaseSync(file);
    expect(persons.prepare('SELECT count(*) AS known FROM person').get()).toEqual({ known: 1 });
    persons.close();
  });
});

describe('a row is known again', () => {
  test('however it is written: order of columns, quotes, line ends, byte order mark', async () => {
    const calendar = new TestCalendar(NOW);
    await imported(calendar, fileOf(rowOf()));
    const head = calendar.store.head();
    const turned = [HEADER, rowOf()].map((line) =>
      line
        .split(',')
        .reverse()
        .map((cell) => `" ${cell} "`)
        .join(','),
    );
    expect(await imported(calendar, `\uFEFF${turned.join('\r\n')}\r\n`)).toMatchObject({
      alreadyRecorded: 1,
      rejected: 0,
    });
    expect(calendar.store.head()).toBe(head);
  });

  test('with other content it is rejected, as is the id of a change that was raised here', async () => {
    const calendar = new TestCalendar(NOW);
    await imported(calendar, fileOf(rowOf()));
    await calendar.given(raiseChange, change('CRQ000002'));
    const head = calendar.store.head();
    const { problems } = await imported(calendar, fileOf(rowOf({ title: 'Other' }), rowOf({ changeId: 'CRQ000002' })));
    expect(problems.map(({ changeId }) => changeId)).toEqual(['CRQ000001', 'CRQ000002']);
    for (const { errors } of problems) expect(errors).toEqual([expect.stringMatching(/not imported from a row/)]);
    expect(calendar.store.head()).toBe(head);
  });

  test('by two imports at the same time: each row is recorded once', async () => {
    const calendar = new TestCalendar(NOW);
    const rows = Array.from({ length: 250 }, (_, index) => rowOf({ changeId: `C${index}` }));
    const both = await Promise.all([imported(calendar, fileOf(...rows)), imported(calendar, fileOf(...rows))]);
    expect(both.map(({ accepted, alreadyRecorded }) => accepted + alreadyRecorded)).toEqual([250, 250]);
    expect(both.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(250);
    expect(calendar.facts('change-C249')).toHaveLength(4);
  });

  test('when it is decided: a row that another import recorded meanwhile is not recorded again', async () => {
    const calendar = new TestCalendar(NOW);
    const says = readRow(CELLS, NOW);
    if ('errors' in says) throw new Error(says.errors.join());
    const row = { row: 1, says, raisedBy: { id: 'person-1' }, approvedBy: null, digest: 'digest-1' };
    const submit = async (digest: string): Promise<unknown> =>
      (await calendar.given(importRows, { rows: [{ ...row, digest }] })).standings;
    expect(await submit('digest-1')).toEqual(['new']);
    expect(await submit('digest-1')).toEqual(['already-recorded']);
    expect(await submit('digest-2')).toEqual(['taken']);
    expect(calendar.facts('change-CRQ000001')).toEqual(['ChangeRaised', 'ChangeOutcomeRecorded', 'ChangeClosed']);
  });
});

test('the trial’s schedule is recorded whole, and a second time not at all', async () => {
  const calendar = new TestCalendar(NOW);
  const whole = { rows: SAMPLE.rows, rejected: 0, problems: [] };
  expect(await imported(calendar, createReadStream(SAMPLE_FILE))).toEqual({
    ...whole,
    accepted: SAMPLE.rows,
    alreadyRecorded: 0,
  });
  const outcomes = [...calendar.store.read({ type: 'ChangeOutcomeRecorded' })].map(({ data }) => data.outcome);
  expect(outcomes).toHaveLength(SAMPLE.total.implemented);
  expect(outcomes.filter((outcome) => outcome === 'successful')).toHaveLength(SAMPLE.total.successful);
  expect([...calendar.store.read({ type: 'ChangeClosed' })]).toHaveLength(SAMPLE.total.implemented);
  const head = calendar.store.head();
  expect(await imported(calendar, createReadStream(SAMPLE_FILE))).toEqual({
    ...whole,
    accepted: 0,
    alreadyRecorded: SAMPLE.rows,
  });
  expect(calendar.store.head()).toBe(head);
});
