import type { Actor } from '../../src/event-store/event-store.js';
import { approveChange } from '../../src/changes/approve-change/approve-change.js';
import { assessChange } from '../../src/changes/assess-change/assess-change.js';
import { raiseChange, type RaiseChange } from '../../src/changes/raise-change/raise-change.js';
import type { RecordChangeOutcome } from '../../src/changes/record-change-outcome/record-change-outcome.js';
import { CORE, SSI, TestCalendar, window } from './calendar.js';

/** Who acts: each a person of their own. */
export const ANALYST: Actor = { id: 'key-analyst', role: 'scheduler' };
export const MANAGER: Actor = { id: 'key-manager', role: 'change-manager' };
export const provider = (serviceProvider: string): Actor => ({
  id: `key-${serviceProvider}`,
  role: 'service-provider',
  serviceProvider,
});

/** A change for a command: normal, of DSP, in production, affecting the SSI in December. */
export const change = (changeId: string, more: Partial<RaiseChange> = {}): RaiseChange => ({
  changeId,
  title: 'Upgrade message broker',
  class: 'normal',
  serviceProvider: 'DSP',
  environment: 'production',
  services: [{ service: SSI, effect: 'disrupted' }],
  consumerAffecting: false,
  complexity: 'low',
  downtimeMinutes: 0,
  planned: { start: '2026-12-14T10:00:00Z', end: '2026-12-14T11:00:00Z' },
  ...more,
});

/** An outcome for a command: successful, at the time planned. */
export const outcomeOf = (changeId: string, more: Partial<RecordChangeOutcome> = {}): RecordChangeOutcome => ({
  changeId,
  outcome: 'successful',
  actual: { start: '2026-12-14T10:00:00Z', end: '2026-12-14T10:40:00Z' },
  ssiOutageMinutes: 0,
  ...more,
});

/** A calendar with the Low Impact window L1 (8 December) and the High Impact window H1 (12 December). */
export async function calendarWithWindows(): Promise<TestCalendar> {
  const calendar = new TestCalendar();
  await calendar.plan(window('L1', '2026-12-08T20:00:00Z', '2026-12-08T22:00:00Z'));
  await calendar.plan(window('H1', '2026-12-12T22:00:00Z', '2026-12-13T01:00:00Z', CORE));
  return calendar;
}

/** Raises a change, assesses it and has it approved by somebody else. */
export async function approved(calendar: TestCalendar, command: RaiseChange): Promise<void> {
  await calendar.given(raiseChange, command, ANALYST);
  const changeId = command.changeId ?? '';
  await calendar.given(assessChange, { changeId }, MANAGER);
  await calendar.given(approveChange, { changeId }, MANAGER);
}
