import { CORE, TestCalendar, window } from './calendar.js';

/** A Low Impact window of two hours on a day of December 2026. */
export const low = (id = 'L1', day = '08'): ReturnType<typeof window> =>
  window(id, `2026-12-${day}T20:00:00Z`, `2026-12-${day}T22:00:00Z`);
/** A High Impact window of three hours. */
export const high = (id = 'H1', day = '12'): ReturnType<typeof window> =>
  window(id, `2026-12-${day}T22:00:00Z`, `2026-12-${String(Number(day) + 1).padStart(2, '0')}T01:00:00Z`, CORE);

/** December with L1 and H1, published in time on 30 October. */
export async function published(): Promise<TestCalendar> {
  const calendar = new TestCalendar();
  await calendar.plan(low());
  await calendar.plan(high());
  calendar.at('2026-10-30T10:00:00Z');
  await calendar.publish('2026-12');
  return calendar;
}
