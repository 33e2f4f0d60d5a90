import { environmentNamed } from '../commands/text.js';
import {
  ChoiceField,
  FlagField,
  IdField,
  IdsField,
  instant,
  ObjectsField,
  PatternField,
  ServiceField,
  TextField,
  TimeField,
  WholeNumberField,
} from '../http/fields.js';
import type { Activity, AffectedService, Effect, Impact } from '../rulebook/classification.js';
import type { MaintenanceCommand } from './planning.js';

/** A service, and what the work does to it. */
export class AffectedServiceBody {
  @ServiceField({ description: 'the service that the work affects', example: 'self-service-interface' })
  service!: string;

  @ChoiceField({ description: 'what the work does to it', of: ['disrupted', 'material-risk'], example: 'disrupted' })
  effect!: Effect;
}

/** Where work is done, in upper or lower case: `environmentNamed` makes one name of both. */
export const EnvironmentField = ({ optional = false } = {}): PropertyDecorator =>
  PatternField({
    description: 'the environment, in upper or lower case; only production can be Planned Maintenance',
    pattern: /^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/,
    what: 'the name of an environment: words joined by hyphens',
    optional,
    example: 'production',
  });

const A_WEEK = 7 * 24 * 60;

/** A piece of work in a window. */
export class ActivityBody {
  @TextField({ description: 'the work, in reasonable detail (H8.4(a))', example: 'Deploy release 4.2 to production' })
  description!: string;

  @IdField({ description: 'whose work it is', example: 'DSP' })
  serviceProvider!: string;

  @ObjectsField({ description: 'the services disrupted or at Material Risk (H8.4(b))' }, () => AffectedServiceBody)
  services!: AffectedServiceBody[];

  @WholeNumberField({
    description: 'planned outage of the SSI, minutes',
    minimum: 0,
    maximum: A_WEEK,
    optional: true,
    example: 60,
  })
  ssiOutageMinutes?: number;

  @WholeNumberField({
    description: 'Communications Hubs affected; null where it is not known',
    minimum: 0,
    maximum: 1_000_000_000,
    optional: true,
    nullable: true,
  })
  hubsAffected?: number | null;

  @FlagField({ description: 'Users must change something', optional: true })
  requiresUserChange?: boolean;

  @FlagField({ description: 'that change is a Service Improvement to the SSI', optional: true })
  ssiImprovement?: boolean;

  @FlagField({ description: 'work on DCC Migration Systems (Appendix AL)', optional: true })
  migrationSystems?: boolean;

  @EnvironmentField({ optional: true })
  environment?: string;

  @IdsField({ description: 'changes on the forward schedule that are made in it', optional: true })
  changeIds?: string[];
}

/** The activity with what was left out filled in. */
export const activityOf = (body: ActivityBody): Activity => ({
  description: body.description,
  serviceProvider: body.serviceProvider,
  services: affectedOf(body.services),
  ssiOutageMinutes: body.ssiOutageMinutes ?? 0,
  hubsAffected: body.hubsAffected ?? null,
  requiresUserChange: body.requiresUserChange ?? false,
  ssiImprovement: body.ssiImprovement ?? false,
  migrationSystems: body.migrationSystems ?? false,
  environment: environmentNamed(body.environment ?? 'production'),
  changeIds: body.changeIds ?? [],
});

/** The services as plain data. */
export const affectedOf = (services: readonly AffectedServiceBody[]): AffectedService[] =>
  services.map(({ service, effect }) => ({ service, effect }));

/** A window to plan. */
export class MaintenanceBody {
  @IdField({ description: 'an id of your own; made where it is left out', optional: true, example: 'M-2027-031' })
  maintenanceId?: string;

  @TimeField({ description: 'start of the window', wholeMinutes: true })
  start!: string;

  @TimeField({ description: 'end of the window', wholeMinutes: true, after: 'start' })
  end!: string;

  @ChoiceField({
    description: 'the class that you expect; refused where the computed one differs',
    of: ['High', 'Low'],
    optional: true,
  })
  expectedImpact?: Impact;

  @ObjectsField({ description: 'the work in it', minimum: 1 }, () => ActivityBody)
  activities!: ActivityBody[];

  @TextField({
    description: 'any risk to the return of normal services (H8.4(d))',
    example: 'Rollback takes 40 minutes',
  })
  riskToReturn!: string;
}

/** The command that a valid body asks for. */
export const maintenanceOf = (body: MaintenanceBody): MaintenanceCommand => ({
  maintenanceId: body.maintenanceId,
  start: instant(body.start),
  end: instant(body.end),
  expectedImpact: body.expectedImpact,
  activities: body.activities.map(activityOf),
  riskToReturn: body.riskToReturn,
});

/** An example of a window, for the reference. */
export const exampleMaintenance = (impact: Impact): object => ({
  start: '2027-06-05T22:00',
  end: '2027-06-06T01:00',
  activities: [
    {
      description: 'Deploy release 4.2 to production',
      serviceProvider: 'DSP',
      services: [
        { service: impact === 'High' ? 'end-to-end-communications' : 'self-service-interface', effect: 'disrupted' },
      ],
    },
  ],
  riskToReturn: 'Rollback takes 40 minutes and restores normal services',
});
