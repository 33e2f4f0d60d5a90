import { changeAnswer } from '../../../src/changes/change-view.js';
import { UnusableFile } from '../../../src/changes/import/import-forward-schedule.js';
import { type Column } from '../../../src/changes/import/schedule-row.js';
import { TestCalendar } from '../../support/calendar.js';
import { fileOf, HEADER, OPEN, rowOf } from '../../support/forward-schedule.js';
import { IMPORTED_ON, imported } from '../../support/import.js';

const NOW = IMPORTED_ON;

const errorsOf = async (more: Partial<Record<Column, string>>): Promise<readonly string[]> =>
  (await imported(new TestCalendar(NOW), fileOf(rowOf(more)))).problems.flatMap(({ errors }) => errors);

const BAD: readonly (readonly [string, Partial<Record<Column, string>>, readonly string[]])[] = [
  ['a hostile id', { changeId: '../x' }, ['changeId must be']],
  ['no id', { changeId: '' }, ['changeId must be']],
  ['a blank title', { title: '' }, ['title must not be blank']],
  ['an unknown class', { class: 'major' }, ['class is "major": must be one of standard, normal']],
  ['an unknown provider’s name', { serviceProvider: 'D S P' }, ['serviceProvider must be']],
  ['an environment that is no name', { environment: 'Prod!' }, ['environment must be']],
  ['services that are no names', { services: 'SSI!' }, ['services must be']],
  ['a service twice', { services: 'a;a' }, ['services names a service twice']],
  ['services without an effect', { effect: 'none' }, ['effect is none although']],
  ['an effect without services', { services: '' }, ['effect is disrupted although']],
  ['neither services nor an effect', { services: '', effect: '' }, ['effect is "": must be one of']],
  ['an unknown effect', { effect: 'broken' }, ['effect is "broken"']],
  ['neither yes nor no', { consumerAffecting: 'maybe' }, ['consumerAffecting is "maybe"']],
  ['an unknown complexity', { complexity: 'medium' }, ['complexity is "medium"']],
  ['half a minute', { downtimeMinutes: '0.5' }, ['downtimeMinutes must be a whole number']],
  ['a negative downtime', { downtimeMinutes: '-1' }, ['downtimeMinutes must be']],
  ['an endless downtime', { downtimeMinutes: '999999' }, ['downtimeMinutes must be']],
  ['nobody who raised it', { raisedBy: '' }, ['raisedBy must not be blank']],
  ['an approver who raised it', { approvedBy: 'change.analyst.01' }, ['approvedBy is who raised it']],
  ['a time without an offset', { raisedAt: '2020-03-02T10:00:00' }, ['raisedAt has no offset from UTC']],
  ['a time in words', { plannedStart: 'tomorrow' }, ['plannedStart is not a time']],
  ['no planned end', { plannedEnd: '' }, ['plannedEnd is missing']],
  ['a day that does not exist', { plannedEnd: '2020-02-30T10:00:00Z' }, ['plannedEnd has no such date']],
  ['a planned end before the start', { plannedEnd: '2020-03-14T21:00:00Z' }, ['plannedEnd is not after plannedStart']],
  ['an actual end at the start', { actualEnd: '2020-03-14T22:00:00Z' }, ['actualEnd is not after actualStart']],
  ['raised in the future', { raisedAt: '2020-11-24T09:00:01Z' }, ['raisedAt is in the future']],
  ['an end in the future', { actualEnd: '2020-11-24T09:00:01Z' }, ['actualEnd is in the future']],
  [
    'an unknown outcome',
    { outcome: 'fine' },
    ['outcome is "fine": must be one of successful, failed, backed-out, cancelled'],
  ],
  ['an outcome without times', { actualStart: '', actualEnd: '' }, ['actualStart is missing', 'actualEnd is missing']],
  [
    'times without an outcome',
    { outcome: '', ssiOutageMinutes: '' },
    ['actualStart stands there', 'actualEnd stands there'],
  ],
  ['an outage of what was not made', { ...OPEN, ssiOutageMinutes: '5' }, ['ssiOutageMinutes stands there']],
  [
    'an incident of what was cancelled',
    { ...OPEN, outcome: 'cancelled', incidents: 'INC1:2' },
    ['incidents stands there'],
  ],
  ['incident category 7', { incidents: 'INC000001:7' }, ['incidents has "INC000001:7": its category']],
  ['an incident without a category', { incidents: 'INC000001' }, ['incidents has "INC000001": its category']],
  ['an incident twice', { incidents: 'INC000001:3;INC000001:4' }, ['incidents names an incident twice']],
  ['lessons without an action', { lessons: ';' }, ['lessons must name at least one action']],
  [
    'all of it at once',
    { title: '', class: 'x', plannedEnd: '2020-01-01T00:00:00Z', incidents: 'INC1:0' },
    ['title', 'class', 'plannedEnd', 'incidents'],
  ],
];
test.each(BAD)('%s: each error names its column', async (_, more, expected) => {
  const errors = await errorsOf(more);
  expect(errors).toHaveLength(expected.length);
  for (const [index, beginning] of expected.entries())
    expect(errors[index]).toMatch(new RegExp(`^${RegExp.escape(beginning)}`));
});

