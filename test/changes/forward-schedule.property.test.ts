import fc from 'fast-check';
import { rescheduleMaintenance } from '../../src/calendar/reschedule-maintenance/reschedule-maintenance.js';
import { approveChange } from '../../src/changes/approve-change/approve-change.js';
import { assessChange } from '../../src/changes/assess-change/assess-change.js';
import { CHANGE_STATUSES } from '../../src/changes/change.js';
import { changeAnswer, plannedInterval } from '../../src/changes/change-view.js';
import { forwardSchedule, pageOf, type Filter } from '../../src/changes/forward-schedule.js';
import { linkIncident } from '../../src/changes/link-incident/link-incident.js';
import { placeChange } from '../../src/changes/place-change/place-change.js';
import { raiseChange } from '../../src/changes/raise-change/raise-change.js';
import { recordChangeOutcome } from '../../src/changes/record-change-outcome/record-change-outcome.js';
import { recordLessonsLearned } from '../../src/changes/record-lessons-learned/record-lessons-learned.js';
import { rejectChange } from '../../src/changes/reject-change/reject-change.js';
import { withdrawChange } from '../../src/changes/withdraw-change/withdraw-change.js';
import type { LogRecord } from '../../src/event-store/event-store.js';
import { table } from '../../src/event-store/tables.js';
import { CHANGE_CLASSES } from '../../src/rulebook/changes.js';
import { monthOf } from '../../src/rulebook/local-time.js';
import { TestCalendar, window } from '../support/calendar.js';
import { ANALYST, change, MANAGER, outcomeOf } from '../support/changes.js';

const PROVIDERS = ['DSP', 'DCO'];
const MONTHS = ['2026-11', '2026-12', '2027-01'];
const WINDOWS = ['L1', 'L2'];

/** Something that somebody tries to do with a change; what is not allowed comes to nothing. */
const attempt = fc.oneof(
  fc.record({
    kind: fc.constant('raise' as const),
    class: fc.constantFrom(...CHANGE_CLASSES, 'standard' as const, 'no-impact' as const),
    serviceProvider: fc.constantFrom(...PROVIDERS),
    month: fc.constantFrom(...MONTHS),
  }),
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('place' as const), maintenanceId: fc.constantFrom(...WINDOWS) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      maintenanceId: fc.constantFrom(...WINDOWS),
      month: fc.constantFrom(...MONTHS),
      day: fc.integer({ min: 1, max: 28 }),
    }),
  },
  fc.record({
    kind: fc.constant('outcome' as const),
    outcome: fc.constantFrom('successful' as const, 'failed' as const),
  }),
  fc.record({
    kind: fc.constantFrom('assess', 'approve', 'reject', 'withdraw', 'learn', 'link' as const),
  }),
);
type Attempt = typeof attempt extends fc.Arbitrary<infer T> ? T : never;
const history = fc.array(fc.record({ id: fc.constantFrom('C1', 'C10', 'C2', 'c-3', 'C.4'), what: attempt }), {
  minLength: 15,
  maxLength: 40,
});

async function play(calendar: TestCalendar, changeId: string, what: Attempt): Promise<void> {
  switch (what.kind) {
    case 'raise': {
      const planned = { start: `${what.month}-30T23:30:00Z`, end: `${what.month}-30T23:50:00Z` };
      await calendar.submit(raiseChange, change(changeId, { ...what, planned }), ANALYST);
      return;
    }
    case 'place':
      await calendar.submit(placeChange, { changeId, maintenanceId: what.maintenanceId });
      return;
    case 'move': {
      const day = String(what.day).padStart(2, '0');
      const to = { start: `${what.month}-${day}T20:00:00Z`, end: `${what.month}-${day}T21:00:00Z` };
      await calendar.submit(rescheduleMaintenance, { maintenanceId: what.maintenanceId, ...to, reason: 'x' });
      return;
    }
    case 'outcome': {
      const actual = { start: '2026-09-30T10:00:00Z', end: '2026-09-30T11:00:00Z' };
      await calendar.submit(recordChangeOutcome, outcomeOf(changeId, { outcome: what.outcome, actual }));
      return;
    }
    case 'assess':
      await calendar.submit(assessChange, { changeId }, MANAGER);
      return;
    case 'approve':
      await calendar.submit(approveChange, { changeId }, MANAGER);
      return;
    case 'reject':
      await calendar.submit(rejectChange, { changeId }, MANAGER);
      return;
    case 'withdraw':
      await calendar.submit(withdrawChange, { changeId, reason: 'x' });
      return;
    case 'learn':
      await calendar.submit(recordLessonsLearned, { changeId, lessons: 'x', actions: ['y'] }, MANAGER);
      return;
    case 'link':
      await calendar.submit(linkIncident, { changeId, incidentId: 'INC1', category: 3 }, MANAGER);
  }
}

/** What a change comes to by a plain loop over the records, written apart from the program's own folds. */
interface Counted {
  id: string;
  status: string;
  class: string;
  serviceProvider: string;
  own: string;
  window?: string;
}

