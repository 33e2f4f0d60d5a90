import { randomUUID } from 'node:crypto';
import { scheduleMaintenance } from '../../src/calendar/schedule-maintenance/schedule-maintenance.js';
import { catalogue, STREAM_KINDS } from '../../src/catalogue.js';
import { CommandPipeline, type Outcome } from '../../src/commands/command-pipeline.js';
import { LogUnavailable } from '../../src/event-store/event-store.js';
import { PersonKeys } from '../../src/event-store/personal-data.js';
import { StandingClock } from '../../src/operations/clock.js';
import { projectionsOf, window } from '../support/calendar.js';
import { settled, SlowDisk, watched } from '../support/slow-disk.js';

describe('commands that are decided while the disk is busy', () => {
  let disk: SlowDisk;
  let pipeline: CommandPipeline;
  beforeEach(() => {
    disk = new SlowDisk(catalogue(), STREAM_KINDS);
    const clock = new StandingClock('2026-10-01T09:00:00Z');
    pipeline = new CommandPipeline(
      disk.store,
      projectionsOf(disk.store),
      new PersonKeys(':memory:'),
      clock,
      'england-and-wales',
    );
  });
  const plan = (
    id: string,
    day: string,
    more: { idempotencyKey?: string; dryRun?: boolean } = {},
  ): Promise<Outcome> => {
    const command = window(id, `2026-12-${day}T20:00:00Z`, `2026-12-${day}T22:00:00Z`);
    return pipeline.submit(scheduleMaintenance, command, {
      actor: { id: 'key-1', role: 'scheduler' },
      requestId: randomUUID(),
      body: command,
      dryRun: false,
      ...more,
    });
  };

  test('see one another, and share commits', async () => {
    const plans = ['01', '03', '05', '07', '09', '11', '13'].map((day) => plan(`L${day}`, day));
    await disk.answerAll();
    const outcomes = await Promise.all(plans);
    expect(outcomes.map(({ kind }) => kind)).toEqual([...Array<string>(6).fill('answered'), 'refused']);
    expect(disk.commits).toHaveLength(2);
  });

  test('are told a refusal only when what it rests on is durable', async () => {
    const first = plan('L1', '05');
    const second = plan('L1', '07');
    const watch = watched(second);
    await settled();
    expect(watch.outcome).toBe('under way');
    await disk.answerAll();
    expect(await first).toMatchObject({ kind: 'answered' });
    expect(await second).toMatchObject({ kind: 'conflict', code: 'id-taken' });
  });

  test('are decided again when what a refusal would rest on never came to be', async () => {
    const first = plan('L1', '05');
    const second = plan('L1', '07');
    const lost = expect(first).rejects.toThrow(LogUnavailable);
    await disk.answer(false);
    await lost;
    await disk.answerAll();
    expect(await second).toMatchObject({ kind: 'answered' });
    expect(disk.store.readStream('month-2026-12')).toHaveLength(1);
  });

  test('with one Idempotency-Key record once, and are answered alike', async () => {
    const plans = [1, 2, 3].map(() => plan('L1', '05', { idempotencyKey: 'k' }));
    await disk.answerAll();
    const [first, ...others] = await Promise.all(plans);
    expect(first).toMatchObject({ kind: 'answered', answer: { events: [{ type: 'MaintenanceScheduled' }] } });
    for (const other of others) expect(other).toEqual(first);
    expect(disk.store.head()).toBe(2);
  });

  test('are decided without recording, on what is durable by the time of the answer', async () => {
    const first = plan('L1', '05');
    const dry = plan('L2', '05', { dryRun: true });
    const lost = expect(first).rejects.toThrow(LogUnavailable);
    await disk.answer(false);
    await lost;
    expect(await dry).toMatchObject({ kind: 'answered', answer: { recorded: false } });
  });
});
