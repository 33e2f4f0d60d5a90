import { extendDerogation } from '../../src/panel/extend-derogation/extend-derogation.js';
import { grantDerogation } from '../../src/panel/grant-derogation/grant-derogation.js';
import { revokeDerogation } from '../../src/panel/revoke-derogation/revoke-derogation.js';
import { CORE, findingsOf, refusedBy, scheduleMaintenance, TestCalendar, window } from '../support/calendar.js';

/** The clause of High Impact windows. */
const HIGH = ['H8.3(c)'] as const;

describe('a derogation', () => {
  const third = (day: string): ReturnType<typeof window> =>
    window(`H${day}`, `2026-12-${day}T22:00:00Z`, `2026-12-${day}T23:00:00Z`, CORE);
  /** December with two High Impact windows, and D1 for ten days of it. */
  async function granted(): Promise<TestCalendar> {
    const calendar = new TestCalendar();
    for (const day of ['01', '03']) await calendar.plan(third(day));
    await calendar.given(grantDerogation, {
      derogationId: 'D1',
      clauses: HIGH,
      from: '2026-12-11',
      to: '2026-12-20',
      reference: 'SECP_1',
      reason: 'Peak',
    });
    return calendar;
  }
  const allowedOn = async (calendar: TestCalendar, day: string): Promise<boolean> => {
    const outcome = await calendar.submit(scheduleMaintenance, third(day));
    return outcome.kind === 'answered';
  };

  test.each([
    ['10', false],
    ['11', true],
    ['20', true],
    ['21', false],
  ])('holds on its first and its last date, and on no other: on the %s, %s', async (day, allowed) => {
    expect(await allowedOn(await granted(), day)).toBe(allowed);
  });

  test.each([
    ['20', true],
    ['25', true],
    ['26', false],
  ])('that is extended holds to its new last date: on the %s, %s', async (day, allowed) => {
    const calendar = await granted();
    await calendar.given(extendDerogation, { derogationId: 'D1', to: '2026-12-25' });
    expect(await allowedOn(calendar, day)).toBe(allowed);
  });

  test.each([
    ['14', true],
    ['15', false],
    ['20', false],
  ])('that is revoked from the 15th no longer holds on it: on the %s, %s', async (day, allowed) => {
    const calendar = await granted();
    await calendar.given(revokeDerogation, { derogationId: 'D1', from: '2026-12-15', reason: 'Over' });
    expect(await allowedOn(calendar, day)).toBe(allowed);
  });

  test('that is revoked from its first date, or earlier, never held', async () => {
    for (const from of ['2026-12-11', '2026-11-01']) {
      const calendar = await granted();
      await calendar.given(revokeDerogation, { derogationId: 'D1', from, reason: 'A mistake' });
      for (const day of ['11', '20']) expect(await allowedOn(calendar, day)).toBe(false);
    }
  });

  test('ends once: not by revocation after its end, not twice, and is not extended after that', async () => {
    const calendar = await granted();
    const late = { derogationId: 'D1', from: '2026-12-21', reason: 'x' };
    expect(await calendar.submit(revokeDerogation, late)).toMatchObject({
      kind: 'invalid',
      errors: [{ pointer: '/from' }],
    });
    await calendar.given(revokeDerogation, { ...late, from: '2026-12-20' });
    expect(await calendar.submit(revokeDerogation, { ...late, from: '2026-12-12' })).toMatchObject({
      code: 'already-closed',
    });
    expect(await calendar.submit(extendDerogation, { derogationId: 'D1', to: null })).toMatchObject({
      code: 'already-closed',
    });
  });

  test('is extended to a later date, or made enduring once', async () => {
    const calendar = await granted();
    for (const to of ['2026-12-20', '2026-12-01'])
      expect(await calendar.submit(extendDerogation, { derogationId: 'D1', to })).toMatchObject({
        kind: 'invalid',
        errors: [{ pointer: '/to' }],
      });
    await calendar.given(extendDerogation, { derogationId: 'D1', to: null });
    expect(await allowedOn(calendar, '31')).toBe(true);
    expect(await calendar.submit(extendDerogation, { derogationId: 'D1', to: '2027-01-31' })).toMatchObject({
      code: 'already-enduring',
    });
    await calendar.given(revokeDerogation, { derogationId: 'D1', from: '2026-12-28', reason: 'Over' });
    expect(await allowedOn(calendar, '29')).toBe(false);
  });

  test('holds for what a window carries into the next month only where it is in force on the 1st', async () => {
    const across = window('NYE', '2026-12-31T23:00:00Z', '2027-01-01T01:00:00Z', CORE);
    const refused = async (to: string): Promise<unknown> => {
      const calendar = new TestCalendar();
      for (const day of ['09', '16'])
        await calendar.plan(window(`J${day}`, `2027-01-${day}T22:00:00Z`, `2027-01-${day}T23:00:00Z`, CORE));
      await calendar.given(grantDerogation, {
        clauses: HIGH,
        from: '2026-12-31',
        to,
        reference: 'SECP_1',
        reason: 'x',
      });
      return findingsOf(await calendar.submit(scheduleMaintenance, across), 'refused').map(({ month }) => month);
    };
    expect(await refused('2026-12-31')).toEqual(['2027-01']);
    expect(await refused('2027-01-01')).toEqual([]);
  });

  test('of hours lets work begin at its time and not before, and says whose decision that is', async () => {
    const calendar = new TestCalendar();
    await calendar.given(grantDerogation, {
      clauses: ['H8.3(b)'],
      limits: { earliest: '18:00' },
      from: '2026-12-01',
      to: '2026-12-31',
      reference: 'SECP_2',
      reason: 'x',
    });
    expect(
      refusedBy(
        await calendar.submit(scheduleMaintenance, window('A', '2026-12-05T17:59:00Z', '2026-12-05T19:00:00Z')),
      ),
    ).toBe('H8.3(b)');
    const outcome = await calendar.submit(
      scheduleMaintenance,
      window('A', '2026-12-05T18:00:00Z', '2026-12-05T19:00:00Z'),
    );
    expect(findingsOf(outcome, 'waived')).toMatchObject([{ rule: 'H8.3(b)', reference: 'SECP_2' }]);
  });

  test('of hours lets work end at its time and not after', async () => {
    const until = async (end: string): Promise<unknown> => {
      const calendar = new TestCalendar();
      await calendar.given(grantDerogation, {
        clauses: ['H8.3(b)'],
        limits: { latest: '09:00' },
        from: '2026-12-01',
        to: '2026-12-31',
        reference: 'SECP_3',
        reason: 'x',
      });
      return refusedBy(await calendar.submit(scheduleMaintenance, window('A', '2026-12-06T05:00:00Z', end)));
    };
    expect(await until('2026-12-06T09:00:00Z')).toBeUndefined();
    expect(await until('2026-12-06T09:01:00Z')).toBe('H8.3(b)');
  });

  test.each<[string, object, string]>([
    ['an end before its beginning', { to: '2026-11-30' }, '/to'],
    ['limits that name none', { limits: {} }, '/limits'],
    ['a limit of a clause that it does not name', { limits: { highWindows: 3, lowWindows: 8 } }, '/limits/lowWindows'],
    ['hours under a clause of numbers', { limits: { highMinutes: 480, earliest: '18:00' } }, '/limits/earliest'],
    [
      'the end of the hours under a clause of numbers',
      { limits: { highMinutes: 480, latest: '09:00' } },
      '/limits/latest',
    ],
    [
      'a clause without a limit, beside one with',
      { clauses: ['H8.3(c)', 'H8.3(d)'], limits: { highWindows: 3 } },
      '/limits',
    ],
  ])('cannot have %s', async (_, change, pointer) => {
    const good = { clauses: HIGH, from: '2026-12-01', to: '2026-12-31', reference: 'R', reason: 'r' };
    const outcome = await new TestCalendar().submit(grantDerogation, { ...good, ...change });
    expect(outcome).toMatchObject({ kind: 'invalid' });
    expect(outcome.kind === 'invalid' && outcome.errors.map((error) => error.pointer)).toContain(pointer);
  });

  test('has an id of its own', async () => {
    const again = { derogationId: 'D1', clauses: HIGH, from: '2026-12-11', to: null, reference: 'R', reason: 'r' };
    expect(await (await granted()).submit(grantDerogation, again)).toMatchObject({ code: 'id-taken' });
    for (const outcome of [
      await new TestCalendar().submit(extendDerogation, { derogationId: 'none', to: null }),
      await new TestCalendar().submit(revokeDerogation, { derogationId: 'none', from: '2026-12-01', reason: 'x' }),
    ])
      expect(outcome.kind).toBe('missing');
  });
});
