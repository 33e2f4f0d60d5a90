import { NIGHT_BAND, type Band } from './night-band.js';

/** H8.3(c), (d): limits by class. Windows and minutes a month. */
export interface ClassLimits {
  readonly highWindows: number;
  readonly highMinutes: number;
  readonly lowWindows: number;
  readonly lowMinutesEach: number;
}

/** H8.3(b), (c) as they stood before MP092: minutes a month, whatever the class. */
export interface GeneralLimits {
  readonly ssiMinutes: number;
  readonly minutes: number;
}

/** The Code's rules for windows that start while it is in force. A later rulebook is one more row of RULEBOOKS. */
export interface Rulebook {
  readonly id: 'pre-MP092' | 'trial' | 'MP092';
  /** First local date of a window's start to which it applies. */
  readonly effectiveFrom: string;
  readonly band: Band;
  /** Limits by class; null where the Code knew no classes. */
  readonly byClass: ClassLimits | null;
  /** The general limits before MP092; null since. */
  readonly general: GeneralLimits | null;
  /** True where the general limits stand in the Code but are waived by the trial's derogation. */
  readonly generalWaived: boolean;
  /** Clear Working Days of lead time and notice for a window of each class. */
  readonly noticeDays: { readonly High: number; readonly Low: number };
}

/** H8.4: clear Working Days before the 1st by which a month's schedule is published, in every rulebook so far. */
export const SCHEDULE_NOTICE_DAYS = 20;

const MP092_LIMITS: ClassLimits = { highWindows: 2, highMinutes: 360, lowWindows: 6, lowMinutesEach: 360 };
const OLD_LIMITS: GeneralLimits = { ssiMinutes: 240, minutes: 360 };

/** Every rulebook, oldest first. */
export const RULEBOOKS: readonly Rulebook[] = [
  {
    id: 'pre-MP092',
    effectiveFrom: '0000-01-01',
    band: NIGHT_BAND,
    byClass: null,
    general: OLD_LIMITS,
    generalWaived: false,
    noticeDays: { High: 20, Low: 20 },
  },
  {
    id: 'trial',
    effectiveFrom: '2019-04-01',
    band: NIGHT_BAND,
    byClass: MP092_LIMITS,
    general: OLD_LIMITS,
    generalWaived: true,
    noticeDays: { High: 20, Low: 10 },
  },
  {
    id: 'MP092',
    effectiveFrom: '2021-02-25',
    band: NIGHT_BAND,
    byClass: MP092_LIMITS,
    general: null,
    generalWaived: false,
    noticeDays: { High: 20, Low: 10 },
  },
];

/** The rulebook in force for a window that starts on a local date. */
export function rulebookFor(date: string): Rulebook {
  const found = RULEBOOKS.findLast(({ effectiveFrom }) => effectiveFrom <= date);
  if (!found) throw new RangeError(`no rulebook is known for ${date}`);
  return found;
}

/**
 * The reference of the trial's derogation on a local date. Reading: granted until November 2019, extended by three
 * months, then made enduring until the modification took effect.
 */
export function trialReference(date: string): string {
  if (date <= '2019-11-30') return 'OPSG_26_0511';
  return date <= '2020-02-29' ? 'SECP_74_1511' : 'SECP_76_1701';
}
