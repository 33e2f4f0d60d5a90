import type { DerogationEvent, PanelRequestEvent } from '../../panel/events.js';
import { day, listed, moment, period, quoted, type Sentences } from './words.js';

type Limits = Extract<DerogationEvent, { readonly type: 'DerogationGranted' }>['data']['limits'];

const LIMITS: Readonly<Record<keyof NonNullable<Limits>, string>> = {
  highWindows: 'High Impact windows a month',
  highMinutes: 'High Impact minutes a month',
  lowWindows: 'Low Impact windows a month',
  lowMinutesEach: 'minutes for each Low Impact window',
  earliest: 'as the earliest time',
  latest: 'as the latest time',
};

const replaced = (limits: NonNullable<Limits>): string =>
  listed(
    Object.entries(LIMITS).flatMap(([name, what]) => {
      const limit = limits[name as keyof typeof LIMITS];
      return limit === undefined ? [] : [`${String(limit)} ${what}`];
    }),
  );

const until = (to: string | null): string => (to === null ? 'for good' : `until ${day(to)}`);

const preferred = (from: string | undefined, to: string | undefined): string => {
  if (from === undefined && to === undefined) return '';
  return `, preferably ${[from && `from ${moment(from)}`, to && `until ${moment(to)}`].filter(Boolean).join(' ')}`;
};

/** Facts of the Panel: its requests and its derogations. */
export const panelSentences: Sentences<PanelRequestEvent | DerogationEvent> = {
  RescheduleRequested: ({ data }) =>
    `asked, as ${data.requestId}, that the maintenance ${data.maintenanceId} be rescheduled${preferred(data.preferredFrom, data.preferredTo)}: ${quoted(data.reasons)}`,
  PanelRequestAccommodated: ({ data }) =>
    `answered the Panel's request ${data.requestId}: the maintenance ${data.maintenanceId} is now on ${period(data)}, ${data.extent === 'accommodated' ? 'as was asked' : 'not quite as was asked'}` +
    (data.explanation === undefined ? '' : ` (${quoted(data.explanation)})`),
  PanelRequestDeclined: ({ data }) =>
    `answered the Panel's request ${data.requestId}: the maintenance ${data.maintenanceId} stays where it is, because ${quoted(data.reasons)}; steps taken: ${quoted(data.stepsTaken)}`,
  DerogationGranted: ({ data }) =>
    `granted the derogation ${data.derogationId} (${data.reference}) from ${listed(data.clauses)}, from ${day(data.from)} ${until(data.to)}: ` +
    `${data.limits === undefined ? 'the clause does not apply' : `the limits are ${replaced(data.limits)}`}; ${quoted(data.reason)}`,
  DerogationExtended: ({ data }) =>
    data.to === null
      ? `made the derogation ${data.derogationId} enduring`
      : `extended the derogation ${data.derogationId} ${until(data.to)}`,
  DerogationRevoked: ({ data }) =>
    `revoked the derogation ${data.derogationId} from ${day(data.from)} on: ${quoted(data.reason)}`,
};
