import type { Fold } from '../event-store/state.js';
import type { PersonEvent } from './events.js';

/** Whether a person was erased, from their stream `person-<id>`, which exists for nothing else. */
export const personFold: Fold<{ readonly erased: boolean }, PersonEvent> = {
  kind: 'person',
  initial: () => ({ erased: false }),
  evolve: () => ({ erased: true }),
};