test('bad rows are told with their number, and the others are recorded', async () => {
  const calendar = new TestCalendar(NOW);
  const latin1 = Buffer.from(rowOf({ changeId: 'LATIN', title: 'Éteindre' }), 'latin1');
  const file = Buffer.concat([
    Buffer.from(
      fileOf(rowOf({ changeId: 'A' }), 'too,few', `${rowOf({ changeId: 'B' })},more`, rowOf({ changeId: 'A' })),
    ),
    latin1,
    Buffer.from(
      `\n${rowOf({ changeId: 'OPEN', title: '"open' })}\n${rowOf({ changeId: 'C', title: '"Two, ""words"""' })}\n`,
    ),
  ]);
  const { problems, ...tally } = await imported(calendar, file);
  expect(tally).toEqual({ rows: 7, accepted: 2, alreadyRecorded: 0, rejected: 5 });
  expect(problems).toEqual([
    { row: 2, changeId: 'too', errors: ['the row has 2 columns, not 21'] },
    { row: 3, changeId: 'B', errors: ['the row has 22 columns, not 21'] },
    { row: 4, changeId: 'A', errors: ['changeId stands in row 1 already'] },
    { row: 5, changeId: 'LATIN', errors: [expect.stringContaining('UTF-8')] },
    { row: 6, changeId: null, errors: [expect.stringContaining('quotes')] },
  ]);
  expect(changeAnswer(calendar.pipeline.reading(), 'C')).toMatchObject({ title: 'Two, "words"' });
});

test.each([
  ['an empty file', '', 'the file is empty'],
  ['blank lines', '\n\r\n', 'the file is empty'],
  ['a missing column', `${HEADER.replace(',lessons', '')}\n`, 'the header has no column lessons'],
  ['an unknown column', `${HEADER},colour\n`, 'the header has unknown columns: "colour"'],
  ['a column twice', `${HEADER},title\n`, 'the header has columns twice: title'],
  ['another file altogether', '<html>\n', 'the header has no column changeId'],
  ['rows without a header', `${rowOf()}\n`, 'the header has no column'],
  ['UTF-16', Buffer.from(`\uFEFF${fileOf(rowOf())}`, 'utf16le'), 'the header is not UTF-8 text'],
])('%s is no forward schedule', async (_, file, message) => {
  const calendar = new TestCalendar(NOW);
  const failed = imported(calendar, file);
  await expect(failed).rejects.toThrow(UnusableFile);
  await expect(failed).rejects.toThrow(message);
  expect(calendar.store.head()).toBe(0);
});

test('a header alone is a schedule without changes', async () => {
  expect(await imported(new TestCalendar(NOW), `${HEADER}\n`)).toMatchObject({ rows: 0, accepted: 0, rejected: 0 });
});
