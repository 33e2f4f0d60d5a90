import { ID } from '../../commands/text.js';
import type { FactOf } from '../../event-store/facts.js';
import type { Finding } from '../../rulebook/finding.js';
import type { CommandRefused } from '../events.js';

/** What a command was answered with, where it was not recorded. */
export interface Answered {
  readonly status: number;
  readonly code: string;
  readonly details: { readonly rule?: string | undefined; readonly findings?: readonly Finding[] | undefined };
}

type Refused = FactOf<typeof CommandRefused>['data'];

/**
 * Answers that refuse: the command was understood, and its caller known. Not 400 (it was not understood), 429 (it was
 * not looked at), 5xx (it was not decided).
 */
const REFUSALS: readonly number[] = [403, 404, 409, 412, 422];

/** Fields that name a thing. */
const IDS = [
  'maintenanceId',
  'changeId',
  'requestId',
  'derogationId',
  'unplannedId',
  'challengeId',
  'patternId',
  'incidentId',
  'partyId',
  'keyId',
];
/** Fields that ask for a time, a date or a month. */
const TIMES = [
  'month',
  'date',
  'start',
  'end',
  'from',
  'to',
  'until',
  'at',
  'awareAt',
  'expectedEnd',
  'plannedStart',
  'plannedEnd',
  'actualStart',
  'actualEnd',
  'occurredAt',
  'preferredFrom',
  'preferredTo',
  'announcedOn',
];
const TIME = /^\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?)?$/;
/** Findings of one refusal that are kept, and characters of a text in one. */
const MOST_FINDINGS = 8;
const MOST_CHARACTERS = 64;

/**
 * What is kept of a command that was refused; undefined where the answer is no refusal. Bounded in size, whatever was
 * sent, and without a word of the caller's own.
 * @param body as it was sent; it need not have been valid
 */
export function refusedCommand(
  command: string,
  { status, code, details }: Answered,
  body: unknown,
): Refused | undefined {
  if (!REFUSALS.includes(status)) return undefined;
  const { rule, findings = [] } = details;
  return {
    command: short(command),
    status,
    code: short(code),
    ...(rule === undefined ? {} : { rule }),
    findings: findings
      .filter(({ outcome }) => outcome === 'refused')
      .slice(0, MOST_FINDINGS)
      .map(({ rule: refusing, limit, value, month }) => ({
        rule: refusing,
        ...(limit === undefined ? {} : { limit: shortValue(limit) }),
        ...(value === undefined ? {} : { value: shortValue(value) }),
        ...(month === undefined ? {} : { month: short(month) }),
      })),
    asked: { ...fieldsOf(body, IDS, ID), ...fieldsOf(body, TIMES, TIME) },
  };
}

const short = (text: string): string => text.slice(0, MOST_CHARACTERS);
const shortValue = (value: number | string): number | string => (typeof value === 'string' ? short(value) : value);

function fieldsOf(body: unknown, names: readonly string[], pattern: RegExp): Record<string, string> {
  if (typeof body !== 'object' || body === null) return {};
  const fields = body as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = fields[name];
      return typeof value === 'string' && value.length <= MOST_CHARACTERS && pattern.test(value) ? [[name, value]] : [];
    }),
  );
}
