import { randomUUID } from 'node:crypto';
import { addHighImpactWindow } from '../calendar/add-high-impact-window/add-high-impact-window.js';
import { addLowImpactWindow } from '../calendar/add-low-impact-window/add-low-impact-window.js';
import { completeMaintenance } from '../calendar/complete-maintenance/complete-maintenance.js';
import type { MaintenanceCommand } from '../calendar/planning.js';
import { publishMonthlySchedule } from '../calendar/publish-monthly-schedule/publish-monthly-schedule.js';
import { rescheduleAtPanelRequest } from '../calendar/reschedule-at-panel-request/reschedule-at-panel-request.js';
import { scheduleMaintenance } from '../calendar/schedule-maintenance/schedule-maintenance.js';
import { startMaintenance } from '../calendar/start-maintenance/start-maintenance.js';
import type { Act } from '../commands/act.js';
import type { CommandPipeline, Outcome } from '../commands/command-pipeline.js';
import type { StandingClock } from '../operations/clock.js';
import { grantDerogation } from '../panel/grant-derogation/grant-derogation.js';
import { requestReschedule } from '../panel/request-reschedule/request-reschedule.js';
import type { Activity, Impact } from '../rulebook/classification.js';
import { addDays, addMinutes, atLocal, firstOfMonth, monthOf, nextMonth } from '../rulebook/local-time.js';

/** What a demonstration needs to act: the pipeline, and its clock to move through the past. */
export interface Stage {
  readonly pipeline: CommandPipeline;
  readonly clock: StandingClock;
}

const SCHEDULER = { id: 'demo-scheduler', role: 'scheduler' };
const PANEL = { id: 'demo-panel', role: 'panel' };
/** Who issues the demonstration's keys. */
export const ISSUER = { id: 'demo', role: 'admin' };

/** Ids of all who act in a demonstration; a server gives them to nobody. */
export const DEMONSTRATORS: readonly string[] = [SCHEDULER.id, PANEL.id, ISSUER.id];

/** Days before the first month at which the story begins: its schedule can still be published in time. */
const LEAD_DAYS = 62;

/** What the work of a window is, for a reader. */
interface Work {
  readonly id: string;
  readonly night: number;
  readonly time: string;
  readonly minutes: number;
  readonly what: string;
  readonly provider: string;
  readonly service: string;
  readonly ssiOutageMinutes?: number;
}

const WORK: readonly Work[] = [
  {
    id: 'H1',
    night: 11,
    time: '22:00',
    minutes: 210,
    what: 'Release to the Data Service core',
    provider: 'DSP',
    service: 'end-to-end-communications',
  },
  {
    id: 'H2',
    night: 24,
    time: '23:00',
    minutes: 120,
    what: 'Firmware of the northern radio gateways',
    provider: 'CSP-North',
    service: 'install-and-commission',
  },
  {
    id: 'L1',
    night: 3,
    time: '20:00',
    minutes: 180,
    what: 'Patch the Self-Service Interface',
    provider: 'DSP',
    service: 'self-service-interface',
    ssiOutageMinutes: 90,
  },
  {
    id: 'L2',
    night: 9,
    time: '21:00',
    minutes: 240,
    what: 'Move the order management database',
    provider: 'CSP-South-Central',
    service: 'order-management',
  },
  {
    id: 'L3',
    night: 17,
    time: '20:00',
    minutes: 300,
    what: 'Renew the certificates of the reporting service',
    provider: 'DCO',
    service: 'reporting',
  },
];

/** Planned after publication, with ten clear Working Days' notice. */
const ADDITIONAL: Work = {
  id: 'L4',
  night: 21,
  time: '20:30',
  minutes: 120,
  what: 'Rotate the keys of the Self-Service Interface',
  provider: 'DSP',
  service: 'self-service-interface',
  ssiOutageMinutes: 30,
};

/** The third High Impact window of a month, under a derogation. */
const MIGRATION: Work = {
  id: 'H3',
  night: 28,
  time: '22:00',
  minutes: 90,
  what: 'Migration of a SMETS1 cohort',
  provider: 'DCO',
  service: 'smets1-migrations',
};

/** The night to which the Panel has a window moved. */
const MOVED = { id: 'L3', night: 19 };

const activity = (work: Work): Activity => ({
  description: work.what,
  serviceProvider: work.provider,
  services: [{ service: work.service, effect: 'disrupted' }],
  ssiOutageMinutes: work.ssiOutageMinutes ?? 0,
  hubsAffected: null,
  requiresUserChange: false,
  ssiImprovement: false,
  migrationSystems: false,
  environment: 'production',
  changeIds: [],
});

/** The window of a piece of work in a month; the night's `time` always exists, being before 01:00. */
function windowOf(month: string, work: Work, id: string): MaintenanceCommand {
  const moment = atLocal(addDays(firstOfMonth(month), work.night - 1), work.time);
  if (!('instant' in moment)) throw new Error(`${work.time} does not exist in ${month}`);
  return {
    maintenanceId: id,
    start: moment.instant,
    end: addMinutes(moment.instant, work.minutes),
    activities: [activity(work)],
    riskToReturn: 'The rollback takes 40 minutes and restores normal services',
  };
}

