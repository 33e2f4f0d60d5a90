/** What happens next, and three numbers that say how. */
export interface Step {
  readonly act: (typeof ACTS)[number];
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** What can happen, the commoner more than once. */
export const ACTS = [
  'plan',
  'plan',
  'plan',
  'move',
  'move',
  'cancel',
  'add work',
  'reclassify',
  'start',
  'complete',
  'complete',
  'complete',
  'publish',
  'raise',
  'raise',
  'raise',
  'place',
  'place',
  'place',
  'withdraw',
  'reject',
  'make',
  'make',
  'make',
  'link',
  'link',
  'close',
  'declare',
  'end',
  'derogate',
  'holiday',
] as const;

/** One of some things. */
export const pick = <Item>(items: readonly Item[], index: number): Item => items[index % items.length] as Item;

/** One of the newest things, so that much happens to the same; now and then any of them. */
export const recent = <Item>(items: readonly Item[], index: number): Item =>
  pick(index % 5 === 0 ? items : items.slice(-3), index);

/** Nights on which much can go wrong: ends of months, clock changes, the first day of the trial. */
export const NIGHTS = [
  '2019-02-28T21:00:00Z',
  '2019-03-30T20:00:00Z',
  '2019-03-31T19:00:00Z',
  '2019-10-26T20:00:00Z',
  '2019-10-31T20:00:00Z',
  '2020-05-31T20:00:00Z',
  '2020-02-12T22:00:00Z',
];
/** The months that those nights touch, and one to either side. */
export const MONTHS = { from: '2019-01', to: '2020-07' };

export const PROVIDERS = ['DSP', 'CSP-North', 'DCO', 'Comms Hub/Logistics'];
export const CLASSES = ['standard', 'normal', 'emergency', 'latent', 'no-impact'] as const;
export const OUTCOMES = ['successful', 'successful', 'failed', 'backed-out'] as const;

/** The instant so much later. */
export const plus = (
  instant: string,
  { hours = 0, minutes = 0, seconds = 0 }: { hours?: number; minutes?: number; seconds?: number },
): string =>
  Temporal.Instant.from(instant)
    .add({ seconds: (hours * 60 + minutes) * 60 + seconds })
    .toString();
