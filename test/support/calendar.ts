import { randomUUID } from 'node:crypto';
import { addHighImpactWindow } from '../../src/calendar/add-high-impact-window/add-high-impact-window.js';
import { addLowImpactWindow } from '../../src/calendar/add-low-impact-window/add-low-impact-window.js';
import type { MaintenanceCommand } from '../../src/calendar/planning.js';
import { publishMonthlySchedule } from '../../src/calendar/publish-monthly-schedule/publish-monthly-schedule.js';
import { scheduleMaintenance } from '../../src/calendar/schedule-maintenance/schedule-maintenance.js';
import { catalogue, PROJECTIONS, STREAM_KINDS } from '../../src/catalogue.js';
import type { Act } from '../../src/commands/act.js';
import { CommandPipeline, type Outcome } from '../../src/commands/command-pipeline.js';
import { inMemoryEventStore } from '../../src/event-store/in-memory/in-memory-event-store.js';
import type { Actor, EventStore } from '../../src/event-store/event-store.js';
import { Projections } from '../../src/event-store/projections.js';
import { TableStore } from '../../src/event-store/sqlite/table-store.js';
import { PersonKeys } from '../../src/event-store/personal-data.js';
import { StandingClock } from '../../src/operations/clock.js';
import type { Activity } from '../../src/rulebook/classification.js';
import { firstRefused, type Finding, type Rule } from '../../src/rulebook/finding.js';

export const SSI = 'self-service-interface';
export const CORE = 'end-to-end-communications';

const SCHEDULER = { id: 'key-scheduler', role: 'scheduler' };

/** Work on one service, with whatever differs from the plainest. */
export const activity = (service: string, more: Partial<Activity> = {}): Activity => ({
  description: 'Deploy a release',
  serviceProvider: 'DSP',
  services: [{ service, effect: 'disrupted' }],
  ssiOutageMinutes: 0,
  hubsAffected: null,
  requiresUserChange: false,
  ssiImprovement: false,
  migrationSystems: false,
  environment: 'production',
  changeIds: [],
  ...more,
});

/** A window for a command. */
export const window = (
  maintenanceId: string,
  start: string,
  end: string,
  service = SSI,
  more: Partial<MaintenanceCommand> = {},
): MaintenanceCommand => ({
  maintenanceId,
  start,
  end,
  activities: [activity(service)],
  riskToReturn: 'Rollback takes 40 minutes',
  ...more,
});

/** All projections of a log, kept in memory. */
export const projectionsOf = (store: EventStore): Projections =>
  new Projections(store, new TableStore(':memory:'), PROJECTIONS);

/** A calendar in memory at a standing clock, and what became of each command. */
export class TestCalendar {
  readonly clock: StandingClock;
  readonly store = inMemoryEventStore(catalogue(), STREAM_KINDS);
  readonly pipeline: CommandPipeline;

  constructor(now = '2026-10-01T09:00:00Z') {
    this.clock = new StandingClock(now);
    this.pipeline = new CommandPipeline(
      this.store,
      projectionsOf(this.store),
      new PersonKeys(':memory:'),
      this.clock,
      'england-and-wales',
    );
  }

  at(now: string): this {
    this.clock.moveTo(now);
    return this;
  }

  submit<Command, State>(act: Act<Command, State>, command: Command, actor: Actor = SCHEDULER): Promise<Outcome> {
    return this.pipeline.submit(act, command, {
      actor,
      requestId: randomUUID(),
      body: command,
      dryRun: false,
    });
  }

  /** Submits, and fails the test unless it was accepted. */
  async given<Command, State>(
    act: Act<Command, State>,
    command: Command,
    actor: Actor = SCHEDULER,
  ): Promise<Record<string, unknown>> {
    const outcome = await this.submit(act, command, actor);
    if (outcome.kind !== 'answered') throw new Error(`${act.name} was not accepted: ${JSON.stringify(outcome)}`);
    return outcome.answer;
  }

  plan(command: MaintenanceCommand): Promise<Record<string, unknown>> {
    return this.given(scheduleMaintenance, command);
  }

  publish(month: string): Promise<Record<string, unknown>> {
    return this.given(publishMonthlySchedule, { month });
  }

  /** Types of the facts in a stream, in order. */
  facts(stream: string): string[] {
    return this.store.readStream(stream).map(({ type }) => type);
  }
}

export { addHighImpactWindow, addLowImpactWindow, scheduleMaintenance };

/** The rule that refused; undefined where nothing did. */
export const refusedBy = (outcome: Outcome): Rule | undefined =>
  outcome.kind === 'refused' ? firstRefused(outcome.findings) : undefined;

/** The findings of an outcome with one verdict. */
export const findingsOf = (outcome: Outcome, verdict: Finding['outcome']): Finding[] => {
  const findings =
    outcome.kind === 'answered'
      ? (outcome.answer.findings as Finding[])
      : outcome.kind === 'refused'
        ? outcome.findings
        : [];
  return findings.filter((finding) => finding.outcome === verdict);
};
