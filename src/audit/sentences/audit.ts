import type { CommandEvent } from '../../commands/events.js';
import type { AuditEvent, RefusalEvent } from '../events.js';
import { counted, listed, moment, type Sentences } from './words.js';

type Refused = Extract<RefusalEvent, { readonly type: 'CommandRefused' }>['data'];

const numbers = (findings: Refused['findings']): string => {
  const told = findings.flatMap(({ rule, limit, value }) =>
    limit === undefined && value === undefined ? [] : [`${rule}: ${String(value)} against ${String(limit)}`],
  );
  return told.length === 0 ? '' : ` (${told.join('; ')})`;
};

const asked = (fields: Refused['asked']): string => {
  const told = Object.entries(fields).map(([field, value]) => `${field} ${value}`);
  return told.length === 0 ? '' : `; asked for ${listed(told)}`;
};

/** Facts of the audit itself, and of the command pipeline. */
export const auditSentences: Sentences<AuditEvent | RefusalEvent | CommandEvent> = {
  AuditKeyIntroduced: ({ data }) =>
    `introduced the audit key ${data.keyId}` +
    (data.replaces === null
      ? ''
      : ` in place of ${data.replaces}, which ${data.endorsement === null ? 'did not vouch' : 'vouched'} for it`),
  TreeHeadSigned: ({ data }) =>
    `signed a tree head over the events 1 to ${String(data.size)} at ${moment(data.at)}, with the key ${data.keyId}, ${data.because === 'interval' ? 'as the interval had passed' : 'on request'}`,
  CommandRefused: ({ data }) =>
    `was refused the command ${data.command}: ${String(data.status)} ${data.code}` +
    (data.rule === undefined ? '' : ` under ${data.rule}`) +
    numbers(data.findings) +
    asked(data.asked),
  RefusalsNotKept: ({ data }) =>
    `was refused ${counted(data.count, 'more command')} since ${moment(data.since)}, which are not kept one by one`,
  CommandRecorded: ({ data }) => `sent the command ${data.command} with an Idempotency-Key: its answer was kept`,
};
