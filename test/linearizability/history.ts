import type { LogRecord } from '../../src/event-store/event-store.js';
import type { Command } from './commands.js';

/** The entity tag that a command carries, and the read that it came from. */
export interface Precondition {
  readonly etag: string;
  /** Id of the read. */
  readonly read: number;
  readonly month: string;
  /** The month as it was read. */
  readonly view: string;
}

/** What a client sends. */
export type Request =
  | {
      readonly is: 'command';
      readonly command: Command;
      /** Stands in the body, and so in the facts: one token for each body. */
      readonly token: string;
      readonly key?: string | undefined;
      readonly ifMatch?: Precondition | undefined;
      readonly dryRun?: boolean | undefined;
    }
  | { readonly is: 'read'; readonly month: string; readonly minPosition?: number | undefined };

/** What comes back. */
export type Answer =
  /** 201. */
  | { readonly is: 'accepted'; readonly commandId: string; readonly positions: readonly number[] }
  /** 200 to a dry run. */
  | { readonly is: 'would-accept' }
  /** 4xx: decided, and nothing recorded. */
  | { readonly is: 'refused'; readonly status: number; readonly code: string; readonly rule?: string | undefined }
  /** 503 `log-unavailable`, or 409 `race-lost`: nothing was recorded, and nothing is said of the calendar. */
  | { readonly is: 'not-recorded'; readonly code: string }
  /** A month, as `viewOf` puts it. */
  | { readonly is: 'read'; readonly view: string }
  /** No answer, or one that says that it does not know; for a read, none that counts. */
  | { readonly is: 'unknown'; readonly why: string };

/** A request, and what came back: one line of the history. Times are milliseconds since the history began. */
export interface Invocation {
  readonly id: number;
  readonly client: number;
  readonly server: number;
  readonly invoked: number;
  readonly answered: number;
  readonly request: Request;
  readonly answer: Answer;
}

/** The records of one command, as they stand in the log. */
export interface Group {
  readonly commandId: string;
  /** Of the invocation that the records belong to. Undefined: nobody sent it. */
  readonly token: string | undefined;
  readonly positions: readonly number[];
  /** One line for each record, as the model's. */
  readonly facts: readonly string[];
  /** The id that the server made for a Panel request. */
  readonly requestId?: string | undefined;
}

/** Everything that is checked. */
export interface History {
  readonly invocations: readonly Invocation[];
  readonly groups: readonly Group[];
}

interface Data {
  readonly maintenance?: { maintenanceId: string; impact: string; start: string; end: string; riskToReturn: string };
  readonly to?: { start: string; end: string };
  readonly maintenanceId?: string;
  readonly requestId?: string;
  readonly version?: number;
  readonly from?: string;
  readonly reason?: string;
  readonly reasons?: string;
  readonly lateReason?: string;
  readonly explanation?: string;
}

/**
 * The log as groups of records, one for each command: records of one command stand side by side, so a command that was
 * halved makes two groups.
 */
export function groupsOf(log: readonly LogRecord[]): Group[] {
  const groups: LogRecord[][] = [];
  for (const record of log) {
    const last = groups.at(-1);
    if (last?.[0]?.commandId === record.commandId) last.push(record);
    else groups.push([record]);
  }
  return groups.map((records) => ({
    commandId: records[0]?.commandId ?? '',
    token: records.map(tokenOf).findLast((token) => token !== undefined),
    positions: records.map(({ position }) => position),
    facts: records.flatMap((record) => factOf(record) ?? []),
    requestId: records.map(({ type, data }) =>
      type === 'RescheduleRequested' ? (data as Data).requestId : undefined,
    )[0],
  }));
}

/** The token of the body that a record comes from. A move at the Panel's request bears the Panel's reasons beside it. */
function tokenOf({ type, data: plain }: LogRecord): string | undefined {
  const data = plain as Data;
  switch (type) {
    case 'MaintenanceScheduled':
      return data.maintenance?.riskToReturn;
    case 'MonthlySchedulePublished':
      return data.lateReason;
    case 'RescheduleRequested':
    case 'PanelRequestDeclined':
      return data.reasons;
    case 'PanelRequestAccommodated':
      return data.explanation;
    case 'MaintenanceRescheduled':
    case 'MaintenanceCancelled':
    case 'DerogationGranted':
    case 'DerogationRevoked':
      return data.reason;
    default:
      return undefined;
  }
}

/** What a record says, as the model puts it; undefined for a kind of fact that the model does not know. */
function factOf({ type, stream, data: plain }: LogRecord): string | undefined {
  const data = plain as Data;
  const { maintenance } = data;
  const planned = maintenance && [maintenance.maintenanceId, maintenance.impact, maintenance.start, maintenance.end];
  switch (type) {
    case 'CommandRecorded':
      return type;
    case 'MaintenanceScheduled':
    case 'MaintenanceMovedIn':
      return [stream, type, ...(planned ?? [])].join(' ');
    case 'MonthlySchedulePublished':
      return `${stream} ${type}`;
    case 'ScheduleReissued':
      return `${stream} ${type} ${data.version ?? 0}`;
    case 'MaintenanceRescheduled':
      return [stream, type, data.maintenanceId, data.to?.start, data.to?.end].join(' ');
    case 'MaintenanceCancelled':
    case 'RescheduleRequested':
    case 'PanelRequestAccommodated':
    case 'PanelRequestDeclined':
      return `${stream} ${type} ${data.maintenanceId ?? ''}`;
    case 'DerogationGranted':
    case 'DerogationRevoked':
      return `${stream} ${type} ${data.from ?? ''}`;
    default:
      return undefined;
  }
}
