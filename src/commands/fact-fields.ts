import Type from 'typebox';
import { CORE_SERVICES, SSI } from '../rulebook/classification.js';

/** Shapes that the facts of several capabilities share. */

/** A UTC instant: `2026-12-05T22:00:00Z`. */
export const InstantText = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' });
/** A calendar date in Europe/London. */
export const DateText = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' });
/** A calendar month in Europe/London. */
export const MonthText = Type.String({ pattern: '^\\d{4}-\\d\\d$' });
export const Impact = Type.Union([Type.Literal('High'), Type.Literal('Low')]);
/** A service (`self-service-interface`) and what the work does to it. */
export const AffectedServiceData = Type.Object({
  service: Type.String({ description: `core: ${CORE_SERVICES.join(', ')}; non-core: ${SSI} and any other` }),
  effect: Type.Union([Type.Literal('disrupted'), Type.Literal('material-risk')]),
});

/** A piece of work in a window, by one service provider. */
export const ActivityData = Type.Object({
  description: Type.String(),
  serviceProvider: Type.String(),
  services: Type.Array(AffectedServiceData),
  ssiOutageMinutes: Type.Integer({ minimum: 0 }),
  hubsAffected: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  requiresUserChange: Type.Boolean(),
  ssiImprovement: Type.Boolean(),
  migrationSystems: Type.Boolean(),
  environment: Type.String(),
  changeIds: Type.Array(Type.String()),
});

/** A rule that was weighed, as the client saw it. */
export const FindingData = Type.Object({
  rule: Type.String(),
  outcome: Type.Union([
    Type.Literal('pass'),
    Type.Literal('refused'),
    Type.Literal('waived'),
    Type.Literal('breach'),
    Type.Literal('warning'),
  ]),
  detail: Type.String(),
  limit: Type.Optional(Type.Union([Type.Number(), Type.String()])),
  value: Type.Optional(Type.Union([Type.Number(), Type.String()])),
  unit: Type.Optional(Type.String()),
  reference: Type.Optional(Type.String()),
  month: Type.Optional(Type.String()),
});

/** The reckoning behind a fact: the rulebook that was used and every rule that was weighed. */
export const Reckoning = Type.Object({ rulebook: Type.String(), findings: Type.Array(FindingData) });