/** The work of that id as it stands after the Panel's move. */
function moved(id: string): Work {
  const work = WORK.find((one) => one.id === id);
  if (!work) throw new Error(`the demonstration has no work ${id}`);
  return id === MOVED.id ? { ...work, night: MOVED.night } : work;
}

interface Scene {
  readonly at: string;
  play(): Promise<unknown>;
}

/**
 * Plays a believable quarter around the present into an empty calendar, at the times when it would have happened: last
 * month's, this month's and next month's schedules published in time, an additional window, a move at the Panel's
 * request, a derogation, and what has been done so far.
 */
export async function playQuarter({ pipeline, clock }: Stage, now: string): Promise<void> {
  const first = monthOf(`${addDays(firstOfMonth(monthOf(now)), -1)}T12:00:00Z`);
  const months = [first, nextMonth(first), nextMonth(nextMonth(first))];
  const scenes: Scene[] = [];
  const at = (date: string, time: string): string => `${date}T${time}:00Z`;
  const submit = async <Command, State>(
    act: Act<Command, State>,
    command: Command,
    actor: typeof SCHEDULER,
  ): Promise<Outcome> =>
    pipeline.submit(act, command, { actor, requestId: randomUUID(), body: command, dryRun: false });

  /** Submits; where the time is unlawful, takes the first that the refusal suggests, as a person would. */
  const plan = async (act: Act<MaintenanceCommand, never>, command: MaintenanceCommand): Promise<void> => {
    const outcome = await submit(act, command, SCHEDULER);
    if (outcome.kind !== 'refused' && outcome.kind !== 'conflict') return;
    const [suggestion] = outcome.suggestions ?? [];
    if (suggestion) await submit(act, { ...command, ...suggestion }, SCHEDULER);
  };

  for (const [index, month] of months.entries()) {
    const begins = addDays(firstOfMonth(month), -LEAD_DAYS);
    scenes.push({
      at: at(begins, '09:00'),
      play: async () => {
        for (const work of WORK) await plan(scheduleMaintenance as never, windowOf(month, work, `${month}-${work.id}`));
      },
    });
    scenes.push({
      at: at(addDays(firstOfMonth(month), -40), '10:30'),
      play: () => submit(publishMonthlySchedule, { month }, SCHEDULER),
    });
    scenes.push({
      at: at(addDays(firstOfMonth(month), -18), '11:00'),
      play: () => plan(addLowImpactWindow as never, windowOf(month, ADDITIONAL, `${month}-${ADDITIONAL.id}`)),
    });
    if (index === 1)
      scenes.push(
        {
          at: at(addDays(firstOfMonth(month), -30), '14:00'),
          play: () =>
            submit(
              grantDerogation,
              {
                derogationId: `migration-peak-${month}`,
                clauses: ['H8.3(c)'],
                limits: { highWindows: 3, highMinutes: 480 },
                from: firstOfMonth(month),
                to: addDays(firstOfMonth(nextMonth(month)), -1),
                reference: 'SECP_158_1412',
                reason: 'The peak of the SMETS1 migrations',
              },
              PANEL,
            ),
        },
        {
          at: at(addDays(firstOfMonth(month), -29), '09:30'),
          play: () => plan(addHighImpactWindow as never, windowOf(month, MIGRATION, `${month}-${MIGRATION.id}`)),
        },
        {
          at: at(addDays(firstOfMonth(month), -12), '15:00'),
          play: async () => {
            const maintenanceId = `${month}-${MOVED.id}`;
            const asked = await submit(
              requestReschedule,
              { maintenanceId, reasons: 'Clashes with a price change' },
              PANEL,
            );
            if (asked.kind !== 'answered') return;
            const { start, end } = windowOf(month, moved(MOVED.id), maintenanceId);
            await submit(
              rescheduleAtPanelRequest,
              { requestId: String(asked.answer.requestId), start, end },
              SCHEDULER,
            );
          },
        },
      );
    const done = index === 1 ? [...WORK.map((work) => moved(work.id)), ADDITIONAL, MIGRATION] : [...WORK, ADDITIONAL];
    for (const work of done) scenes.push(...carriedOut(submit, month, work));
  }
  scenes.sort((a, b) => a.at.localeCompare(b.at));
  for (const scene of scenes.filter((one) => one.at <= now)) {
    clock.moveTo(scene.at);
    await scene.play();
  }
  clock.moveTo(now);
}

/** Work in a window begins and ends as planned; High Impact work ends a little early. */
function carriedOut(
  submit: <Command, State>(act: Act<Command, State>, command: Command, actor: typeof SCHEDULER) => Promise<Outcome>,
  month: string,
  work: Work,
): Scene[] {
  const maintenanceId = `${month}-${work.id}`;
  const { start, end } = windowOf(month, work, maintenanceId);
  const impact: Impact = work.id.startsWith('H') ? 'High' : 'Low';
  const ended = impact === 'High' ? addMinutes(end, -15) : end;
  return [
    {
      at: start,
      play: () => submit(startMaintenance, { maintenanceId }, SCHEDULER),
    },
    {
      at: ended,
      play: () =>
        submit(
          completeMaintenance,
          { maintenanceId, ssiOutageMinutes: work.ssiOutageMinutes ?? 0, servicesDisrupted: [work.service] },
          SCHEDULER,
        ),
    },
  ];
}