function recount(log: readonly LogRecord[]): (Counted & { month: string })[] {
  const changes = new Map<string, Counted>();
  const starts = new Map<string, string>();
  for (const { type, data } of log as unknown as { type: string; data: Record<string, string> }[]) {
    const one = changes.get(data.changeId ?? '');
    if (type === 'MaintenanceScheduled') {
      const planned = data.maintenance as unknown as { maintenanceId: string; start: string };
      starts.set(planned.maintenanceId, planned.start);
    }
    if (type === 'MaintenanceRescheduled')
      starts.set(data.maintenanceId ?? '', (data.to as unknown as { start: string }).start);
    if (type === 'ChangeRaised')
      changes.set(data.changeId ?? '', {
        id: data.changeId ?? '',
        status: 'raised',
        class: data.class ?? '',
        serviceProvider: data.serviceProvider ?? '',
        own: data.plannedStart ?? '',
      });
    if (!one) continue;
    const isMade = one.status === 'implemented' || one.status === 'closed';
    if (type === 'ChangeAssessed' && one.status === 'raised') one.status = 'assessed';
    if (type === 'ChangeApproved' && !isMade) one.status = 'approved';
    if (type === 'ChangeRejected') one.status = 'rejected';
    if (type === 'ChangeWithdrawn') one.status = 'withdrawn';
    if (type === 'ChangeOutcomeRecorded') one.status = 'implemented';
    if (type === 'ChangeClosed') one.status = 'closed';
    if (type === 'ChangePlaced') {
      one.status = 'placed';
      one.window = data.maintenanceId ?? '';
    }
  }
  return [...changes.values()]
    .map((one) => ({ ...one, month: monthOf(one.window === undefined ? one.own : (starts.get(one.window) ?? '')) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

const facets = {
  month: fc.constantFrom(...MONTHS, '2026-10'),
  status: fc.constantFrom(...CHANGE_STATUSES),
  class: fc.constantFrom(...CHANGE_CLASSES),
  serviceProvider: fc.constantFrom(...PROVIDERS),
};
/** Any combination; those of one or two are likelier to let something through. */
const filters = fc.oneof(
  fc.record({ serviceProvider: facets.serviceProvider }),
  fc.record({ month: facets.month }, { requiredKeys: [] }),
  fc.record({ serviceProvider: facets.serviceProvider, month: facets.month }),
  fc.record(facets, { requiredKeys: [] }),
);

test('any filter, page by page, as of any position, gives what a plain recount gives, each change once', async () => {
  await fc.assert(
    fc.asyncProperty(
      history,
      fc.array(fc.record({ filter: filters, limit: fc.integer({ min: 1, max: 4 }), share: fc.nat(100) }), {
        minLength: 10,
        maxLength: 10,
      }),
      async (attempts, questions) => {
        const calendar = new TestCalendar();
        await calendar.plan(window('L1', '2026-12-08T20:00:00Z', '2026-12-08T22:00:00Z'));
        await calendar.plan(window('L2', '2027-01-12T22:00:00Z', '2027-01-13T01:00:00Z'));
        // What a reader can ask for: what stood after each command, never the half of one.
        const heads = [0, calendar.store.head()];
        for (const { id, what } of attempts) {
          await play(calendar, id, what);
          heads.push(calendar.store.head());
        }
        const log = [...calendar.store.read({})];
        for (const { filter, limit, share } of [...questions, { filter: {}, limit: 2, share: 100 }]) {
          const position = heads[Math.round(((heads.length - 1) * share) / 100)] ?? 0;
          const reading = calendar.pipeline.reading(share === 100 ? undefined : position);
          const found: { id: string; month: string; status: string }[] = [];
          let after: string | null = null;
          do {
            const page = pageOf(reading.projected(forwardSchedule), filter, after, limit);
            expect(page.items.length).toBeLessThanOrEqual(limit);
            for (const { change: one, window: placedIn } of page.items)
              found.push({
                id: one.changeId,
                month: monthOf(plannedInterval(one, placedIn).start),
                status: one.stage.status,
              });
            after = page.next;
          } while (after !== null);
          const expected = recount(log.slice(0, position)).filter((one) =>
            Object.entries(filter).every(([name, value]) => one[name as keyof Counted] === value),
          );
          const indexed = [...reading.projected(forwardSchedule).rows(table('index'))];
          expect(indexed).toHaveLength(4 * recount(log.slice(0, position)).length);
          expect(found).toEqual(expected.map(({ id, month, status }) => ({ id, month, status })));
          for (const { id, month, status } of expected) {
            const answer = changeAnswer(reading, id);
            expect(answer).toMatchObject({ changeId: id, status });
            expect(monthOf(String(answer?.plannedStart))).toBe(month);
          }
        }
      },
    ),
    { numRuns: 60, endOnFailure: true },
  );
});

test('a page looks through a bounded number of changes, and goes on from there', async () => {
  const { store, pipeline } = new TestCalendar();
  const raised = { type: 'ChangeRaised', version: 1, actor: { id: 'x', role: 'scheduler' }, commandId: 'x' };
  const records = Array.from({ length: 12_000 }, (_, index) => {
    const changeId = `C${String(index).padStart(5, '0')}`;
    const { planned, ...data } = change(changeId, { class: index % 2 === 0 ? 'standard' : 'normal' });
    const provided = { ...data, serviceProvider: index === 11_000 || index % 2 === 1 ? 'RARE' : 'DSP' };
    return {
      ...raised,
      id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      stream: `change-${changeId}`,
      data: { ...provided, changeId, plannedStart: planned.start, plannedEnd: planned.end, raisedBy: { id: 'x' } },
      occurredAt: pipeline.now(),
      correlationId: 'x',
      causationId: 'x',
    } as never;
  });
  await store.append({ records, checks: [], now: pipeline.now() });
  while (pipeline.projections.work()) continue;
  const tables = pipeline.reading().projected(forwardSchedule);
  const filter: Filter = { class: 'standard', serviceProvider: 'RARE' };
  const first = pageOf(tables, filter, null, 10);
  expect(first).toEqual({ items: [], next: 'C09998' });
  const second = pageOf(tables, filter, first.next, 10);
  expect(second.items.map((one) => one.change.changeId)).toEqual(['C11000']);
  expect(second.next).toBeNull();
});
