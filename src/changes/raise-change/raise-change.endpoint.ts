import { affectedOf, AffectedServiceBody, EnvironmentField } from '../../calendar/requests.js';
import { commandEndpoint } from '../../commands/command-endpoint.js';
import { environmentNamed } from '../../commands/text.js';
import {
  ChoiceField,
  FlagField,
  IdField,
  instant,
  ObjectsField,
  TextField,
  TimeField,
  WholeNumberField,
} from '../../http/fields.js';
import { CHANGE_CLASSES } from '../../rulebook/changes.js';
import { MOST_MINUTES } from '../change.js';
import type { ChangeClass } from '../events.js';
import { raiseChange } from './raise-change.js';
import { added } from '../answers.js';

class RaiseChangeBody {
  @IdField({ description: 'an id of your own; made where it is left out', optional: true, example: 'CRQ000001' })
  changeId?: string;

  @TextField({ description: 'what is changed', example: 'Upgrade message broker' })
  title!: string;

  @ChoiceField({ description: 'how it is handled', of: CHANGE_CLASSES, example: 'normal' })
  class!: ChangeClass;

  @IdField({ description: 'whose change it is', example: 'DSP' })
  serviceProvider!: string;

  @EnvironmentField()
  environment!: string;

  @ObjectsField({ description: 'the services that it affects; none is an answer too' }, () => AffectedServiceBody)
  services!: AffectedServiceBody[];

  @FlagField({ description: 'consumers would notice it', optional: true })
  consumerAffecting?: boolean;

  @ChoiceField({ description: 'complexity; low where it is left out', of: ['high', 'low'], optional: true })
  complexity?: 'high' | 'low';

  @WholeNumberField({ description: 'expected downtime, minutes', minimum: 0, maximum: MOST_MINUTES, optional: true })
  downtimeMinutes?: number;

  @TimeField({ description: 'planned start' })
  plannedStart!: string;

  @TimeField({ description: 'planned end', after: 'plannedStart' })
  plannedEnd!: string;

  @TimeField({ description: 'when it was raised; now where it is left out', optional: true })
  occurredAt?: string;
}

/** POST /commands/RaiseChange */
export const raiseChangeEndpoint = commandEndpoint({
  act: raiseChange,
  adds: added.RaiseChange,
  body: RaiseChangeBody,
  roles: ['scheduler', 'service-provider'],
  tag: 'Changes',
  summary: 'Put a change on the forward schedule of change',
  example: {
    title: 'Upgrade message broker',
    class: 'normal',
    serviceProvider: 'DSP',
    environment: 'production',
    services: [{ service: 'end-to-end-communications', effect: 'disrupted' }],
    consumerAffecting: true,
    complexity: 'high',
    downtimeMinutes: 30,
    plannedStart: '2027-06-12T22:00',
    plannedEnd: '2027-06-13T00:00',
  },
  command: (body) => ({
    changeId: body.changeId,
    title: body.title,
    class: body.class,
    serviceProvider: body.serviceProvider,
    environment: environmentNamed(body.environment),
    services: affectedOf(body.services),
    consumerAffecting: body.consumerAffecting ?? false,
    complexity: body.complexity ?? 'low',
    downtimeMinutes: body.downtimeMinutes ?? 0,
    planned: { start: instant(body.plannedStart), end: instant(body.plannedEnd) },
    occurredAt: body.occurredAt === undefined ? undefined : instant(body.occurredAt),
  }),
});
