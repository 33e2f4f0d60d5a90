import type { Violation } from './check.js';
import type { Command, Times } from './commands.js';
import type { Answer, History, Invocation, Request } from './history.js';

/** Most characters of an answer. */
const LONGEST = 60;

/** A violation, and the history that shows it, in the order of the invocations. */
export function tableOf(history: History, violation: Violation): string {
  const positions = new Map(history.groups.map(({ token, positions: all }) => [token, all.join(', ')]));
  const rows = history.invocations
    .toSorted((a, b) => a.invoked - b.invoked)
    .map((invocation) => {
      const { id, client, server, invoked, answered, request, answer } = invocation;
      const place = request.is === 'command' ? positions.get(request.token) : undefined;
      return [
        id === violation.subject ? '>' : '',
        `${invoked.toFixed(1)} to ${answered.toFixed(1)}`,
        `client ${client}`,
        `server ${server}`,
        requestText(request),
        answerText(answer),
        place === undefined ? '' : `recorded at ${place}`,
      ];
    });
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  const subject = history.invocations.find(({ id }) => id === violation.subject);
  return [
    `${violation.kind}: ${subject ? `${nameOf(subject)} ` : ''}${violation.detail}`,
    ...lines.map((line) => `  ${line.trimEnd()}`),
  ].join('\n');
}

const nameOf = ({ request }: Invocation): string => (request.is === 'read' ? 'a read' : request.command.name);

const timesText = ({ start, end }: Times): string => `${start.slice(0, 16)} to ${end.slice(11, 16)}Z`;

function requestText(request: Request): string {
  if (request.is === 'read')
    return `read ${request.month}${request.minPosition === undefined ? '' : ` from position ${request.minPosition}`}`;
  const { command, token, key, ifMatch, dryRun } = request;
  return [
    commandText(command),
    `(${token})`,
    dryRun === true ? 'dry run' : '',
    key === undefined ? '' : `key ${key}`,
    ifMatch === undefined ? '' : `if ${ifMatch.month} is as read`,
  ]
    .filter(Boolean)
    .join(' ');
}

function commandText(command: Command): string {
  const { name } = command;
  switch (name) {
    case 'ScheduleMaintenance':
    case 'AddHighImpactWindow':
    case 'AddLowImpactWindow':
      return `${name} ${command.maintenanceId} ${command.impact} ${timesText(command)}`;
    case 'PublishMonthlySchedule':
      return `${name} ${command.month}`;
    case 'RescheduleMaintenance':
      return `${name} ${command.maintenanceId} ${timesText(command)}`;
    case 'CancelMaintenance':
    case 'RequestReschedule':
      return `${name} ${command.maintenanceId}`;
    case 'RescheduleAtPanelRequest':
      return `${name} ${command.requestId} ${timesText(command)}`;
    case 'DeclinePanelRequest':
      return `${name} ${command.requestId}`;
    case 'GrantDerogation': {
      const { derogationId, impact, limits, from, to } = command;
      return `${name} ${derogationId} ${impact} ${limits ? JSON.stringify(limits) : 'waived'} ${from} to ${to}`;
    }
    case 'RevokeDerogation':
      return `${name} ${command.derogationId} from ${command.from}`;
  }
}

function answerText(answer: Answer): string {
  switch (answer.is) {
    case 'accepted':
      return `201 at ${answer.positions.join(', ')}`;
    case 'would-accept':
      return '200';
    case 'refused':
      return `${answer.status} ${answer.rule ?? answer.code}`;
    case 'not-recorded':
      return `not recorded: ${answer.code}`;
    case 'read':
      return answer.view.length > LONGEST ? `${answer.view.slice(0, LONGEST)}…` : answer.view;
    case 'unknown':
      return `unknown: ${answer.why}`;
  }
}
