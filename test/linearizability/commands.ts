/** The classes of a window (H8.3). */
export type Impact = 'High' | 'Low';

/** UTC instants of whole seconds, ending in `Z`: as text they sort as in time. */
export interface Times {
  readonly start: string;
  readonly end: string;
}

/** A window as a command plans it. */
export interface PlanWindow extends Times {
  readonly name: 'ScheduleMaintenance' | 'AddHighImpactWindow' | 'AddLowImpactWindow';
  readonly maintenanceId: string;
  readonly impact: Impact;
}

/** Numbers that a derogation puts in the place of those of H8.3(c) or H8.3(d). */
export interface DerogationLimits {
  readonly highWindows?: number;
  readonly highMinutes?: number;
  readonly lowWindows?: number;
}

/** The commands that compete. What they need besides (activities, reasons) says nothing to the model. */
export type Command =
  | PlanWindow
  | { readonly name: 'PublishMonthlySchedule'; readonly month: string }
  | ({ readonly name: 'RescheduleMaintenance'; readonly maintenanceId: string } & Times)
  | { readonly name: 'CancelMaintenance'; readonly maintenanceId: string }
  | { readonly name: 'RequestReschedule'; readonly maintenanceId: string }
  | ({ readonly name: 'RescheduleAtPanelRequest'; readonly requestId: string } & Times)
  | { readonly name: 'DeclinePanelRequest'; readonly requestId: string }
  | {
      readonly name: 'GrantDerogation';
      readonly derogationId: string;
      /** Whose limits: H8.3(c) for High, H8.3(d) for Low. */
      readonly impact: Impact;
      /** Absent: the clause is waived. */
      readonly limits?: DerogationLimits | undefined;
      /** Local dates, both included. */
      readonly from: string;
      readonly to: string;
    }
  | { readonly name: 'RevokeDerogation'; readonly derogationId: string; readonly from: string };

const PANEL: readonly Command['name'][] = ['RequestReschedule', 'GrantDerogation', 'RevokeDerogation'];

/** The role that sends a command; it is the caller of its `Idempotency-Key`. */
export const roleOf = ({ name }: Command): 'panel' | 'scheduler' => (PANEL.includes(name) ? 'panel' : 'scheduler');

/** The clause that limits the windows of a class. */
export const clauseOf = (impact: Impact): string => (impact === 'High' ? 'H8.3(c)' : 'H8.3(d)');

const SERVICES: Readonly<Record<Impact, string>> = {
  High: 'end-to-end-communications',
  Low: 'self-service-interface',
};

/** The body that is sent. The token stands in it where it comes back in the command's facts (`tokenOf`). */
export function bodyOf(command: Command, token: string): Record<string, unknown> {
  switch (command.name) {
    case 'ScheduleMaintenance':
    case 'AddHighImpactWindow':
    case 'AddLowImpactWindow': {
      const { maintenanceId, impact, start, end } = command;
      const services = [{ service: SERVICES[impact], effect: 'disrupted' }];
      const activities = [{ description: 'Deploy a release', serviceProvider: 'DSP', services }];
      return { maintenanceId, start, end, activities, riskToReturn: token };
    }
    case 'PublishMonthlySchedule':
      return { month: command.month, lateReason: token };
    case 'RescheduleMaintenance':
      return { maintenanceId: command.maintenanceId, start: command.start, end: command.end, reason: token };
    case 'CancelMaintenance':
      return { maintenanceId: command.maintenanceId, reason: token };
    case 'RequestReschedule':
      return { maintenanceId: command.maintenanceId, reasons: token };
    case 'RescheduleAtPanelRequest':
      return { requestId: command.requestId, start: command.start, end: command.end, explanation: token };
    case 'DeclinePanelRequest':
      return { requestId: command.requestId, stepsTaken: 'Asked the provider', reasons: token };
    case 'GrantDerogation': {
      const { derogationId, impact, limits, from, to } = command;
      const period = { from, to, reference: `SECP_${derogationId}`, reason: token };
      return { derogationId, clauses: [clauseOf(impact)], ...(limits ? { limits } : {}), ...period };
    }
    case 'RevokeDerogation':
      return { derogationId: command.derogationId, from: command.from, reason: token };
  }
}
