import { answerChallenge } from '../../src/changes/answer-challenge/answer-challenge.js';
import { approveChange } from '../../src/changes/approve-change/approve-change.js';
import { assessChange } from '../../src/changes/assess-change/assess-change.js';
import { challengeClassification } from '../../src/changes/challenge-classification/challenge-classification.js';
import { linkIncident } from '../../src/changes/link-incident/link-incident.js';
import { placeChange } from '../../src/changes/place-change/place-change.js';
import { raiseChange } from '../../src/changes/raise-change/raise-change.js';
import { recordChangeOutcome } from '../../src/changes/record-change-outcome/record-change-outcome.js';
import { recordLessonsLearned } from '../../src/changes/record-lessons-learned/record-lessons-learned.js';
import { rejectChange } from '../../src/changes/reject-change/reject-change.js';
import { withdrawChange } from '../../src/changes/withdraw-change/withdraw-change.js';
import type { Outcome } from '../../src/commands/command-pipeline.js';
import { CORE, refusedBy, TestCalendar } from '../support/calendar.js';
import { ANALYST, approved, calendarWithWindows, change, MANAGER, outcomeOf, provider } from '../support/changes.js';

const core = { services: [{ service: CORE, effect: 'disrupted' as const }] };
const AFTERWARDS = '2026-12-15T09:00:00Z';

describe('a change on the forward schedule', () => {
  test('goes from raised to closed, each step one fact', async () => {
    const calendar = await calendarWithWindows();
    await approved(calendar, change('C1'));
    await calendar.given(placeChange, { changeId: 'C1', maintenanceId: 'L1' });
    calendar.at('2026-12-08T23:00:00Z');
    const actual = { start: '2026-12-08T20:00:00Z', end: '2026-12-08T21:00:00Z' };
    await calendar.given(recordChangeOutcome, outcomeOf('C1', { outcome: 'failed', actual }));
    await calendar.given(linkIncident, { changeId: 'C1', incidentId: 'INC1', category: 2 }, MANAGER);
    await calendar.given(recordLessonsLearned, { changeId: 'C1', lessons: 'Rehearse', actions: ['Rehearse'] }, MANAGER);
    expect(calendar.facts('change-C1')).toEqual([
      'ChangeRaised',
      'ChangeAssessed',
      'ChangeApproved',
      'ChangePlaced',
      'ChangeOutcomeRecorded',
      'IncidentLinked',
      'LessonsLearnedRecorded',
      'ChangeClosed',
    ]);
  });

  test('is raised once under its id, and gets an id where none is chosen', async () => {
    const calendar = new TestCalendar();
    await calendar.given(raiseChange, change('C1'));
    expect(await calendar.submit(raiseChange, change('C1'))).toMatchObject({ kind: 'conflict', code: 'id-taken' });
    const { changeId } = await calendar.given(raiseChange, { ...change('C1'), changeId: undefined });
    expect(calendar.facts(`change-${String(changeId)}`)).toEqual(['ChangeRaised']);
  });

  test('is a fact whenever it was raised, but not in the future', async () => {
    const calendar = new TestCalendar();
    const past = { start: '2026-09-01T10:00:00Z', end: '2026-09-01T11:00:00Z' };
    for (const [index, one] of (['standard', 'normal', 'emergency', 'latent', 'no-impact'] as const).entries())
      await calendar.given(raiseChange, change(`C${index}`, { class: one, planned: past }));
    const earlier = '2026-09-01T12:00:00Z';
    await calendar.given(raiseChange, change('EARLIER', { occurredAt: earlier }));
    expect(calendar.store.readStream('change-EARLIER')[0]).toMatchObject({
      occurredAt: earlier,
      recordedAt: '2026-10-01T09:00:00.000Z',
    });
    const later = await calendar.submit(raiseChange, change('LATER', { occurredAt: '2026-10-01T09:00:01Z' }));
    expect(later).toMatchObject({ kind: 'invalid', errors: [{ pointer: '/occurredAt' }] });
  });

  test('is raised and withdrawn by a provider for its own only, and its outcome recorded too', async () => {
    const calendar = new TestCalendar();
    const [own, other] = [provider('DSP'), provider('CSP-North')];
    expect((await calendar.submit(raiseChange, change('C1'), other)).kind).toBe('forbidden');
    await calendar.given(raiseChange, change('C1', { class: 'standard' }), own);
    await calendar.given(raiseChange, change('C2', { class: 'standard' }), own);
    calendar.at(AFTERWARDS);
    expect((await calendar.submit(recordChangeOutcome, outcomeOf('C1'), other)).kind).toBe('forbidden');
    await calendar.given(recordChangeOutcome, outcomeOf('C1'), own);
    expect((await calendar.submit(withdrawChange, { changeId: 'C2', reason: 'x' }, other)).kind).toBe('forbidden');
    await calendar.given(withdrawChange, { changeId: 'C2', reason: 'x' }, own);
  });
});

