import type { Impact } from './classification.js';
import { elapsedMinutes, isBefore, minutesAfter, monthOf, startOfMonth } from './local-time.js';

/** A window that counts against the limits, with the interval that counts: as planned, or as it was once completed. */
export interface CountedWindow {
  readonly maintenanceId: string;
  readonly impact: Impact;
  readonly start: string;
  readonly end: string;
  /** True where the Self-Service Interface is affected (for the limits before MP092). */
  readonly affectsSsi: boolean;
}

/** What a month has used of a limit: by the windows that start in it, and by those that run in from the month before. */
export interface Used {
  readonly used: number;
  readonly carriedIn: number;
}

/** What a month has used, by class and in general. Windows, and elapsed minutes. */
export interface Usage {
  readonly high: { readonly windows: Used; readonly minutes: Used };
  readonly low: { readonly windows: Used };
  readonly general: { readonly minutes: Used };
  readonly ssi: { readonly minutes: Used };
}

/**
 * What a month has used. A window counts, whole, in the month in which it starts; where it runs past that month's last
 * midnight it is held against the next month too: the window against its count, the minutes after midnight against its
 * duration.
 */
export function usage(month: string, windows: readonly CountedWindow[]): Usage {
  const own = windows.filter(({ start }) => monthOf(start) === month);
  const first = startOfMonth(month);
  const carried = windows.filter(({ start, end }) => isBefore(start, first) && isBefore(first, end));
  const minutes = (counts: (window: CountedWindow) => boolean): Used => ({
    used: own.filter(counts).reduce((sum, window) => sum + elapsedMinutes(window), 0),
    carriedIn: carried.filter(counts).reduce((sum, window) => sum + minutesAfter(window, first), 0),
  });
  const count = (impact: Impact): Used => ({
    used: own.filter((window) => window.impact === impact).length,
    carriedIn: carried.filter((window) => window.impact === impact).length,
  });
  return {
    high: { windows: count('High'), minutes: minutes(({ impact }) => impact === 'High') },
    low: { windows: count('Low') },
    general: { minutes: minutes(() => true) },
    ssi: { minutes: minutes(({ affectsSsi }) => affectsSsi) },
  };
}
