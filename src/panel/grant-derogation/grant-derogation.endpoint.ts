import { commandEndpoint } from '../../commands/command-endpoint.js';
import {
  ChoicesField,
  DateField,
  IdField,
  ObjectField,
  TextField,
  TimeOfDayField,
  WholeNumberField,
} from '../../http/fields.js';
import type { DerogableClause } from '../../rulebook/derogation.js';
import { grantDerogation } from './grant-derogation.js';
import { added } from '../answers.js';

const A_MONTH_IN_MINUTES = 31 * 24 * 60;

class DerogationLimitsBody {
  @WholeNumberField({ description: 'High Impact windows a month', minimum: 0, maximum: 100, optional: true })
  highWindows?: number;

  @WholeNumberField({
    description: 'High Impact minutes a month',
    minimum: 0,
    maximum: A_MONTH_IN_MINUTES,
    optional: true,
  })
  highMinutes?: number;

  @WholeNumberField({ description: 'Low Impact windows a month', minimum: 0, maximum: 100, optional: true })
  lowWindows?: number;

  @WholeNumberField({
    description: 'minutes of each Low Impact window',
    minimum: 0,
    maximum: A_MONTH_IN_MINUTES,
    optional: true,
  })
  lowMinutesEach?: number;

  @TimeOfDayField({ description: 'start of the hours in which work may be done', optional: true, example: '20:00' })
  earliest?: string;

  @TimeOfDayField({ description: 'end of those hours', optional: true, example: '08:00' })
  latest?: string;
}

class GrantDerogationBody {
  @IdField({ description: 'an id of your own; made where it is left out', optional: true })
  derogationId?: string;

  @ChoicesField({ description: 'the clauses concerned', of: ['H8.3(b)', 'H8.3(c)', 'H8.3(d)'] })
  clauses!: DerogableClause[];

  @ObjectField(
    { description: "numbers that replace the Code's; without them the clauses are waived", optional: true },
    () => DerogationLimitsBody,
  )
  limits?: DerogationLimitsBody;

  @DateField({ description: 'first date', example: '2027-06-01' })
  from!: string;

  @DateField({ description: 'last date; null: enduring', nullable: true, example: '2027-06-30' })
  to!: string | null;

  @TextField({ description: "reference of the Panel's decision", example: 'SECP_140_1', maximum: 200 })
  reference!: string;

  @TextField({ description: 'why the Panel agreed' })
  reason!: string;
}

/** POST /commands/GrantDerogation */
export const grantDerogationEndpoint = commandEndpoint({
  act: grantDerogation,
  adds: added.GrantDerogation,
  body: GrantDerogationBody,
  roles: ['panel'],
  tag: 'Panel',
  summary: 'Agree otherwise: waive or replace limits of H8.3 for a period',
  example: {
    clauses: ['H8.3(c)'],
    limits: { highWindows: 3, highMinutes: 480 },
    from: '2027-06-01',
    to: '2027-06-30',
    reference: 'SECP_140_1',
    reason: 'Migration peak',
  },
  command: ({ derogationId, clauses, limits, from, to, reference, reason }) => ({
    derogationId,
    clauses,
    limits: limits,
    from,
    to,
    reference,
    reason,
  }),
});