describe('an assessment', () => {
  const assessed = async (more: Parameters<typeof change>[1]): Promise<Record<string, unknown>> => {
    const calendar = new TestCalendar();
    await calendar.given(raiseChange, change('C1', more));
    return calendar.given(assessChange, { changeId: 'C1' }, MANAGER);
  };

  test('is computed: High for a core service, Low for another, none where there is no window to need', async () => {
    expect(await assessed(core)).toMatchObject({ impact: 'High', needsWindow: true });
    expect(await assessed({ services: [{ service: CORE, effect: 'material-risk' }] })).toMatchObject({
      impact: 'High',
    });
    expect(await assessed({})).toMatchObject({ impact: 'Low', needsWindow: true });
    expect(await assessed({ services: [] })).toMatchObject({ impact: null, needsWindow: false });
    expect(await assessed({ ...core, environment: 'uit' })).toMatchObject({ impact: null, needsWindow: false });
  });

  test('has both forms of the risk', async () => {
    const risky = { ...core, consumerAffecting: true, complexity: 'high', downtimeMinutes: 30 } as const;
    expect(await assessed(risky)).toMatchObject({ risk: { product: 1000, additive: 350 } });
  });

  test('is made once, also after the change was made, but not of what was withdrawn', async () => {
    const calendar = new TestCalendar();
    for (const changeId of ['MADE', 'WITHDRAWN'])
      await calendar.given(raiseChange, change(changeId, { class: 'latent' }));
    await calendar.given(withdrawChange, { changeId: 'WITHDRAWN', reason: 'x' });
    await calendar.at(AFTERWARDS).given(recordChangeOutcome, outcomeOf('MADE'));
    await calendar.given(assessChange, { changeId: 'MADE' }, MANAGER);
    const assess = (changeId: string): Promise<Outcome> => calendar.submit(assessChange, { changeId }, MANAGER);
    expect(await assess('MADE')).toMatchObject({ code: 'already-assessed' });
    expect(await assess('WITHDRAWN')).toMatchObject({ code: 'already-closed' });
    expect(await assess('NONE')).toMatchObject({ kind: 'missing' });
  });
});

describe('approval', () => {
  test('is not given by whoever raised the change (MP92-DT7), whatever their role', async () => {
    const calendar = new TestCalendar();
    const own = async (): Promise<unknown> =>
      refusedBy(await calendar.submit(approveChange, { changeId: 'C1' }, { ...ANALYST, role: 'change-manager' }));
    await calendar.given(raiseChange, change('C1'), ANALYST);
    expect(await own()).toBe('MP92-DT7');
    await calendar.given(assessChange, { changeId: 'C1' }, MANAGER);
    expect(await own()).toBe('MP92-DT7');
    await calendar.given(approveChange, { changeId: 'C1' }, MANAGER);
  });

  test('may be denied by whoever raised it, which is final', async () => {
    const calendar = new TestCalendar();
    await calendar.given(raiseChange, change('C1'), ANALYST);
    await calendar.given(rejectChange, { changeId: 'C1' }, { ...ANALYST, role: 'change-manager' });
    for (const act of [approveChange, rejectChange])
      expect(await calendar.submit(act, { changeId: 'C1' }, MANAGER)).toMatchObject({ code: 'already-rejected' });
    expect(await calendar.submit(withdrawChange, { changeId: 'C1', reason: 'x' })).toMatchObject({
      code: 'already-rejected',
    });
  });

  test('of a normal change follows its assessment; an emergency does not wait for one', async () => {
    const calendar = new TestCalendar();
    await calendar.given(raiseChange, change('N'), ANALYST);
    await calendar.given(raiseChange, change('E', { class: 'emergency' }), ANALYST);
    expect(await calendar.submit(approveChange, { changeId: 'N' }, MANAGER)).toMatchObject({ code: 'not-assessed' });
    await calendar.given(approveChange, { changeId: 'E' }, MANAGER);
    expect(await calendar.submit(approveChange, { changeId: 'E' }, MANAGER)).toMatchObject({
      code: 'already-approved',
    });
  });

  test.each(['standard', 'no-impact'] as const)('of a %s change is nobody’s to give or to deny', async (one) => {
    const calendar = new TestCalendar();
    await calendar.given(raiseChange, change('C1', { class: one }), ANALYST);
    for (const act of [approveChange, rejectChange])
      expect(await calendar.submit(act, { changeId: 'C1' }, MANAGER)).toMatchObject({ code: 'no-approval-needed' });
  });

  test('of an emergency or latent change can follow its outcome; of a normal one it cannot', async () => {
    const calendar = new TestCalendar();
    for (const one of ['emergency', 'latent', 'normal'] as const) {
      await calendar.given(raiseChange, change(one, { class: one }), ANALYST);
      await calendar.given(assessChange, { changeId: one }, MANAGER);
    }
    calendar.at(AFTERWARDS);
    for (const one of ['emergency', 'latent', 'normal']) await calendar.given(recordChangeOutcome, outcomeOf(one));
    for (const one of ['emergency', 'latent'])
      expect(await calendar.given(approveChange, { changeId: one }, MANAGER)).toMatchObject({ status: 'closed' });
    expect(await calendar.submit(approveChange, { changeId: 'normal' }, MANAGER)).toMatchObject({
      code: 'already-closed',
    });
    expect(await calendar.submit(rejectChange, { changeId: 'normal' }, MANAGER)).toMatchObject({
      code: 'already-closed',
    });
  });
});

describe('an incident', () => {
  test('is linked also after closing, once for each category, and recategorised', async () => {
    const calendar = new TestCalendar();
    await calendar.given(raiseChange, change('C1', { class: 'standard' }));
    const link = (category: number): Promise<Outcome> =>
      calendar.submit(linkIncident, { changeId: 'C1', incidentId: 'INC1', category }, MANAGER);
    expect((await link(2)).kind).toBe('answered');
    await calendar.at(AFTERWARDS).given(recordChangeOutcome, outcomeOf('C1'));
    expect(await link(2)).toMatchObject({ kind: 'conflict', code: 'already-linked' });
    expect(await link(4)).toMatchObject({ answer: { category: 4, categoryBefore: 2 } });
    expect((await link(2)).kind).toBe('answered');
  });

  test('is no withdrawn change’s', async () => {
    const calendar = new TestCalendar();
    await calendar.given(raiseChange, change('C1'));
    await calendar.given(withdrawChange, { changeId: 'C1', reason: 'x' });
    const link = (changeId: string): Promise<Outcome> =>
      calendar.submit(linkIncident, { changeId, incidentId: 'INC1', category: 2 }, MANAGER);
    expect(await link('C1')).toMatchObject({ code: 'already-closed' });
    expect(await link('NONE')).toMatchObject({ kind: 'missing' });
  });
});

describe('a challenge', () => {
  test('is of something that exists, and is answered once, saying what does not follow from it', async () => {
    const calendar = await calendarWithWindows();
    await calendar.given(raiseChange, change('C1'));
    const challenge = (subject: { maintenanceId: string } | { changeId: string }): Promise<Outcome> =>
      calendar.submit(challengeClassification, { subject, argument: 'Top-up peak' });
    expect((await challenge({ maintenanceId: 'NONE' })).kind).toBe('missing');
    expect((await challenge({ changeId: 'NONE' })).kind).toBe('missing');
    for (const [subject, consequence] of [
      [{ maintenanceId: 'L1' }, 'ReclassifyMaintenance'],
      [{ changeId: 'C1' }, 'withdraw the change'],
    ] as const) {
      const { challengeId } = await calendar.given(challengeClassification, { subject, argument: 'Top-up peak' });
      const answer = { challengeId: String(challengeId), rationale: 'Agreed', upheld: true };
      const answered = await calendar.given(answerChallenge, answer, MANAGER);
      expect(answered.consequence).toMatch(consequence);
      expect(await calendar.submit(answerChallenge, answer, MANAGER)).toMatchObject({ code: 'already-answered' });
    }
    expect(calendar.facts('month-2026-12')).not.toContain('MaintenanceReclassified');
    const none = { challengeId: 'NONE', rationale: 'x', upheld: false };
    expect((await calendar.submit(answerChallenge, none)).kind).toBe('missing');
  });
});
